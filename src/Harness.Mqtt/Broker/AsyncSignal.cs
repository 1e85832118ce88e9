using System.Threading.Tasks.Sources;

namespace Harness.Mqtt.Broker;

/// <summary>Wakes one waiter; a signal that is set without a waiter wakes the next one. One waiter at a time, any number of setters.</summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _wait;
    private bool _isSet;
    private bool _isWaiting;

    /// <summary>Wakes the waiter.</summary>
    /// <param name="here">True where the waiter goes on on this thread, before this returns: for a caller that holds no lock and waits for it next.</param>
    public void Set(bool here = false)
    {
        lock (_lock)
        {
            if (!_isWaiting)
            {
                _isSet = true;
                return;
            }

            _isWaiting = false;
        }

        _wait.RunContinuationsAsynchronously = !here;
        _wait.SetResult(true);
    }

    /// <summary>Waits.</summary>
    /// <exception cref="OperationCanceledException">The token fell first.</exception>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return default;
            }

            _wait.Reset();
            _isWaiting = true;
        }

        return WaitForItAsync(cancellationToken);
    }

    void IValueTaskSource.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private async ValueTask WaitForItAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static (signal, token) => ((AsyncSignal)signal!).Cancel(token), this);
        await new ValueTask(this, _wait.Version).ConfigureAwait(false);
    }

    private void Cancel(CancellationToken cancelled)
    {
        lock (_lock)
        {
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
        }

        _wait.RunContinuationsAsynchronously = true;
        _wait.SetException(new OperationCanceledException(cancelled));
    }
}
