namespace Harness.Timing;

/// <summary>The samples of one scenario, in the order of measurement. Thread-safe; samples are never deleted.</summary>
public sealed class SampleSet
{
    private readonly Lock _lock = new();
    private readonly List<Sample> _samples = [];

    /// <summary>Adds a sample.</summary>
    public void Add(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        lock (_lock)
        {
            _samples.Add(sample);
        }
    }

    /// <summary>Gets a copy of the samples of one operation of one device by one clock; names compare as written.</summary>
    public IReadOnlyList<Sample> For(string device, string operation, ClockKind clock)
    {
        lock (_lock)
        {
            return [.. _samples.Where(s => s.Device == device && s.Operation == operation && s.Clock == clock)];
        }
    }
}
