using Harness.Record;
using Harness.Timing;

namespace Harness.Bench.Measuring;

/// <summary>
/// The trigger pin of an emulated board, on the board's own count: cycles on simavr, instructions on QEMU. An edge is there before the reply
/// that follows it, so nothing is ever waited for, and none is lost. The device owns the source.
/// </summary>
public sealed class EmulatedTriggerEdges(BenchDevice device) : ITriggerEdges
{
    private readonly Queue<Harness.Bench.TriggerEdge> _taken = new();
    private uint _sequence;

    /// <inheritdoc/>
    public string Name => $"trigger of {device.Name}";

    /// <inheritdoc/>
    public Unit Unit => Calibrator.Unit(device.Entry) is Unit.Cycles ? Unit.Cycles : Unit.Instructions;

    /// <inheritdoc/>
    public Provenance Provenance => device.Entry.Provenance;

    /// <inheritdoc/>
    public bool SharesDeviceTimeBase => true;

    /// <inheritdoc/>
    public double Floor => 0;

    /// <inheritdoc/>
    public ValueTask<Timing.TriggerEdge?> ReadAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Fill();
        return _taken.TryDequeue(out var edge) ? new(new Timing.TriggerEdge((long)edge.Count, edge.High, ++_sequence)) : default;
    }

    /// <inheritdoc/>
    public int Drain()
    {
        Fill();
        var n = _taken.Count;
        _sequence += (uint)n;
        _taken.Clear();
        return n;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Fill()
    {
        try
        {
            foreach (var edge in device.TriggerEdges?.Take() ?? [])
            {
                _taken.Enqueue(edge);
            }
        }
        catch (EmulatorException e)
        {
            throw RigErrors.TryFrom(device.Name, "trigger", e)!;
        }
    }
}
