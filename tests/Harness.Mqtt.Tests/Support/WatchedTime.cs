using System.Collections.Concurrent;

namespace Harness.Mqtt.Tests.Support;

/// <summary>A clock that tests turn, and that tells when a timer stands: one that is turned before has no effect on it.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, TaskCompletionSource> _timers = new();

    /// <summary>Completes when a timer of this length was created.</summary>
    public Task WaitForTimerAsync(TimeSpan dueTime) => Of(dueTime).Task;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Of(dueTime).TrySetResult();
        return timer;
    }

    private TaskCompletionSource Of(TimeSpan dueTime) => _timers.GetOrAdd(dueTime, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
