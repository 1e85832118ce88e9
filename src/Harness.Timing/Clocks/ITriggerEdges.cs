using Harness.Record;

namespace Harness.Timing;

/// <summary>One edge of a trigger line.</summary>
/// <param name="At">When: in the source's unit, on a clock that only runs forward.</param>
/// <param name="Level">What the line is after the edge: true is high.</param>
/// <param name="Sequence">Counts the edges of the line from the source's own start, by one each; a gap is an edge that was lost.</param>
public readonly record struct TriggerEdge(long At, bool Level, uint Sequence);

/// <summary>
/// The edges of one device's trigger line as they come: a GPIO line with kernel timestamps, an emulator's exact cycles. Whoever opens
/// it disposes it. One reader at a time.
/// </summary>
public interface ITriggerEdges : IAsyncDisposable
{
    /// <summary>What the rig calls the line.</summary>
    string Name { get; }

    /// <summary>What <see cref="TriggerEdge.At"/> counts: <c>ns</c>, <c>cycles</c>, <c>instructions</c>.</summary>
    Unit Unit { get; }

    /// <summary>Where its numbers come from.</summary>
    Provenance Provenance { get; }

    /// <summary>Whether it counts on the device's own time base, so that the two clocks can be compared (design 8).</summary>
    bool SharesDeviceTimeBase { get; }

    /// <summary>The smallest difference it can show, in its unit; 0 where it is exact to the unit.</summary>
    double Floor { get; }

    /// <summary>Takes the next edge.</summary>
    /// <param name="wait">How long to wait for one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The edge, or null where none came in time.</returns>
    /// <exception cref="IOException">The source is gone.</exception>
    ValueTask<TriggerEdge?> ReadAsync(TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Throws away what came and was not read, such as edges of work that nobody measures.</summary>
    /// <returns>How many edges were thrown away.</returns>
    int Drain();
}
