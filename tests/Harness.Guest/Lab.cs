namespace Harness.Guest;

/// <summary>The means that the tests in the guest share.</summary>
internal static class Lab
{
    public static LabBus Bus { get; set; } = null!;

    /// <summary>No single wait of a test takes longer; an emulated machine is slow, and its time runs on while its host does something else.</summary>
    public static TimeSpan Patience => TimeSpan.FromSeconds(30);

    public static CancellationToken Timeout() => new CancellationTokenSource(Patience).Token;

    /// <summary>A driver lets go of its device, or takes it: as if it were unplugged and plugged in again.</summary>
    public static void Unplug(string device) => File.WriteAllText($"/sys/bus/platform/drivers/{device}/unbind", device);

    public static void PlugIn(string device)
    {
        File.WriteAllText($"/sys/bus/platform/drivers/{device}/bind", device);
        NameDevices();
    }

    /// <summary>Names the devices that the hardware tests of other projects go by.</summary>
    public static void NameDevices()
    {
        Environment.SetEnvironmentVariable("HARNESS_BME280", "/dev/i2c-0@0x76");
        Environment.SetEnvironmentVariable("HARNESS_GPIO", $"{Pins.Chip}@3");
        Environment.SetEnvironmentVariable("HARNESS_GPIO_EDGES", $"{Pins.Chip}@5");
    }
}
