namespace Harness.Hardware.Native;

/// <summary>Waits for one descriptor: at most one reader and one writer at a time.</summary>
internal sealed class DescriptorWatch(ReadinessMonitor monitor, FileDescriptor descriptor, long key) : IDisposable
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<bool>? _reader;
    private TaskCompletionSource<bool>? _writer;
    private bool _disposed;

    public FileDescriptor Descriptor { get; } = descriptor;

    public long Key { get; } = key;

    /// <summary>Completes when a read would not block (bytes, end or error). True: the other end hung up.</summary>
    public Task<bool> WhenReadable(CancellationToken cancellationToken) => Wait(ref _reader, cancellationToken);

    /// <summary>Completes when a write would not block (room, end or error). True: the other end hung up.</summary>
    public Task<bool> WhenWritable(CancellationToken cancellationToken) => Wait(ref _writer, cancellationToken);

    /// <summary>Takes the events from the monitor's thread. One-shot: events still waited for are armed again.</summary>
    public void Ready(uint events)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            var ended = (events & (Epoll.Error | Epoll.HangUp)) != 0;
            if (ended || (events & Epoll.In) != 0)
            {
                _reader?.TrySetResult(ended);
                _reader = null;
            }

            if (ended || (events & Epoll.Out) != 0)
            {
                _writer?.TrySetResult(ended);
                _writer = null;
            }

            Arm();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            monitor.Remove(this);
            var gone = new ObjectDisposedException("link");
            _reader?.TrySetException(gone);
            _writer?.TrySetException(gone);
        }
    }

    private Task<bool> Wait(ref TaskCompletionSource<bool>? slot, CancellationToken cancellationToken)
    {
        // Asynchronous continuations: a reader must not run on the one thread that serves all links, and so hold it up.
        var source = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (slot is { Task.IsCompleted: false })
            {
                throw new InvalidOperationException("Link: a second read (or write) while one waits; expected one reader and one writer.");
            }

            slot = source;
            Arm();
        }

        return cancellationToken.CanBeCanceled ? Cancellable(source, cancellationToken) : source.Task;
    }

    private static async Task<bool> Cancellable(TaskCompletionSource<bool> source, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource<bool>)state!).TrySetCanceled(token), source);
        return await source.Task.ConfigureAwait(false);
    }

    private void Arm()
    {
        var events = (_reader is null ? 0 : Epoll.In) | (_writer is null ? 0 : Epoll.Out);
        if (events != 0)
        {
            monitor.Arm(this, events);
        }
    }
}
