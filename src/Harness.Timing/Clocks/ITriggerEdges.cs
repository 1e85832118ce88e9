namespace Harness.Timing.Clocks;

/// <summary>One edge of a trigger line.</summary>
/// <param name="At">Time of the edge in the source's unit, on a clock that only runs forward.</param>
/// <param name="Level">Level of the line after the edge: true is high.</param>
/// <param name="Sequence">Counts the edges of the line from the source's own start, by one each; a gap is an edge that was lost.</param>
public readonly record struct TriggerEdge(long At, bool Level, uint Sequence);

/// <summary>
/// The edges of one device's trigger line as they come: a GPIO line with kernel timestamps, or an emulator's exact cycles. The code that opens
/// it disposes it. One reader at a time.
/// </summary>
public interface ITriggerEdges : IAsyncDisposable
{
    /// <summary>The rig's name for the line.</summary>
    string Name { get; }

    /// <summary>The unit of <see cref="TriggerEdge.At"/>: <c>ns</c>, <c>cycles</c>, <c>instructions</c>.</summary>
    Unit Unit { get; }

    /// <summary>The provenance of its numbers.</summary>
    Provenance Provenance { get; }

    /// <summary>True where it counts on the device's own time base, so that the two clocks can be compared.</summary>
    bool SharesDeviceTimeBase { get; }

    /// <summary>The smallest difference that it can show, in its unit; 0 where it is exact to the unit.</summary>
    double Floor { get; }

    /// <summary>Takes the next edge.</summary>
    /// <param name="wait">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The edge, or null where none came in time.</returns>
    /// <exception cref="IOException">The source is gone.</exception>
    ValueTask<TriggerEdge?> ReadAsync(TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Discards the edges that came and were not read, such as those of operations that are not measured.</summary>
    /// <returns>The number of edges discarded.</returns>
    int Drain();
}
