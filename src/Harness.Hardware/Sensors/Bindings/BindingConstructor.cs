namespace Harness.Hardware.Sensors.Bindings;

/// <summary>The constructor of a binding that a rig can feed: one kind of line, and settings that are words or numbers.</summary>
internal sealed class BindingConstructor
{
    private readonly ConstructorInfo _constructor;

    private BindingConstructor(ConstructorInfo constructor, SensorLine line, IReadOnlyList<string> pins, IReadOnlyList<BindingSetting> settings) =>
        (_constructor, Line, Pins, Settings) = (constructor, line, pins, settings);

    public SensorLine Line { get; }

    public IReadOnlyList<string> Pins { get; }

    public IReadOnlyList<BindingSetting> Settings { get; }

    /// <summary>The constructor that needs least from the rig; null where none can be fed, with the reason.</summary>
    public static BindingConstructor? Of(Type type, out string reason)
    {
        var reasons = new List<string>();
        BindingConstructor? best = null;
        foreach (var constructor in type.GetConstructors().OrderBy(c => c.GetParameters().Length))
        {
            var candidate = Read(constructor, out var problem);
            if (candidate is null)
            {
                reasons.Add(problem);
            }
            else if (best is null || candidate.Cost < best.Cost)
            {
                best = candidate;
            }
        }

        reason = reasons.Count == 0 ? "no public constructor" : reasons[0];
        return best;
    }

    /// <summary>Constructs the driver.</summary>
    /// <param name="transports">The lines.</param>
    /// <param name="settings">The rig's settings.</param>
    /// <param name="watched">The chip's bus with the bytes beside it; null on other lines.</param>
    public object Invoke(ISensorTransports transports, IReadOnlyDictionary<string, string> settings, out WatchedI2cDevice? watched)
    {
        watched = null;
        var arguments = new List<object?>();
        var opened = new List<IDisposable>();
        try
        {
            foreach (var parameter in _constructor.GetParameters())
            {
                arguments.Add(Argument(parameter, transports, settings, ref watched));
                if (arguments[^1] is IDisposable line)
                {
                    opened.Add(line);
                }
            }

            return _constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [.. arguments], null);
        }
        catch
        {
            opened.ForEach(line => line.Dispose());
            throw;
        }
    }

    /// <summary>The type of a setting; null for one that the constructor does not have.</summary>
    public Type? TypeOf(string setting) => _constructor.GetParameters().FirstOrDefault(p => BindingWords.Join(p.Name!, '_') == setting)?.ParameterType;

    private int Cost => Settings.Count(s => s.Default is null) + (Pins.Count * 2) + (Line == SensorLine.I2c ? 0 : 1);

    private object? Argument(ParameterInfo parameter, ISensorTransports transports, IReadOnlyDictionary<string, string> settings, ref WatchedI2cDevice? watched)
    {
        var type = parameter.ParameterType;
        return type == typeof(I2cDevice) ? parameter.HasDefaultValue && watched is not null ? null : watched = new WatchedI2cDevice(transports.OpenI2c())
            : type == typeof(SpiDevice) ? transports.OpenSpi()
            : type == typeof(PwmChannel) ? transports.OpenPwm()
            : type == typeof(GpioController) ? Line == SensorLine.Gpio ? transports.OpenGpio() : null
            : IsPin(parameter) ? Pins.Contains(BindingWords.Pin(parameter.Name!)) ? transports.Pin(BindingWords.Pin(parameter.Name!)) : parameter.DefaultValue
            : Line == SensorLine.OneWire ? parameter.Position == 0 ? transports.OneWire().Bus : transports.OneWire().Device
            : settings.TryGetValue(BindingWords.Join(parameter.Name!, '_'), out var text) ? SettingText.Read(type, text)
            : parameter.DefaultValue;
    }

    private static BindingConstructor? Read(ConstructorInfo constructor, out string problem)
    {
        problem = "";
        var parameters = constructor.GetParameters();
        var isOneWire = constructor.DeclaringType!.Namespace == "Iot.Device.OneWire" && parameters.Length == 2 && parameters.All(p => p.ParameterType == typeof(string));
        var line = isOneWire ? SensorLine.OneWire : SensorLine.None;
        var pins = new List<string>();
        var settings = new List<BindingSetting>();
        foreach (var parameter in isOneWire ? [] : parameters)
        {
            var type = parameter.ParameterType;
            var own = type == typeof(I2cDevice) ? SensorLine.I2c : type == typeof(SpiDevice) ? SensorLine.Spi : type == typeof(PwmChannel) ? SensorLine.Pwm
                : IsPin(parameter) && !parameter.HasDefaultValue ? SensorLine.Gpio : SensorLine.None;
            if (own != SensorLine.None)
            {
                if (line != SensorLine.None && line != own)
                {
                    problem = "needs lines of two kinds";
                    return null;
                }

                line = own;
                if (own == SensorLine.Gpio)
                {
                    pins.Add(BindingWords.Pin(parameter.Name!));
                }
            }
            else if (type != typeof(GpioController) && !IsPin(parameter) && parameter.Name != "shouldDispose")
            {
                if (SettingText.Kind(type) is { } kind)
                {
                    settings.Add(new(BindingWords.Join(parameter.Name!, '_'), kind, parameter.HasDefaultValue ? SettingText.Write(parameter.DefaultValue) : null));
                }
                else if (!parameter.HasDefaultValue)
                {
                    problem = $"needs a {type.Name}, which a rig cannot name";
                    return null;
                }
            }
        }

        problem = line == SensorLine.None ? "needs no line that a rig names" : "";
        return line == SensorLine.None ? null : new(constructor, line, pins, settings);
    }

    private static bool IsPin(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(int) && (parameter.Name!.Contains("pin", StringComparison.OrdinalIgnoreCase) || parameter.Name is "reset");
}
