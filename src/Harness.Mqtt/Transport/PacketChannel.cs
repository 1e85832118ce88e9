using System.Net;
using System.Net.Sockets;

namespace Harness.Mqtt;

/// <summary>Packets over one TCP connection. One reader at a time; writers take turns.</summary>
internal sealed class PacketChannel(Socket socket, MqttLimits limits) : IDisposable
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private byte[] _buffer = new byte[Math.Min(4096, Math.Max(16, limits.MaximumPacketSize))];
    private int _start;
    private int _end;
    private int _closed;

    /// <summary>Version that packets are read in; MQTT 5 until CONNECT said otherwise.</summary>
    public MqttVersion Version { get; set; } = MqttVersion.V5;

    /// <summary>Bytes of the packet that was read last, until the next is read.</summary>
    public ReadOnlyMemory<byte> Last { get; private set; }

    /// <summary>Peer's address.</summary>
    public IPEndPoint? Remote { get; } = Plain(socket.RemoteEndPoint as IPEndPoint);

    /// <summary>Largest packet the peer takes.</summary>
    public uint PeerMaximumPacketSize { get; set; } = uint.MaxValue;

    /// <summary>Packets read and written so far: what keep-alive looks at.</summary>
    public long ReadCount { get; private set; }

    /// <inheritdoc cref="ReadCount"/>
    public long WriteCount { get; private set; }

    /// <summary>Called whenever the socket took bytes.</summary>
    public Action? Progress { get; init; }

    /// <summary>What was received and not yet decoded.</summary>
    public ReadOnlySpan<byte> Pending => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The next packet; null where the peer ended, reset, or this side closed.</summary>
    /// <exception cref="MqttProtocolException">The bytes are no packet. The connection is of no further use.</exception>
    public async ValueTask<MqttPacket?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (MqttCodec.TryDecode(Pending, Version, limits, out var packet, out var consumed))
            {
                Last = _buffer.AsMemory(_start, consumed);
                _start += consumed;
                ReadCount++;
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

    /// <summary>Writes whole packets. The token must end with the connection: a write cut short leaves half a packet on the wire.</summary>
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

    /// <summary>Ends the connection so that what was written still arrives: closing a socket with unread input would reset it.</summary>
    public async ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        try
        {
            socket.Shutdown(SocketShutdown.Send);
            using var patience = new CancellationTokenSource(Linger);
            var sink = new byte[4096];
            for (var budget = 256; budget > 0 && await socket.ReceiveAsync(sink, patience.Token).ConfigureAwait(false) > 0; budget--)
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer is gone or does not end: closing is all that is left.
        }

        _stream.Dispose();
    }

    /// <summary>Ends the connection at once.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _closed, 1);
        _stream.Dispose();
    }

    /// <summary>A dual-mode socket names IPv4 peers as ::ffff:a.b.c.d; people do not.</summary>
    private static IPEndPoint? Plain(IPEndPoint? end)
        => end is { Address.IsIPv4MappedToIPv6: true } ? new IPEndPoint(end.Address.MapToIPv4(), end.Port) : end;

    /// <summary>Room for at least one byte. The buffer doubles as bytes arrive, so an announced length alone costs nothing.</summary>
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
