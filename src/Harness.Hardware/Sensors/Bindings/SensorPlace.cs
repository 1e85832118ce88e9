namespace Harness.Hardware.Sensors.Bindings;

/// <summary>The place of a sensor, as a rig file names it: each member is null or empty where the rig has none.</summary>
public sealed record SensorPlace
{
    /// <summary>I2C bus, <c>/dev/i2c-N</c>.</summary>
    public string? Bus { get; init; }

    /// <summary>7-bit I2C address.</summary>
    public int Address { get; init; }

    /// <summary>SPI device, <c>/dev/spidevB.C</c>.</summary>
    public string? Spi { get; init; }

    /// <summary>1-wire device: its folder below the bus, <c>28-000005e2fdc3</c>.</summary>
    public string? OneWire { get; init; }

    /// <summary>Folder of the 1-wire bus; by default the kernel's first.</summary>
    public string OneWireBus { get; init; } = "w1_bus_master1";

    /// <summary>GPIO lines by the binding's word for the pin: <c>trigger</c>, <c>echo</c>.</summary>
    public IReadOnlyDictionary<string, (string Chip, int Line)> Pins { get; init; } = new Dictionary<string, (string, int)>();

    /// <summary>PWM channel, <c>pwmchipC/pwmN</c>.</summary>
    public string? Pwm { get; init; }

    /// <summary>Writes the place for people.</summary>
    public override string ToString() =>
        Bus is not null ? $"{Bus} address 0x{Address:x2}"
        : Spi ?? OneWire ?? Pwm ?? (Pins.Count > 0 ? string.Join(", ", Pins.Select(p => $"{p.Key} on {p.Value.Chip} line {p.Value.Line}")) : "model");
}
