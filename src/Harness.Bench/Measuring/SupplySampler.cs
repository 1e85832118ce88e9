namespace Harness.Bench.Measuring;

/// <summary>Reads a meter without a pause, on a thread of its own, until it is ended.</summary>
internal sealed class SupplySampler : IDisposable
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;
    private readonly SupplyMeter _meter;
    private readonly List<(long Nanoseconds, double Amperes)> _values = new(1 << 16);
    private readonly int _most;
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

    /// <summary>Ends the reading.</summary>
    /// <returns>The values with the times of the middle of what they are the mean of.</returns>
    /// <exception cref="Hardware.HardwareException">The meter broke meanwhile.</exception>
    public IReadOnlyList<(long Nanoseconds, double Amperes)> End()
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
        var half = (long)(_meter.Conversion.TotalNanoseconds / 2);
        var pause = _meter.Conversion / 2;
        try
        {
            while (!_ended && _values.Count < _most)
            {
                var begun = Stopwatch.GetTimestamp();
                var amperes = _meter.ReadCurrent();
                var at = (long)((begun + Stopwatch.GetTimestamp()) / 2 * NanosecondsPerTick) - half;
                if (_values.Count == 0 || at > _values[^1].Nanoseconds)
                {
                    _values.Add((at, amperes));
                    Interlocked.Exchange(ref _latest, at);
                }

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
