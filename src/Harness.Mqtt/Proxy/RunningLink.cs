namespace Harness.Mqtt.Proxy;

/// <summary>A link on a proxy's clock, and the cuts that end its connections.</summary>
internal sealed class RunningLink
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Func<int> _cut;
    private readonly CancellationTokenSource _ending;

    public RunningLink(SharedLink link, TimeProvider time, CancellationToken stopping, Func<int> cut)
    {
        (Link, _time, _start, _cut) = (link, time, time.GetTimestamp(), cut);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Cutting = CutAsync(_ending.Token);
    }

    public SharedLink Link { get; }

    /// <summary>Completes, never fails, once there are no more cuts.</summary>
    public Task Cutting { get; }

    /// <summary>True while connections are refused.</summary>
    public bool IsRefusing => Link.Refuses(Elapsed);

    private TimeSpan Elapsed => _time.GetElapsedTime(_start);

    public void End() => _ending.Cancel();

    /// <summary>Makes the writers of a connection.</summary>
    public Func<PacketDirection, Func<ReadOnlyMemory<byte>, Task>, Action, DelayedWriter> Lanes(int connection) =>
        (direction, write, end) => new DelayedWriter(new LinkLane(Link, connection, direction, Elapsed), _time, _start, write, end);

    private async Task CutAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var cut = Link.CutAt(TimeSpan.Zero); cut is { } next; cut = Link.CutAt(next.End))
            {
                await WaitAsync(next.Begin, cancellationToken).ConfigureAwait(false);
                Link.CountCut();
                if (!Link.Conditions.IsCutSilent)
                {
                    _cut();
                }

                await WaitAsync(next.End, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The proxy ended, or another link took this one's place.
        }
    }

    private async Task WaitAsync(TimeSpan until, CancellationToken cancellationToken)
    {
        var wait = until - Elapsed;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }
}
