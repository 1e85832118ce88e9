namespace Harness.Mqtt.Proxy;

/// <summary>The times at which a link is cut, from its start: lengths between cuts are exponential, as those of events that know nothing of each other. Thread-safe.</summary>
internal sealed class LinkCuts(LinkConditions conditions)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(conditions.Seed);
    private readonly List<(TimeSpan Begin, TimeSpan End)> _cuts = [];

    /// <summary>The cut that is under way at a time, or the next after it; null where the link has none.</summary>
    public (TimeSpan Begin, TimeSpan End)? At(TimeSpan time)
    {
        if (conditions.CutEvery <= TimeSpan.Zero)
        {
            return null;
        }

        lock (_lock)
        {
            while (_cuts.Count == 0 || _cuts[^1].End <= time)
            {
                var begin = (_cuts.Count == 0 ? TimeSpan.Zero : _cuts[^1].End) + (-Math.Log(1 - _random.NextDouble()) * conditions.CutEvery);
                _cuts.Add((begin, begin + conditions.CutFor));
            }

            return _cuts.Find(cut => cut.End > time);
        }
    }

    /// <summary>True while the link is cut.</summary>
    public bool IsDown(TimeSpan time) => At(time) is { } cut && cut.Begin <= time;
}
