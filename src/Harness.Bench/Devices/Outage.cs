namespace Harness.Bench.Devices;

/// <summary>
/// Decides when a device that stays broken is given up, and when it is tried again. It counts time, so that short scenarios do not use up the
/// time that a board needs to come back, and also requires a number of failures, as one alone proves nothing. Thread-safe.
/// </summary>
/// <param name="leastFailures">Failures in a row before the device is given up.</param>
/// <param name="limit">Time the device may be broken before it is given up; also the first pause, which doubles from try to try up to
/// <see cref="MaximumPause"/>.</param>
/// <param name="time">Clock.</param>
public sealed class Outage(int leastFailures, TimeSpan limit, TimeProvider time)
{
    /// <summary>The longest time between two tries.</summary>
    public static readonly TimeSpan MaximumPause = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private long _since;
    private long _paused;
    private int _failures;
    private TimeSpan _pause;

    /// <summary>Text that says the device is given up for now, as "it has been broken for 41.0 s; tried again in 38 s"; null while it may be tried.</summary>
    public string? GivenUp
    {
        get
        {
            lock (_gate)
            {
                var left = _pause - time.GetElapsedTime(_paused);
                return _pause == TimeSpan.Zero || left <= TimeSpan.Zero
                    ? null
                    : string.Create(CultureInfo.InvariantCulture, $"broken for {time.GetElapsedTime(_since).TotalSeconds:0.0} s, in {_failures} tries; tried again in {Math.Ceiling(left.TotalSeconds):0} s");
            }
        }
    }

    /// <summary>Records a failed try.</summary>
    /// <param name="started">Timestamp of the start of the try.</param>
    /// <param name="mayMend">True for a fault that can pass by itself, such as an unplugged board; false for one that cannot, such as a wrong image.</param>
    public void Failed(long started, bool mayMend)
    {
        lock (_gate)
        {
            _since = _failures++ == 0 ? started : _since;
            if (_pause > TimeSpan.Zero || (_failures >= leastFailures && (!mayMend || time.GetElapsedTime(_since) >= limit)))
            {
                _pause = _pause == TimeSpan.Zero ? limit : TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, MaximumPause.Ticks));
                _paused = time.GetTimestamp();
            }
        }
    }

    /// <summary>Gives the device up at once, whatever the number of tries: all that could mend it was done.</summary>
    /// <param name="started">Timestamp of the start of the last try.</param>
    public void GiveUp(long started)
    {
        lock (_gate)
        {
            _since = _failures++ == 0 ? started : _since;
            (_pause, _paused) = (_pause == TimeSpan.Zero ? limit : _pause, time.GetTimestamp());
        }
    }

    /// <summary>Clears the failures after the device worked.</summary>
    public void Over()
    {
        lock (_gate)
        {
            (_failures, _pause) = (0, TimeSpan.Zero);
        }
    }
}
