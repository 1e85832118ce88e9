using System.Threading.Tasks.Sources;

namespace Harness.Mqtt.Transport;

/// <summary>Wakes one waiter; a signal that is set without a waiter wakes the next one. One waiter at a time, any number of setters.</summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _wait;
    private CancellationTokenRegistration _registration;
    private CancellationToken _registered;
    private bool _isSet;
    private bool _isWaiting;
    private bool _isForGood;

    /// <summary>Wakes the waiter.</summary>
    /// <param name="here">True where the waiter goes on on this thread, before this returns: for a caller that holds no lock and waits for it next.</param>
    /// <param name="forGood">True where everybody who waits later is woken at once too.</param>
    public void Set(bool here = false, bool forGood = false)
    {
        lock (_lock)
        {
            _isForGood |= forGood;
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

    /// <summary>Waits. The token is kept for the next: a connection's is the same for as long as it serves.</summary>
    /// <exception cref="OperationCanceledException">The token fell first.</exception>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken != _registered)
        {
            _registration.Dispose();
            _registered = cancellationToken;
            _registration = cancellationToken.UnsafeRegister(static (signal, token) => ((AsyncSignal)signal!).Cancel(token), this);
        }

        lock (_lock)
        {
            if (_isSet || _isForGood)
            {
                _isSet = false;
                return default;
            }

            // A token that fell while nobody waited has had its say.
            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled(cancellationToken);
            }

            _wait.Reset();
            _isWaiting = true;
            return new ValueTask(this, _wait.Version);
        }
    }

    void IValueTaskSource.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

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
