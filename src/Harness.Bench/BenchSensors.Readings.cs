namespace Harness.Bench;

/// <summary>Readings with their quality, of sensors of any kind.</summary>
public sealed partial class BenchSensors
{
    private readonly Dictionary<string, ISensor> _sensors = [];
    private readonly Dictionary<string, ISensorModel> _sensorModels = [];
    private volatile bool _wasRead;

    /// <summary>True if a sensor was read since <see cref="BeginScenario"/>.</summary>
    public bool WasRead => _wasRead;

    /// <summary>Finds a sensor that reads quantities, by its name in the rig, or by the chip: "BME280", "sht3x".</summary>
    /// <exception cref="InconclusiveException">The rig has no such sensor.</exception>
    public SensorEntry Entry(string word)
    {
        var sensors = _rig.Sensors.Values.Where(s => s.HasQuantities).ToList();
        return sensors.Find(s => s.Name == word)
            ?? sensors.Find(s => string.Equals(s.Word, word, StringComparison.OrdinalIgnoreCase))
            ?? throw new InconclusiveException(
                $"sensor \"{word}\"", $"one in rig {_rig.Name}", sensors.Count == 0 ? "none" : $"only {string.Join(", ", sensors.Select(s => $"{s.Name} ({s.Word})"))}",
                nextCommand: $"./harness sensors {ShellWord.Quote(word.ToLowerInvariant())}");
    }

    /// <summary>Reads a sensor once; a fault is the reading's quality.</summary>
    /// <param name="word">The sensor's name in the rig, or the chip.</param>
    /// <param name="cancellationToken">Ends the wait for the chip.</param>
    /// <exception cref="InconclusiveException">The rig has no such sensor.</exception>
    /// <exception cref="RigErrorException">Its bus cannot be opened at all.</exception>
    public SensorReading Read(string word, CancellationToken cancellationToken = default)
    {
        var entry = Entry(word);
        var sensor = Sensor(entry);
        _wasRead = true;
        return Open(entry, () => sensor.Read(cancellationToken));
    }

    /// <summary>Reads a sensor whose values are needed: a fault is the rig's.</summary>
    /// <exception cref="RigErrorException">The reading is not usable, or the bus cannot be opened.</exception>
    public SensorReading ReadUsable(string word, CancellationToken cancellationToken = default) => Readings.Usable(Read(word, cancellationToken));

    /// <summary>Gets the model behind a sensor, to set what it senses and the faults it has; null for a real one.</summary>
    /// <exception cref="InconclusiveException">The rig has no such sensor.</exception>
    public ISensorModel? Model(string word)
    {
        var entry = Entry(word);
        _ = Sensor(entry);
        lock (_gate)
        {
            return _sensorModels.GetValueOrDefault(entry.Name);
        }
    }

    /// <summary>Opens the meter in a board's supply for itself: nobody else reads the chip until the caller disposes it.</summary>
    /// <param name="name">The sensor's name in the rig, an INA219 or INA260.</param>
    /// <exception cref="HardwareException">The bus cannot be opened, nobody answers, or another chip.</exception>
    public SupplyMeter OpenSupplyMeter(string name)
    {
        var entry = Entry(name);
        lock (_gate)
        {
            if (_sensors.Remove(entry.Name, out var open))
            {
                open.Dispose();
            }

            return entry.IsModel
                ? SupplyMeter.Open(entry.Binding!.Name, ModelOf(entry), entry.Settings)
                : SupplyMeter.Open(entry.Binding!.Name, entry.PlaceOn(_rig), entry.Settings);
        }
    }

    /// <summary>Begins a scenario: models are whole again and sense what they did at first.</summary>
    internal void BeginScenario()
    {
        _wasRead = false;
        lock (_gate)
        {
            foreach (var entry in _rig.Sensors.Values.Where(s => _sensorModels.ContainsKey(s.Name)))
            {
                _sensors.Remove(entry.Name, out var sensor);
                sensor?.Dispose();
                _climate.Remove(entry.Name, out var climate);
                climate?.Dispose();
                (_sensorModels[entry.Name] as IDisposable)?.Dispose();
                _sensorModels.Remove(entry.Name);
            }
        }
    }

    private ISensor Sensor(SensorEntry entry)
    {
        if (entry.IsClimate && !entry.IsModel)
        {
            // Of a plugin perhaps, and one object for all readers of the chip.
            var climate = new Lazy<IClimateSensor>(() => Climate(entry.Name));
            return new ClimateAsSensor(entry.Name, () => climate.Value, _time);
        }

        if (entry.IsOwn)
        {
            _uses(_drivers.Sensor(_rig, entry.Driver).Method.Module.Assembly, "sensor");
        }

        lock (_gate)
        {
            return _sensors.TryGetValue(entry.Name, out var open) ? open : _sensors[entry.Name] = Create(entry);
        }
    }

    private ISensor Create(SensorEntry entry)
    {
        if (entry.IsOwn)
        {
            return Open(entry, () => _drivers.Sensor(_rig, entry.Driver)(entry.Name, entry.Bus ?? "", entry.Address, entry.Settings, _time));
        }

        var binding = entry.Binding ?? BindingCatalog.ByName("bme280")!;
        return entry.IsModel
            ? BindingSensor.On(entry.Name, binding, ModelOf(entry), entry.Settings, _time)
            : BindingSensor.At(entry.Name, binding, entry.PlaceOn(_rig), entry.Settings, _time);
    }

    // One model a sensor, whichever driver reads it.
    private ISensorModel ModelOf(SensorEntry entry) => _sensorModels.TryGetValue(entry.Name, out var model)
        ? model
        : _sensorModels[entry.Name] = (entry.Binding ?? BindingCatalog.ByName("bme280")!).Chip!.CreateModel(_time);

    private void DisposeSensors()
    {
        foreach (var open in _sensors.Values.Cast<object>().Concat(_sensorModels.Values).OfType<IDisposable>())
        {
            open.Dispose();
        }

        _sensors.Clear();
        _sensorModels.Clear();
    }
}
