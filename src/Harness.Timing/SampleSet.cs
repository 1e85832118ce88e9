using Harness.Record;

namespace Harness.Timing;

/// <summary>The samples of one scenario, in the order they were taken. Thread-safe; nothing is ever deleted.</summary>
public sealed class SampleSet
{
    private readonly Lock _lock = new();
    private readonly List<Sample> _samples = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _samples.Count;
            }
        }
    }

    /// <summary>Adds one.</summary>
    public void Add(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        lock (_lock)
        {
            _samples.Add(sample);
        }
    }

    /// <summary>A copy of all of them.</summary>
    public IReadOnlyList<Sample> All()
    {
        lock (_lock)
        {
            return [.. _samples];
        }
    }

    /// <summary>A copy of those of one operation of one device by one clock; names compare as written.</summary>
    public IReadOnlyList<Sample> For(string device, string operation, ClockKind clock)
    {
        lock (_lock)
        {
            return [.. _samples.Where(s => s.Device == device && s.Operation == operation && s.Clock == clock)];
        }
    }
}
