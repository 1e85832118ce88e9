namespace Harness.Guest;

/// <summary>Helpers that the tests in the guest share.</summary>
internal static class Lab
{
    public static LabBus Bus { get; set; } = null!;

    /// <summary>Limit of every single wait of a test; an emulated machine is slow, and its time runs on while its host does something else.</summary>
    public static TimeSpan TimeLimit => TimeSpan.FromSeconds(30);

    public static CancellationToken Timeout() => new CancellationTokenSource(TimeLimit).Token;

    /// <summary>Unbinds a driver from its device, as if it were unplugged.</summary>
    public static void Unplug(string device) => File.WriteAllText($"/sys/bus/platform/drivers/{device}/unbind", device);

    public static void PlugIn(string device)
    {
        File.WriteAllText($"/sys/bus/platform/drivers/{device}/bind", device);
        NameDevices();
    }

    /// <summary>Sets the environment variables that name the devices for the hardware tests of other projects.</summary>
    public static void NameDevices()
    {
        Environment.SetEnvironmentVariable("HARNESS_BME280", "/dev/i2c-0@0x76");
        Environment.SetEnvironmentVariable("HARNESS_GPIO", $"{Pins.Chip}@3");
        Environment.SetEnvironmentVariable("HARNESS_GPIO_EDGES", $"{Pins.Chip}@5");
    }
}
