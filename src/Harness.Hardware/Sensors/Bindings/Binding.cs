namespace Harness.Hardware.Sensors.Bindings;

/// <summary>The kinds of line that a binding is constructed on.</summary>
public enum SensorLine
{
    /// <summary>None: the binding needs no line that a rig can name.</summary>
    None,

    /// <summary>I2C bus and address.</summary>
    I2c,

    /// <summary>SPI device.</summary>
    Spi,

    /// <summary>GPIO lines.</summary>
    Gpio,

    /// <summary>1-wire bus and device.</summary>
    OneWire,

    /// <summary>PWM channel.</summary>
    Pwm,
}

/// <summary>A quantity that a binding reads.</summary>
/// <param name="Name">The name in features and payloads: <c>temperature</c>.</param>
/// <param name="Unit">The unit's symbol; empty for a number of which the package names none.</param>
public sealed record BindingQuantity(string Name, string Unit);

/// <summary>A setting of a binding that a rig may name.</summary>
/// <param name="Name">The key below <c>settings:</c>.</param>
/// <param name="Kind">The values in words: <c>one of FS4096, FS2048</c>, <c>a number</c>.</param>
/// <param name="Default">The value where the rig names none; null where it must.</param>
public sealed record BindingSetting(string Name, string Kind, string? Default);

/// <summary>A device of Iot.Device.Bindings as a rig can name it, or the reason why it cannot.</summary>
public sealed record Binding
{
    /// <summary>The name in rig files (<c>binding:</c>).</summary>
    public required string Name { get; init; }

    /// <summary>The package's class.</summary>
    public required Type Type { get; init; }

    /// <summary>The kind of line.</summary>
    public required SensorLine Line { get; init; }

    /// <summary>The words of the pins of a binding on GPIO lines.</summary>
    public IReadOnlyList<string> Pins { get; init; } = [];

    /// <summary>The quantities it reads; those of a chip in <see cref="Chips.SensorChip"/> are the ones that the chip names.</summary>
    public IReadOnlyList<BindingQuantity> Quantities { get; init; } = [];

    /// <summary>The settings.</summary>
    public IReadOnlyList<BindingSetting> Settings { get; init; } = [];

    /// <summary>The reason why it does not fit; null where it does.</summary>
    public string? Reason { get; init; }

    /// <summary>True where a rig can name it.</summary>
    public bool Fits => Reason is null;

    /// <summary>The chip with a model and checks of its own; null for a binding that is read as the package gives it.</summary>
    public Chips.SensorChip? Chip { get; init; }

    /// <summary>Gets the form that a setting must have.</summary>
    /// <returns>The form in words where <paramref name="text"/> has another; null where it fits.</returns>
    public string? Refuses(string setting, string text)
    {
        var (type, kind) = Constructor!.TypeOf(setting) is { } own ? (own, SettingText.Kind(own)!) : (typeof(double), Settings.First(s => s.Name == setting).Kind);
        try
        {
            _ = SettingText.Read(type, text);
            return null;
        }
        catch (FormatException)
        {
            return kind;
        }
    }

    internal BindingConstructor? Constructor { get; init; }

    internal IReadOnlyList<BindingMember> Members { get; init; } = [];
}
