namespace Harness.Hardware.Links;

/// <summary>
/// Reads and writes a non-blocking descriptor. A wait holds no system call on the descriptor itself, so cancelling it
/// takes effect at once and loses no byte.
/// </summary>
internal sealed class DescriptorLink : IAsyncDisposable
{
    private readonly string _name;
    private readonly FileDescriptor _descriptor;
    private readonly DescriptorWatch _watch;
    private readonly Func<Errno, LinkException> _failure;
    private int _disposed;

    /// <summary>Takes the descriptor over, also when it throws.</summary>
    public DescriptorLink(string name, FileDescriptor descriptor, Func<Errno, LinkException> failure)
    {
        _name = name;
        _descriptor = descriptor;
        _failure = failure;
        try
        {
            _watch = ReadinessMonitor.Shared.Watch(descriptor);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    public FileDescriptor Descriptor => _descriptor;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("A read needs room for at least one byte.", nameof(buffer));
        }

        var hungUp = false;
        while (true)
        {
            ThrowIfDisposed();
            cancellationToken.ThrowIfCancellationRequested();
            var count = Libc.Read(_descriptor, buffer.Span, out var error);
            switch (error)
            {
                case Errno.None:
                    return count;

                // After a hang-up poll always reports "ready": a reader that asked again with nothing there would loop for ever.
                case Errno.Again when hungUp:
                    return 0;
                case Errno.Again:
                    hungUp = await _watch.WhenReadable(cancellationToken).ConfigureAwait(false);
                    break;

                // A tty that hung up gives 0, EIO, ENXIO or ENODEV, depending on driver and moment: all mean the same.
                case Errno.InputOutput or Errno.NoDeviceOrAddress or Errno.NoDevice:
                    return 0;
                default:
                    throw _failure(error);
            }
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var hungUp = false;
        while (true)
        {
            ThrowIfDisposed();
            cancellationToken.ThrowIfCancellationRequested();
            if (bytes.IsEmpty)
            {
                return;
            }

            var count = Libc.Write(_descriptor, bytes.Span, out var error);
            switch (error)
            {
                case Errno.None:
                    bytes = bytes[count..];
                    break;
                case Errno.Again when hungUp:
                    throw _failure(Errno.InputOutput);
                case Errno.Again:
                    hungUp = await _watch.WhenWritable(cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    throw _failure(error);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _watch.Dispose();
            _descriptor.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private void ThrowIfDisposed()
    {
        if (Volatile.Read(ref _disposed) != 0)
        {
            throw new ObjectDisposedException(_name);
        }
    }
}
