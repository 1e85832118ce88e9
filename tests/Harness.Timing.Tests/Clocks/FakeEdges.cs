namespace Harness.Timing.Tests.Clocks;

/// <summary>A fixed list of edges; after the last one every read times out.</summary>
internal sealed class FakeEdges(params TriggerEdge[] edges) : ITriggerEdges
{
    private readonly Queue<TriggerEdge> _edges = new(edges);

    public string Name => "fake";

    public Unit Unit => Unit.Cycles;

    public Provenance Provenance => Provenance.EmulatedCycles;

    public bool SharesDeviceTimeBase => true;

    public double Floor => 0;

    public ValueTask<TriggerEdge?> ReadAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        new(_edges.TryDequeue(out var edge) ? edge : null);

    public int Drain()
    {
        var n = _edges.Count;
        _edges.Clear();
        return n;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
