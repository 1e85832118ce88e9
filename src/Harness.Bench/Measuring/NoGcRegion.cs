namespace Harness.Bench.Measuring;

/// <summary>A region without garbage collection, as far as the runtime grants one; collections that happen all the same are counted and reported.</summary>
internal sealed class NoGcRegion : IDisposable
{
    private readonly bool _granted;
    private readonly int _before;
    private bool _ended;

    /// <summary>Opens the region after a full collection.</summary>
    /// <param name="bytes">Bytes that may be allocated in the region.</param>
    public NoGcRegion(long bytes)
    {
        GC.Collect();
        try
        {
            _granted = GC.TryStartNoGCRegion(bytes);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
        {
            // More than this heap can promise, or a region is open already: the collections are counted either way.
            _granted = false;
        }

        _before = GC.CollectionCount(0);
    }

    /// <summary>Describes the region in a sentence; call it at the end, before disposal.</summary>
    public string Description()
    {
        var collections = GC.CollectionCount(0) - _before;
        return collections == 0
            ? _granted ? "no garbage collection in the window (region held)" : "no garbage collection in the window (none was promised)"
            : string.Create(CultureInfo.InvariantCulture, $"{collections} garbage collections happened in the window");
    }

    public void Dispose()
    {
        if (!_ended && _granted && System.Runtime.GCSettings.LatencyMode == System.Runtime.GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }

        _ended = true;
    }
}
