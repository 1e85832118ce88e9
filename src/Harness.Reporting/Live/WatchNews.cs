namespace Harness.Reporting.Live;

/// <summary>Wakes viewers when the record has grown; whoever writes the record waits for none of them.</summary>
/// <param name="time">Clock of the viewers' pauses.</param>
internal sealed class WatchNews(TimeProvider time)
{
    private readonly TaskCompletionSource _ended = New();
    private TaskCompletionSource _next = New();

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>True once no more events come.</summary>
    public bool HasEnded => _ended.Task.IsCompleted;

    /// <summary>Completes once no more events come.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Completes at the next event, or at the end.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>An event was written.</summary>
    public void Tell()
    {
        // Nobody has looked since the last event: nobody waits.
        Interlocked.Exchange(ref _next, New()).TrySetResult();
    }

    /// <summary>The last event was written.</summary>
    public void End()
    {
        _ended.TrySetResult();
        Tell();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
