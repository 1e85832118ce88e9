namespace Harness.Hardware.Links;

/// <summary>
/// A link on a stream that behaves as SerialPort.BaseStream does on Linux (System.IO.Ports 10.0.14): a cancelled read may take bytes with it; a
/// hang-up fails the reads that wait with ObjectDisposedException and lets later ones wait for ever. So a read of this class's own is always
/// pending and never cancelled, and the first sign of the end is final for both directions.
/// </summary>
internal sealed class PumpedLink(string name, Stream stream) : ILink
{
    private readonly byte[] _buffer = new byte[4096];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<int>? _reading;
    private ReadOnlyMemory<byte> _unread;

    public string Name { get; } = name;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("A read needs room for at least one byte.", nameof(buffer));
        }

        ThrowIfClosed();
        cancellationToken.ThrowIfCancellationRequested();
        if (_unread.IsEmpty)
        {
            _reading ??= PumpAsync();
            await Task.WhenAny(_reading, _ended.Task, _closed.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
            ThrowIfClosed();
            if (!_reading.IsCompleted)
            {
                return 0; // the end showed in a write; bytes still in the stream will not come any more
            }

            // Kept at the end: the next read gets the same answer and does not read the stream.
            var count = await _reading.ConfigureAwait(false);
            if (count == 0)
            {
                return 0;
            }

            _unread = _buffer.AsMemory(0, count);
            _reading = null;
        }

        var taken = Math.Min(buffer.Length, _unread.Length);
        _unread[..taken].CopyTo(buffer);
        _unread = _unread[taken..];
        return taken;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        cancellationToken.ThrowIfCancellationRequested();
        if (_ended.Task.IsCompleted)
        {
            throw TtyFailure.Lost(Name, Errno.InputOutput);
        }

        // A copy, because the stream may read the buffer once more after a cancelled write.
        var writing = WriteCopyAsync(bytes.ToArray(), cancellationToken);
        var first = await Task.WhenAny(writing, _ended.Task, _closed.Task).ConfigureAwait(false);
        ThrowIfClosed();
        if (first != writing && !writing.IsCompleted)
        {
            throw TtyFailure.Lost(Name, Errno.InputOutput);
        }

        await writing.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_closed.TrySetResult())
        {
            await Task.Run(stream.Dispose).ConfigureAwait(false); // SerialPort waits for its own loop here
        }
    }

    private async Task<int> PumpAsync()
    {
        try
        {
            var count = await stream.ReadAsync(_buffer, 0, _buffer.Length, CancellationToken.None).ConfigureAwait(false);
            if (count == 0)
            {
                _ended.TrySetResult();
            }

            return count;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            _ended.TrySetResult();
            return 0;
        }
    }

    private async Task WriteCopyAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(bytes, 0, bytes.Length, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            _ended.TrySetResult();
            throw TtyFailure.Lost(Name, Errno.InputOutput);
        }
    }

    private void ThrowIfClosed()
    {
        if (_closed.Task.IsCompleted)
        {
            throw new ObjectDisposedException(Name);
        }
    }
}
