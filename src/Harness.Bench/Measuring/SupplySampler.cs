namespace Harness.Bench.Measuring;

/// <summary>Reads a meter without a pause, on a thread of its own, until it is ended.</summary>
internal sealed class SupplySampler : IDisposable
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;
    private readonly SupplyMeter _meter;
    private readonly List<SupplyReading> _values = new(1 << 16);
    private readonly int _most;
    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private volatile bool _ended;
    private Exception? _failure;
    private long _latest;

    /// <summary>Begins at once.</summary>
    /// <param name="meter">The meter, which nobody else reads meanwhile.</param>
    /// <param name="most">The number of values after which it stops by itself.</param>
    public SupplySampler(SupplyMeter meter, int most)
    {
        (_meter, _most) = (meter, most);
        _thread = new Thread(Run) { IsBackground = true, Name = "supply meter" };
        _thread.Start();
    }

    /// <summary>The time of the latest value in nanoseconds; 0 before the first.</summary>
    public long Latest => Interlocked.Read(ref _latest);

    /// <summary>False once the meter broke, or has given as many values as were wanted: no further one comes.</summary>
    public bool IsReading => _thread.IsAlive;

    /// <summary>The values until now, with the times of their transfers.</summary>
    public IReadOnlyList<SupplyReading> Values()
    {
        lock (_gate)
        {
            return [.. _values];
        }
    }

    /// <summary>Ends the reading.</summary>
    /// <returns>The values with the times of their transfers.</returns>
    /// <exception cref="Hardware.HardwareException">The meter broke meanwhile.</exception>
    public IReadOnlyList<SupplyReading> End()
    {
        _ended = true;
        _thread.Join();
        return _failure is null ? _values : throw _failure;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended = true;
        _thread.Join();
    }

    private void Run()
    {
        var pause = _meter.Conversion / 2;
        try
        {
            while (!_ended && _values.Count < _most)
            {
                var begun = Stopwatch.GetTimestamp();
                var amperes = _meter.ReadCurrent();
                var reading = new SupplyReading((long)(begun * NanosecondsPerTick), (long)(Stopwatch.GetTimestamp() * NanosecondsPerTick), amperes);
                lock (_gate)
                {
                    _values.Add(reading);
                }

                Interlocked.Exchange(ref _latest, reading.At(_meter.Conversion));

                // On a real bus a transfer takes as long as a conversion; a model answers at once and would only heat the machine.
                if (Stopwatch.GetElapsedTime(begun) < pause)
                {
                    Thread.Sleep(pause);
                }
            }
        }
        catch (Exception e) when (e is Hardware.HardwareException or ObjectDisposedException)
        {
            _failure = e;
        }
    }
}
