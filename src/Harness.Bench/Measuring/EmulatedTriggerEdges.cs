using Harness.Record;
using Harness.Timing;

namespace Harness.Bench.Measuring;

/// <summary>An emulator's trigger edges as a clock: exact counts on the board's own time base. The bench owns what it reads.</summary>
/// <remarks>
/// The emulator writes an edge before the board goes on, so whoever has read a reply finds every edge before it: nothing is waited for. A
/// lost edge shows as two of one level, which <see cref="TriggerEdges"/> would not hide.
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

    /// <summary>The edges of an emulated board; null where its emulator reports none, or the rig does not ask for them (<c>edges: true</c>).</summary>
    /// <param name="device">The board; it need not be up yet.</param>
    public static EmulatedTriggerEdges? Open(BenchDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);

        // QEMU's edges are counted in instructions, whatever the board's own timer counts.
        var word = device.Entry.Driver.IsQemu() ? "instructions" : device.Entry.TickUnit;
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
            // Another boot: its counts begin anew, and what the old one left means nothing now.
            _waiting.Clear();
            _source = source;
        }

        foreach (var edge in source.Take())
        {
            _waiting.Enqueue(edge);
        }
    }
}
