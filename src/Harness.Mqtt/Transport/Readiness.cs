using System.Threading.Tasks.Sources;

namespace Harness.Mqtt.Transport;

/// <summary>That a socket can be read, or written: told by the thread that waits for sockets, and awaited by one reader or writer, which goes on on that thread.</summary>
internal sealed class Readiness : IValueTaskSource
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _wait;
    private CancellationTokenRegistration _registration;
    private CancellationToken _registered;
    private bool _isReady;
    private bool _isWaiting;
    private bool _isClosed;

    /// <summary>Wakes who waits, or whoever waits next.</summary>
    /// <param name="here">True where it goes on on this thread, before this returns.</param>
    /// <param name="closed">True where everybody who waits later is to be woken at once too.</param>
    public void Set(bool here, bool closed = false)
    {
        lock (_lock)
        {
            _isClosed |= closed;
            if (!_isWaiting)
            {
                _isReady = true;
                return;
            }

            _isWaiting = false;
        }

        _wait.RunContinuationsAsynchronously = !here;
        _wait.SetResult(true);
    }

    /// <summary>Waits. One caller at a time; the token is kept for the next, as a connection's is the same for as long as it serves.</summary>
    /// <exception cref="OperationCanceledException">The token fell first.</exception>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken != _registered)
        {
            _registration.Dispose();
            _registered = cancellationToken;
            _registration = cancellationToken.UnsafeRegister(static (readiness, token) => ((Readiness)readiness!).Cancel(token), this);
        }

        lock (_lock)
        {
            if (_isReady || _isClosed)
            {
                _isReady = false;
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
