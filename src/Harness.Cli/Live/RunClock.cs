namespace Harness.Cli.Live;

/// <summary>Estimates the time that a run still takes, from the durations of its scenarios in earlier runs; those without one are taken for the mean of this run so far.</summary>
/// <param name="expected">Milliseconds by scenario, of those that will run and ran before.</param>
internal sealed class RunClock(IReadOnlyDictionary<string, double> expected)
{
    // Fewer say nothing of the rest.
    private const int FewestMeasured = 3;

    private readonly Dictionary<string, double> _ahead = new(expected);
    private double _measuredMs;
    private int _measured;
    private readonly Dictionary<string, long> _began = []; // of the scenarios under way

    /// <summary>The number of scenarios that run at once.</summary>
    public int Lanes { get; set; } = 1;

    /// <summary>A scenario begins.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="now">The clock's timestamp.</param>
    public void Begin(string id, long now) => _began[id] = now;

    /// <summary>A scenario ended.</summary>
    public void End(string id, double ms)
    {
        _ahead.Remove(id);
        _measuredMs += double.IsFinite(ms) ? ms : 0;
        _measured++;
        _began.Remove(id);
    }

    /// <summary>The time left in words; empty where nothing can be said.</summary>
    /// <param name="remaining">Scenarios that did not end.</param>
    /// <param name="time">The clock.</param>
    public string Left(int remaining, TimeProvider time)
    {
        if (remaining <= 0 || (_ahead.Count == 0 && _measured < FewestMeasured))
        {
            return "";
        }

        var mean = _measured >= FewestMeasured ? _measuredMs / _measured : _ahead.Values.Average();
        var work = _ahead.Values.Sum() + (Math.Max(0, remaining - _ahead.Count) * mean) - _began.Values.Sum(began => time.GetElapsedTime(began).TotalMilliseconds);
        var ms = work / Math.Clamp(remaining, 1, Lanes);
        var left = TimeSpan.FromMilliseconds(Math.Clamp(ms, 0, TimeSpan.FromDays(9).TotalMilliseconds));
        return left.TotalSeconds < 60 ? $"about {Math.Max(1, Math.Ceiling(left.TotalSeconds)):0} s left" : $"about {(int)left.TotalMinutes} min {left.Seconds:00} s left";
    }
}
