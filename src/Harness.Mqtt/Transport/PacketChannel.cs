using System.Runtime.CompilerServices;

namespace Harness.Mqtt.Transport;

/// <summary>Packets over one TCP connection. One reader at a time; writers wait for each other.</summary>
internal sealed class PacketChannel(IPacketSocket socket, MqttLimits limits) : IDisposable
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private byte[] _buffer = new byte[Math.Min(4096, Math.Max(16, limits.MaximumPacketSize))];
    private int _start;
    private int _end;
    private int _closed;

    /// <summary>Packets over a socket that the runtime's own threads wait for.</summary>
    public PacketChannel(Socket socket, MqttLimits limits)
        : this(new RuntimeSocket(socket), limits)
    {
    }

    /// <summary>Version in which packets are read; MQTT 5 until CONNECT names one.</summary>
    public MqttVersion Version { get; set; } = MqttVersion.V5;

    /// <summary>Bytes of the packet that was read last, until the next is read.</summary>
    public ReadOnlyMemory<byte> Last { get; private set; }

    /// <summary>Address of the peer.</summary>
    public IPEndPoint? Remote { get; } = Plain(socket.Remote);

    /// <summary>Largest packet that the peer accepts.</summary>
    public uint PeerMaximumPacketSize { get; set; } = uint.MaxValue;

    /// <summary>Numbers of packets read and written so far, for keep-alive.</summary>
    public long ReadCount { get; private set; }

    /// <inheritdoc cref="ReadCount"/>
    public long WriteCount { get; private set; }

    /// <summary>Called after each write to the socket.</summary>
    public Action? Progress { get; init; }

    /// <summary>Bytes received and not yet decoded.</summary>
    public ReadOnlySpan<byte> Pending => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Memory for received bytes, and the number of those that wait for the rest of their packet, as seen from another thread.</summary>
    public (int Capacity, int Pending) Inbox => (_buffer.Length, _end - _start);

    /// <summary>Gets the next packet of those that were received already.</summary>
    /// <returns>False where more bytes are needed.</returns>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    public bool TryRead(out MqttPacket? packet)
    {
        if (!MqttCodec.TryDecode(Pending, Version, limits, out packet, out var consumed))
        {
            return false;
        }

        Last = _buffer.AsMemory(_start, consumed);
        _start += consumed;
        ReadCount++;
        return true;
    }

    /// <summary>Reads the next packet; null where the peer ended or reset the connection, or this side closed it.</summary>
    /// <exception cref="MqttProtocolException">The bytes are no packet. The connection is unusable afterwards.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<MqttPacket?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryRead(out var packet))
            {
                return packet;
            }

            MakeRoom();
            try
            {
                var count = await socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    return null;
                }

                _end += count;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return null;
            }
        }
    }

    /// <summary>Writes whole packets. The token must end with the connection, as a write cut short leaves half a packet on the wire.</summary>
    /// <exception cref="MqttNotConnectedException">The connection is gone.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken lifetime)
    {
        await _writing.WaitAsync(lifetime).ConfigureAwait(false);
        try
        {
            for (var rest = bytes; !rest.IsEmpty;)
            {
                rest = rest[await socket.SendAsync(rest, lifetime).ConfigureAwait(false)..];
                Progress?.Invoke();
            }

            WriteCount++;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw new MqttNotConnectedException($"the connection to {Remote} went while a packet was written", e);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the connection so that written bytes still arrive: closing a socket with unread input would reset it.</summary>
    public async ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        try
        {
            socket.EndSending();
            using var timeout = new CancellationTokenSource(Linger);
            var sink = new byte[4096];
            for (var budget = 256; budget > 0 && await socket.ReceiveAsync(sink, timeout.Token).ConfigureAwait(false) > 0; budget--)
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer is gone or does not end its side: closing is all that is left.
        }

        socket.Dispose();
    }

    /// <summary>Ends the connection at once.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _closed, 1);
        socket.Dispose();
    }

    /// <summary>Gets the peer's address without the IPv6 mapping: a dual-mode socket names IPv4 peers as ::ffff:a.b.c.d.</summary>
    private static IPEndPoint? Plain(IPEndPoint? end)
        => end is { Address.IsIPv4MappedToIPv6: true } ? new IPEndPoint(end.Address.MapToIPv4(), end.Port) : end;

    /// <summary>Makes room for at least one byte. The buffer doubles as bytes arrive, so an announced length alone costs nothing.</summary>
    private void MakeRoom()
    {
        if (_start > 0)
        {
            Pending.CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}
