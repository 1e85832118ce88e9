using System.Globalization;

namespace Harness.Bench.Measuring;

/// <summary>A window in which no garbage is collected, as far as the runtime grants it; a collection that happened all the same is said.</summary>
internal sealed class QuietWindow : IDisposable
{
    private readonly bool _granted;
    private readonly int _before;
    private bool _ended;

    /// <summary>Opens it: first collects, so that what lay around is gone.</summary>
    /// <param name="bytes">What may be allocated in it.</param>
    public QuietWindow(long bytes)
    {
        GC.Collect();
        try
        {
            _granted = GC.TryStartNoGCRegion(bytes);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
        {
            // Larger than this heap can promise, or one is open already: the collections are counted either way.
            _granted = false;
        }

        _before = GC.CollectionCount(0);
    }

    /// <summary>What is said of the window; call it at its end, before it is disposed.</summary>
    public string Words()
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
