using System.Threading.Channels;

namespace Harness.Hardware.Links;

/// <summary>One end of a stream inside this process. It holds written bytes until they are read, without limit.</summary>
public sealed class MemoryLink : ILink
{
    private readonly Channel<byte[]> _in;
    private readonly Channel<byte[]> _out;
    private ReadOnlyMemory<byte> _unread;
    private int _disposed;

    private MemoryLink(string name, Channel<byte[]> incoming, Channel<byte[]> outgoing)
    {
        Name = name;
        _in = incoming;
        _out = outgoing;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Creates two ends, each of which reads what the other writes. Wrap one in a <see cref="FaultInjectingLink"/> to disturb the line.</summary>
    public static (MemoryLink Host, MemoryLink Board) CreatePair(string name = "memory")
    {
        var toBoard = Channel.CreateUnbounded<byte[]>();
        var toHost = Channel.CreateUnbounded<byte[]>();
        return (new MemoryLink(name, toHost, toBoard), new MemoryLink($"{name} (board)", toBoard, toHost));
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("A read needs room for at least one byte.", nameof(buffer));
        }

        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        while (_unread.IsEmpty)
        {
            if (_in.Reader.TryRead(out var chunk))
            {
                _unread = chunk;
            }
            else if (!await _in.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                ThrowIfDisposed();
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, _unread.Length);
        _unread[..count].CopyTo(buffer);
        _unread = _unread[count..];
        return count;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        if (!bytes.IsEmpty && !_out.Writer.TryWrite(bytes.ToArray()))
        {
            throw new LinkException(LinkFailure.Vanished, Name, $"{Name}: the other end was closed.", "./harness doctor");
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Closes this end: the other end reads what is left and then 0, and its writes fail.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _out.Writer.TryComplete();
            _in.Writer.TryComplete();
        }

        return ValueTask.CompletedTask;
    }

    private void ThrowIfDisposed()
    {
        if (Volatile.Read(ref _disposed) != 0)
        {
            throw new ObjectDisposedException(Name);
        }
    }
}
