namespace Harness.Hardware.Spi;

/// <summary>A device on <c>/dev/spidevB.C</c> on System.Device.Gpio (4.2.0), with errors that say what is wrong and the next command to type.</summary>
public static partial class SpiBusDevice
{
    private const int DefaultHertz = 1_000_000; // within the rating of every ready chip at 2.7 V

    /// <summary>True for a name of the form <c>/dev/spidevB.C</c>.</summary>
    public static bool IsNode(string path) => Form().IsMatch(path);

    /// <summary>Opens a bus for one device on it, in mode 0 at 1 MHz.</summary>
    /// <param name="path">The node, <c>/dev/spidevB.C</c>: bus B, chip select C.</param>
    /// <exception cref="HardwareException">No such node, or no permission.</exception>
    public static SpiDevice Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Form().Match(path) is not { Success: true } match)
        {
            throw new HardwareException(HardwareFailure.Configuration, path, $"{path}: is not an SPI device; expected a node like /dev/spidev0.0.", "ls -l /dev/spidev*");
        }

        using (Libc.Open(path, Libc.ReadWrite, out var error) ?? throw Opening(path, error))
        {
            // The package says only "Error" and a number where it cannot open a node.
        }

        return SpiDevice.Create(new SpiConnectionSettings(
            int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture))
        {
            ClockFrequency = DefaultHertz, Mode = SpiMode.Mode0,
        });
    }

    private static HardwareException Opening(string path, Errno error) => error switch
    {
        Errno.AccessDenied or Errno.NotPermitted => new HardwareException(
            HardwareFailure.PermissionDenied, path, $"{path}: {Environment.UserName} may not open it. A new group membership holds from the next login.",
            $"sudo usermod -aG {NodeGroup.Of(path) ?? "spi"} $USER"),
        Errno.NoEntry or Errno.NotADirectory or Errno.NoDevice or Errno.NoDeviceOrAddress => new HardwareException(
            HardwareFailure.Missing, path, $"{path}: no such SPI device. On a Raspberry Pi SPI is off until it is enabled.", "sudo raspi-config nonint do_spi 0"),
        _ => new HardwareException(HardwareFailure.Configuration, path, $"{path}: cannot be opened: {Libc.Describe(error)}.", "ls -l /dev/spidev*"),
    };

    [GeneratedRegex(@"^/dev/spidev(\d{1,3})\.(\d{1,3})$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
