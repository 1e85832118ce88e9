using System.Runtime.CompilerServices;

namespace Harness.Mqtt.Transport;

/// <summary>A socket that a <see cref="SocketThread"/> waits for.</summary>
internal sealed class PolledSocket : IPacketSocket
{
    private readonly Socket _socket;
    private readonly AsyncSignal _readable = new();
    private readonly AsyncSignal _writable = new();
    private readonly Action _closed;
    private volatile bool _peerEnded; // once it was told, no more is: what is there must be read to the end
    private bool _isDrained;

    /// <summary>Takes over a connected socket.</summary>
    /// <param name="socket">The socket; it does not block from now on.</param>
    /// <param name="closed">Called when it is closed.</param>
    /// <exception cref="SocketException">The peer reset the connection already.</exception>
    public PolledSocket(Socket socket, Action closed)
    {
        socket.Blocking = false;
        (_socket, _closed, Remote) = (socket, closed, socket.RemoteEndPoint as IPEndPoint);
    }

    /// <inheritdoc/>
    public IPEndPoint? Remote { get; }

    /// <summary>Handles what the kernel told, on this thread.</summary>
    public void Told(bool readable, bool writable, bool ended)
    {
        _peerEnded |= ended;
        if (readable || ended)
        {
            _readable.Set(here: true);
        }

        if (writable || ended)
        {
            _writable.Set(here: true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken) =>
        !_isDrained && TryReceive(into.Span, out var count) ? new(count) : ReceiveLaterAsync(into, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        TrySend(bytes.Span, out var count) ? new(count) : SendLaterAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was faster, or it is closed already.
        }

        _socket.Dispose();
        _closed();
        _readable.Set(forGood: true);
        _writable.Set(forGood: true);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveLaterAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _readable.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (TryReceive(into.Span, out var count))
            {
                return count;
            }
        }
    }

    private async ValueTask<int> SendLaterAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _writable.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (TrySend(bytes.Span, out var count))
            {
                return count;
            }
        }
    }

    private bool TryReceive(Span<byte> into, out int count)
    {
        count = _socket.Receive(into, SocketFlags.None, out var error);

        // Less than there was room for is all there was (epoll(7)): what comes later is told anew.
        _isDrained = count < into.Length && !_peerEnded;
        return Judged(error);
    }

    private bool TrySend(ReadOnlySpan<byte> bytes, out int count)
    {
        count = _socket.Send(bytes, SocketFlags.None, out var error);
        return Judged(error);
    }

    private static bool Judged(SocketError error) => error switch
    {
        SocketError.Success => true,
        SocketError.WouldBlock => false,
        _ => throw new SocketException((int)error),
    };
}
