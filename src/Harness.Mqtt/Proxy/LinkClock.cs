namespace Harness.Mqtt.Proxy;

/// <summary>The time since a link began.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Start">The clock's stamp of the link's begin.</param>
internal readonly record struct LinkClock(TimeProvider Time, long Start)
{
    // Timers count whole ms, and may end up to one early: then the rest is waited for.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    /// <summary>Time since the begin.</summary>
    public TimeSpan Elapsed => Time.GetElapsedTime(Start);

    /// <summary>Waits until a time since the begin, never ends before it: a link that promises a delay gives all of it.</summary>
    /// <exception cref="OperationCanceledException">The token.</exception>
    public async Task UntilAsync(TimeSpan at, CancellationToken cancellationToken)
    {
        var wait = at - Elapsed;
        while (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, Time, cancellationToken).ConfigureAwait(false);
            wait = at - Elapsed;
            wait = wait > TimeSpan.Zero && wait < Least ? Least : wait;
        }
    }
}
