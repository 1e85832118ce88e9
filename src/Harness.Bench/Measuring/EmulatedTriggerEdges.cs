namespace Harness.Bench.Measuring;

/// <summary>An emulator's trigger edges as a clock: exact counts on the board's own time base. The bench owns the underlying file.</summary>
/// <remarks>
/// The emulator writes an edge before the board goes on, so after a reply every earlier edge can be read without waiting. A
/// lost edge shows as two edges of one level, which <see cref="TriggerEdges"/> reports.
/// </remarks>
public sealed class EmulatedTriggerEdges : ITriggerEdges
{
    private readonly BenchDevice _device;
    private readonly Queue<BoardEdge> _waiting = new();
    private TriggerEdges? _source;
    private uint _sequence;

    private EmulatedTriggerEdges(BenchDevice device, Unit unit) => (_device, Unit) = (device, unit);

    /// <inheritdoc/>
    public string Name => $"trigger of {_device.Name}";

    /// <inheritdoc/>
    public Unit Unit { get; }

    /// <inheritdoc/>
    public Provenance Provenance => _device.Entry.Provenance;

    /// <inheritdoc/>
    public bool SharesDeviceTimeBase => true;

    /// <inheritdoc/>
    public double Floor => 0;

    /// <summary>Opens the edges of an emulated board; null if its emulator reports none, or the rig does not ask for them (<c>edges: true</c>).</summary>
    /// <param name="device">The board; it need not be up yet.</param>
    public static EmulatedTriggerEdges? Open(BenchDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);

        // QEMU's edges are counted in instructions, in whatever unit the board's own timer counts.
        var word = device.Entry.Emulator?.EdgeUnit ?? device.Entry.TickUnit;
        return device.Entry.Edges && Units.TryParse(word, out var unit) ? new EmulatedTriggerEdges(device, unit) : null;
    }

    /// <inheritdoc/>
    public ValueTask<TriggerEdge?> ReadAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_waiting.Count == 0)
        {
            Fetch();
        }

        return new(_waiting.TryDequeue(out var edge) ? new TriggerEdge((long)edge.Count, edge.High, ++_sequence) : null);
    }

    /// <inheritdoc/>
    public int Drain()
    {
        Fetch();
        var count = _waiting.Count;
        _waiting.Clear();
        return count;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Fetch()
    {
        if (_device.TriggerEdges is not { } source)
        {
            return;
        }

        if (!ReferenceEquals(source, _source))
        {
            // The board was booted again: its counts start at zero, and old edges mean nothing.
            _waiting.Clear();
            _source = source;
        }

        foreach (var edge in source.Take())
        {
            _waiting.Enqueue(edge);
        }
    }
}
