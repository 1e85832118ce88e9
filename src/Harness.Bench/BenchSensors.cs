namespace Harness.Bench;

/// <summary>The sensors of a rig, opened at their first reading and owned by this object. Thread-safe as long as each sensor is read by one caller.</summary>
public sealed partial class BenchSensors : IDisposable
{
    private readonly RigFile _rig;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly BenchDrivers _drivers;
    private readonly Action<Assembly, string> _uses;
    private readonly Dictionary<string, IClimateSensor> _climate = [];
    private readonly Dictionary<string, IDigitalInput> _inputs = [];
    private readonly Dictionary<string, GpioLineModel> _lineModels = [];

    internal BenchSensors(RigFile rig, BenchDrivers drivers, TimeProvider time, Action<Assembly, string> uses) =>
        (_rig, _drivers, _time, _uses) = (rig, drivers, time, uses);

    /// <summary>Gets a BME280 by its name; null takes the rig's first.</summary>
    /// <exception cref="InconclusiveException">The rig has no such sensor.</exception>
    /// <exception cref="RigErrorException">The sensor does not answer.</exception>
    public IClimateSensor Climate(string? name = null)
    {
        var entry = Find(isClimate: true, name);
        if (entry.Driver != "model")
        {
            _uses(_drivers.Climate(_rig, entry.Driver).Method.Module.Assembly, "sensor");
        }

        lock (_gate)
        {
            return _climate.TryGetValue(entry.Name, out var open) ? open : _climate[entry.Name] = Open<IClimateSensor>(entry, () =>
            {
                if (entry.Driver != "model")
                {
                    return _drivers.Climate(_rig, entry.Driver)(entry.Bus ?? "", entry.Address, _time);
                }

                return Bme280Sensor.On(ModelOf(entry), _time);
            });
        }
    }

    /// <summary>Gets a digital input by its name; null takes the rig's first.</summary>
    /// <exception cref="InconclusiveException">The rig has no such input.</exception>
    /// <exception cref="RigErrorException">The line cannot be opened.</exception>
    public IDigitalInput DigitalInput(string? name = null)
    {
        var entry = Find(isClimate: false, name);
        if (entry.Driver != "model")
        {
            _uses(_drivers.Input(_rig, entry.Driver).Method.Module.Assembly, "sensor");
        }

        lock (_gate)
        {
            return _inputs.TryGetValue(entry.Name, out var open) ? open : _inputs[entry.Name] = Open<IDigitalInput>(entry, () =>
                entry.Driver == "model"
                    ? GpioInput.On(_lineModels[entry.Name] = new GpioLineModel(entry.Name))
                    : _drivers.Input(_rig, entry.Driver)(_rig.Gpio[entry.Gpio!].Chip, _rig.Gpio[entry.Gpio!].Line, entry.Name));
        }
    }

    /// <summary>Gets the modelled line behind a digital input, to set its level; null for a real line.</summary>
    /// <exception cref="InconclusiveException">The rig has no such sensor.</exception>
    public GpioLineModel? DigitalInputModel(string? name = null)
    {
        _ = DigitalInput(name);
        lock (_gate)
        {
            return _lineModels.GetValueOrDefault(Find(isClimate: false, name).Name);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var sensor in _climate.Values.Cast<IDisposable>().Concat(_inputs.Values))
            {
                sensor.Dispose();
            }

            DisposeSensors();
            _climate.Clear();
            _inputs.Clear();
            _lineModels.Clear();
        }
    }

    private SensorEntry Find(bool isClimate, string? name) =>
        _rig.Sensors.Values.FirstOrDefault(s => s.Kind != "sensor" && s.IsClimate == isClimate && (name is null || s.Name == name))
        ?? throw new InconclusiveException(
            name is null ? (isClimate ? "a climate sensor" : "a digital input") : $"sensor \"{name}\"", $"one in rig {_rig.Name}", "none", nextCommand: $"${{EDITOR:-nano}} {ShellWord.Quote(_rig.Path)}");

    private static T Open<T>(SensorEntry entry, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (HardwareException e)
        {
            throw new RigErrorException($"sensor {entry.Name}", $"a {entry.Kind} at {e.Device}", e.Message, nextCommand: e.NextCommand, inner: e);
        }
    }
}
