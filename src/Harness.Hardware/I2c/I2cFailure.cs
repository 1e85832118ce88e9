namespace Harness.Hardware.I2c;

/// <summary>Makes the errors of a bus and of the devices on it, so that every message has its remedy.</summary>
internal sealed class I2cFailure(string path, int address)
{
    private readonly string _bus = NodePath.Resolve(path) is var node && node.StartsWith("/dev/i2c-", StringComparison.Ordinal) ? node["/dev/i2c-".Length..] : "1";

    public string Device { get; } = string.Create(CultureInfo.InvariantCulture, $"{path} address 0x{address:x2}");

    public string ScanCommand => $"i2cdetect -y {_bus}";

    public HardwareException Opening(Errno error) => error switch
    {
        Errno.NoEntry or Errno.NotADirectory or Errno.NoDevice or Errno.NoDeviceOrAddress => Make(
            HardwareFailure.Missing,
            $"{path}: no such I2C bus; {Present()}. On a Raspberry Pi I2C is off until it is enabled.",
            "sudo raspi-config nonint do_i2c 0"),
        Errno.AccessDenied or Errno.NotPermitted => Make(
            HardwareFailure.PermissionDenied,
            $"{path}: {Environment.UserName} may not open it. A new group membership holds from the next login.",
            $"sudo usermod -aG {NodeGroup.Of(path) ?? "i2c"} $USER"),
        Errno.Busy => Make(
            HardwareFailure.Busy,
            $"{Device}: a kernel driver holds this address; expected it to be free.",
            $"cat /sys/bus/i2c/devices/{_bus}-{address:x4}/name && ls -l /sys/bus/i2c/devices/{_bus}-{address:x4}/driver"),
        _ => NotABus(error),
    };

    public HardwareException NotABus(Errno error) => Make(
        HardwareFailure.Configuration,
        $"{path}: is not an I2C bus ({Libc.Describe(error)}); expected a node like /dev/i2c-1.",
        "ls -l /dev/i2c-*");

    public HardwareException SmbusOnly() => Make(
        HardwareFailure.Configuration,
        $"{path}: this adapter speaks SMBus only; expected plain I2C transfers with repeated start.",
        $"i2cdetect -F {_bus}");

    public HardwareException Transferring(Errno error, Exception? inner = null) => error switch
    {
        // Adapters disagree on the errno of a missing acknowledge.
        Errno.RemoteInputOutput or Errno.NoDeviceOrAddress or Errno.InputOutput => Make(
            HardwareFailure.NoAcknowledge,
            $"{Device}: nobody acknowledges ({Libc.Describe(error)}); expected a device there. Check wiring, supply and address.",
            ScanCommand,
            inner),
        Errno.NoDevice => Make(
            HardwareFailure.Vanished, $"{path}: the bus is gone ({Libc.Describe(error)}).", "ls -l /dev/i2c-*", inner),
        // An adapter that finds SDA low where it let go of it reports a lost arbitration (EAGAIN).
        Errno.TimedOut or Errno.Again => Make(
            HardwareFailure.BusStuck,
            $"{Device}: the transfer does not end ({Libc.Describe(error)}); is SCL or SDA held low? Expected both to idle high.",
            ScanCommand,
            inner),
        Errno.None => Make(HardwareFailure.Vanished, $"{Device}: the transfer failed: {inner?.Message}", ScanCommand, inner),
        _ => Make(HardwareFailure.Vanished, $"{Device}: the transfer failed: {Libc.Describe(error)}.", ScanCommand, inner),
    };

    private static string Present()
    {
        var buses = Directory.Exists("/dev") ? Directory.EnumerateFileSystemEntries("/dev", "i2c-*").Order().ToArray() : [];
        return buses.Length == 0 ? "there is none at all" : $"there are {string.Join(", ", buses)}";
    }

    private HardwareException Make(HardwareFailure failure, string message, string next, Exception? inner = null) => new(failure, Device, message, next, inner);
}
