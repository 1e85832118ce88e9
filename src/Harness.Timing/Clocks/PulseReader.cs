namespace Harness.Timing.Clocks;

/// <summary>One high pulse.</summary>
/// <param name="Start">Rising edge, in the source's unit.</param>
/// <param name="Length">Time until the falling edge, in the source's unit.</param>
public readonly record struct Pulse(long Start, long Length);

/// <summary>
/// Pairs edges to pulses and counts missing edges. A pulse with a missing edge is counted as
/// lost; its length is never estimated.
/// </summary>
public sealed class PulseReader(ITriggerEdges edges)
{
    private TriggerEdge? _last;
    private bool _high;

    /// <summary>The number of edges that must have occurred and were not seen: same level twice, a fall without a rise.</summary>
    public int LostEdges { get; private set; }

    /// <summary>The number of edges that came.</summary>
    public int SeenEdges { get; private set; }

    /// <summary>The number of steps of the sequence number by more than one.</summary>
    public int SequenceGaps { get; private set; }

    /// <summary>Reads the next whole pulse.</summary>
    /// <param name="wait">The longest wait for each of its edges.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The pulse; null where an edge did not come in time.</returns>
    public async ValueTask<Pulse?> NextAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await edges.ReadAsync(wait, cancellationToken).ConfigureAwait(false) is not { } edge)
            {
                // Half a pulse without its end: the falling edge is missing.
                LostEdges += _high ? 1 : 0;
                _high = false;
                return null;
            }

            SeenEdges++;
            var before = _last;
            _last = edge;
            if (before is { } previous && edge.Sequence != unchecked(previous.Sequence + 1))
            {
                SequenceGaps++;
                LostEdges += (int)Math.Min(int.MaxValue, unchecked(edge.Sequence - previous.Sequence - 1));
                _high = edge.Level;
                continue;
            }

            if (edge.Level)
            {
                LostEdges += _high ? 1 : 0;
                _high = true;
            }
            else if (_high && before is { } rise)
            {
                _high = false;
                return new Pulse(rise.At, edge.At - rise.At);
            }
            else
            {
                LostEdges += before is null ? 0 : 1;
            }
        }
    }

    /// <summary>Discards earlier edges: the next pulse is one that begins from now on.</summary>
    public void Restart()
    {
        edges.Drain();
        (_last, _high) = (null, false);
    }
}
