namespace Harness.Hardware.Sensors.Bindings;

/// <summary>Opens the line that a binding is constructed on: a real one of a rig, or a model's. Each call opens anew; the caller disposes.</summary>
internal interface ISensorTransports
{
    /// <summary>The name for messages.</summary>
    string Name { get; }

    /// <summary>The command that looks at the line.</summary>
    string LookCommand { get; }

    I2cDevice OpenI2c();

    SpiDevice OpenSpi();

    /// <summary>The controller of the lines, or null where the binding names none.</summary>
    GpioController OpenGpio();

    /// <summary>The number of a pin, by the binding's word for it.</summary>
    int Pin(string word);

    PwmChannel OpenPwm();

    (string Bus, string Device) OneWire();
}

/// <summary>The lines of a rig.</summary>
internal sealed class PlacedTransports(SensorPlace place) : ISensorTransports
{
    private const int DefaultPwmHertz = 400;

    public string Name => place.ToString();

    public string LookCommand =>
        place.Bus is { } bus ? $"i2cdetect -y {System.IO.Path.GetFileName(bus).Replace("i2c-", "", StringComparison.Ordinal)}"
        : place.Spi is { } spi ? $"ls -l {spi}"
        : place.OneWire is not null ? "ls /sys/bus/w1/devices"
        : place.Pwm is not null ? "ls /sys/class/pwm"
        : "gpioinfo";

    public I2cDevice OpenI2c() => I2c.I2cBusDevice.Open(place.Bus!, place.Address);

    public SpiDevice OpenSpi() => Hardware.Spi.SpiBusDevice.Open(place.Spi!);

    public GpioController OpenGpio()
    {
        var chips = place.Pins.Values.Select(p => p.Chip).Distinct().ToList();
        foreach (var (chip, line) in place.Pins.Values)
        {
            Gpio.GpioNode.Check(chip, line);
        }

        return chips.Count == 1
            ? Gpio.GpioInput.Controller(chips[0])
            : throw new HardwareException(HardwareFailure.Configuration, Name, $"{Name}: a binding takes its lines from one chip; these are on {chips.Count}.", LookCommand);
    }

    public int Pin(string word) => place.Pins[word].Line;

    public PwmChannel OpenPwm()
    {
        var (chip, channel) = PwmName.Parse(place.Pwm!);
        return PwmChannel.Create(chip, channel, DefaultPwmHertz);
    }

    public (string Bus, string Device) OneWire() => (place.OneWireBus, place.OneWire!);
}
