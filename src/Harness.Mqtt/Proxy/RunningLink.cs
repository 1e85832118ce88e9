namespace Harness.Mqtt.Proxy;

/// <summary>A link on a proxy's clock, and the cuts that end its connections.</summary>
internal sealed class RunningLink
{
    private readonly LinkClock _clock;
    private readonly Func<int> _cut;
    private readonly CancellationTokenSource _ending;

    public RunningLink(SharedLink link, TimeProvider time, CancellationToken stopping, Func<int> cut)
    {
        (Link, _clock, _cut) = (link, new LinkClock(time, time.GetTimestamp()), cut);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Cutting = CutAsync(_ending.Token);
    }

    public SharedLink Link { get; }

    /// <summary>Completes, never fails, once there are no more cuts.</summary>
    public Task Cutting { get; }

    /// <summary>True while connections are refused.</summary>
    public bool IsRefusing => Link.Refuses(_clock.Elapsed);

    public void End() => _ending.Cancel();

    /// <summary>Makes the writers of a connection.</summary>
    public Func<PacketDirection, Func<ReadOnlyMemory<byte>, Task>, Action, DelayedWriter> Lanes(int connection) =>
        (direction, write, end) => new DelayedWriter(new LinkLane(Link, connection, direction, _clock.Elapsed), _clock, write, end);

    private async Task CutAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var cut = Link.CutAt(TimeSpan.Zero); cut is { } next; cut = Link.CutAt(next.End))
            {
                await _clock.UntilAsync(next.Begin, cancellationToken).ConfigureAwait(false);
                Link.CountCut();
                if (!Link.Conditions.IsCutSilent)
                {
                    _cut();
                }

                await _clock.UntilAsync(next.End, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The proxy ended, or another link took this one's place.
        }
    }
}
