namespace Harness.Hardware.Sensors.Bindings;

/// <summary>
/// A sensor by a driver of Iot.Device.Bindings. A fault of chip or bus becomes the quality of the reading; after one the driver is constructed anew at the
/// next reading, so that a chip that comes back is set up again. Not thread-safe.
/// </summary>
public sealed class BindingSensor : ISensor
{
    private readonly string _name;
    private readonly Binding _binding;
    private readonly ISensorTransports _transports;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly TimeProvider _time;
    private object? _driver;
    private WatchedI2cDevice? _bus;
    private bool _wasAway;
    private bool _disposed;

    internal BindingSensor(string name, Binding binding, ISensorTransports transports, IReadOnlyDictionary<string, string> settings, TimeProvider time) =>
        (_name, _binding, _transports, _settings, _time) = (name, binding, transports, settings, time);

    /// <summary>A sensor on the lines of a rig. Nothing is opened before the first reading.</summary>
    /// <param name="name">The sensor's name in the rig.</param>
    /// <param name="binding">The device, one that fits.</param>
    /// <param name="place">Its lines.</param>
    /// <param name="settings">Its settings, by their names in <see cref="Binding.Settings"/>.</param>
    /// <param name="time">The clock of readings.</param>
    public static BindingSensor At(string name, Binding binding, SensorPlace place, IReadOnlyDictionary<string, string> settings, TimeProvider time) =>
        new(name, binding, new PlacedTransports(place), settings, time);

    /// <summary>The same driver over a model of the chip.</summary>
    /// <param name="name">The sensor's name in the rig.</param>
    /// <param name="binding">The device, one whose <see cref="Binding.Chip"/> has a model.</param>
    /// <param name="model">The model, from <see cref="SensorChip.CreateModel"/>.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="time">The clock of readings.</param>
    public static BindingSensor On(string name, Binding binding, ISensorModel model, IReadOnlyDictionary<string, string> settings, TimeProvider time) =>
        new(name, binding, (ISensorTransports)model, settings, time);

    /// <inheritdoc/>
    public SensorReading Read(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            _bus?.Forget();
            Open();
            _binding.Chip?.Identify(_driver!, _bus);
            _bus?.Forget();
            var values = _binding.Chip?.Read(_driver!, _settings) ?? [.. _binding.Members.SelectMany(m => m.Read(_driver!))];
            if (_bus?.Fault is { } hidden)
            {
                throw hidden; // some drivers catch what their bus throws, and give the value before
            }

            _binding.Chip?.Check(_bus?.Replies ?? []);
            CheckBus(_bus?.Replies ?? []);
            CheckValues(values);
            var quality = _wasAway ? ReadingQuality.Returned : ReadingQuality.Good;
            _wasAway = false;
            return new(_name, values, _time.GetUtcNow(), quality);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var cause = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            cause = _bus?.Fault ?? cause;
            Close();
            _wasAway = true;
            return Fault(cause);
        }
    }

    /// <summary>Closes the driver and its line.</summary>
    public void Dispose()
    {
        _disposed = true;
        Close();
    }

    private void Open()
    {
        if (_driver is not null)
        {
            return;
        }

        WatchedI2cDevice? bus = null;
        try
        {
            // Before the package talks to it: its constructors write, which another chip at this address would take as its own.
            if (_binding.Chip is { } chip && _binding.Line == SensorLine.I2c)
            {
                using var first = new WatchedI2cDevice(_transports.OpenI2c());
                bus = first;
                chip.IdentifyFirst(first);
            }

            _driver = _binding.Constructor!.Invoke(_transports, _settings, out bus);
            _bus = bus;
            _binding.Chip?.Prepare(_driver, _settings);
        }
        catch
        {
            _bus = bus ?? _bus;
            throw;
        }
    }

    private void Close()
    {
        try
        {
            (_driver as IDisposable)?.Dispose(); // some say good-bye to a chip that may be gone
        }
        catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException)
        {
            // The reading has said it already.
        }

        _bus?.Dispose(); // the package's INA219 leaves it open
        _driver = null;
    }

    // Without a chip of its own the check is what holds for all: a bus that is let go reads ones everywhere.
    private void CheckBus(IReadOnlyList<byte[]> replies)
    {
        if (_binding.Chip is null && replies.Count > 0 && replies.Sum(r => r.Length) > 1 && replies.All(r => r.All(b => b == 0xFF)))
        {
            throw new SensorFaultException(ReadingQuality.StuckBus, $"all {replies.Sum(r => r.Length)} bytes of the reading are 0xff");
        }
    }

    private void CheckValues(IReadOnlyList<SensorValue> values)
    {
        if (values.Count == 0)
        {
            throw new SensorFaultException(ReadingQuality.NotANumber, "the driver gives no value");
        }

        if (values.FirstOrDefault(v => !double.IsFinite(v.Value)) is { } none)
        {
            throw new SensorFaultException(ReadingQuality.NotANumber, $"{none.Quantity} is no number");
        }

        foreach (var range in _binding.Chip?.Ranges ?? [])
        {
            if (values.FirstOrDefault(v => v.Quantity == range.Quantity) is { } value && !(value.Value >= range.Least && value.Value <= range.Most))
            {
                throw new SensorFaultException(
                    ReadingQuality.Implausible, FormattableString.Invariant($"{value}; the data sheet has {range.Least:0.####} to {range.Most:0.####} {range.Unit}"));
            }
        }
    }

    private SensorReading Fault(Exception cause)
    {
        var quality = cause switch
        {
            SensorFaultException fault => fault.Quality,
            HardwareException { Failure: HardwareFailure.PermissionDenied or HardwareFailure.Busy or HardwareFailure.Configuration } e => throw e,
            HardwareException e => Quality(e.Failure),
            TimeoutException => ReadingQuality.TimedOut,
            ArgumentException e when e.Message.Contains("is not a valid number", StringComparison.Ordinal) => ReadingQuality.NotANumber, // UnitsNet refuses NaN
            DirectoryNotFoundException or FileNotFoundException => ReadingQuality.Gone, // 1-wire: the kernel takes a slave's folder away
            IOException when _binding.Line == SensorLine.OneWire => ReadingQuality.Gone,
            FormatException e when _settings.Count > 0 => throw new HardwareException(HardwareFailure.Configuration, _name, $"settings of {_name}: {e.Message}.", $"./harness sensors {_binding.Name}", e),
            _ => ReadingQuality.DriverFault,
        };
        return new(_name, [], _time.GetUtcNow(), quality, $"{_binding.Type.Name} at {_transports.Name}: {cause.Message.TrimEnd('.')}", (cause as HardwareException)?.NextCommand ?? _transports.LookCommand);
    }

    private static ReadingQuality Quality(HardwareFailure failure) => failure switch
    {
        HardwareFailure.BusStuck => ReadingQuality.StuckBus,
        HardwareFailure.WrongChip => ReadingQuality.WrongChip,
        HardwareFailure.Implausible => ReadingQuality.Implausible,
        HardwareFailure.TimedOut => ReadingQuality.TimedOut,
        _ => ReadingQuality.Gone,
    };
}
