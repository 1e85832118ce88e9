namespace Harness.Mqtt.Tests.Support;

/// <summary>
/// A client that sends and receives packets, for tests with many of them: it reads ahead, and acknowledges nothing by itself. Every wait ends after
/// thirty seconds.
/// </summary>
internal sealed class WirePeer : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly Socket _socket;
    private readonly MqttVersion _version;
    private readonly Queue<MqttPacket> _back = new();
    private byte[] _buffer = new byte[1 << 17];
    private int _start;
    private int _end;

    private WirePeer(Socket socket, MqttVersion version) => (_socket, _version) = (socket, version);

    /// <summary>Connects, with a small receive buffer if <paramref name="slow"/>, and sends nothing.</summary>
    /// <param name="environment">The environment that disposes it: an unreferenced socket would be closed by the garbage collector.</param>
    /// <param name="version">MQTT version of the client.</param>
    /// <param name="slow">True for a small receive buffer.</param>
    /// <param name="to">Address to connect to; null for the broker.</param>
    public static async Task<WirePeer> DialAsync(TestEnvironment environment, MqttVersion version = MqttVersion.V5, bool slow = false, IPEndPoint? to = null)
    {
        to ??= environment.Broker.Endpoint;
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (slow)
        {
            socket.ReceiveBufferSize = 4096;
        }

        await socket.ConnectAsync(to);
        return environment.Own(new WirePeer(socket, version));
    }

    /// <summary>Connects and logs in; if the packet names a method, by the steps of <see cref="FakeAuthenticator"/>.</summary>
    public static async Task<(WirePeer Peer, ConnAckPacket Answer)> OpenAsync(
        TestEnvironment environment, ConnectPacket connect, MqttVersion version = MqttVersion.V5, bool slow = false, IPEndPoint? to = null)
    {
        var peer = await DialAsync(environment, version, slow, to);
        await peer.SendAsync(connect);
        var answer = await peer.NextAsync();
        if (answer is AuthPacket)
        {
            await peer.SendAsync(new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = connect.AuthenticationMethod, AuthenticationData = [3] });
            answer = await peer.NextAsync();
        }

        return (peer, (ConnAckPacket)answer!);
    }

    /// <summary>Creates a CONNECT that <see cref="FakeAuthenticator"/> accepts.</summary>
    public static ConnectPacket Proving(string clientId) => new() { ClientId = clientId, AuthenticationMethod = FakeAuthenticator.Method, AuthenticationData = [1] };

    public Task SendAsync(params MqttPacket[] packets) => SendAsync([.. packets.SelectMany(p => MqttCodec.Encode(p, _version))]);

    public async Task SendAsync(byte[] bytes)
    {
        using var patience = new CancellationTokenSource(Timeout);
        for (ReadOnlyMemory<byte> rest = bytes; !rest.IsEmpty;)
        {
            rest = rest[await _socket.SendAsync(rest, patience.Token)..];
        }
    }

    /// <summary>Reads the next packet; null if the broker ended the connection.</summary>
    public async Task<MqttPacket?> NextAsync()
    {
        if (_back.TryDequeue(out var back))
        {
            return back;
        }

        using var patience = new CancellationTokenSource(Timeout);
        while (true)
        {
            if (MqttCodec.TryDecode(_buffer.AsSpan(_start, _end - _start), _version, new MqttLimits { MaximumPacketSize = 1 << 20 }, out var packet, out var consumed))
            {
                _start += consumed;
                return packet;
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * _end);
            }

            try
            {
                var count = await _socket.ReceiveAsync(_buffer.AsMemory(_end), patience.Token);
                if (count == 0)
                {
                    return null;
                }

                _end += count;
            }
            catch (SocketException)
            {
                return null; // a reset is also an end
            }
        }
    }

    /// <summary>Reads bytes and throws them away.</summary>
    /// <returns>The number of bytes; 0 if the broker ended the connection.</returns>
    public async Task<int> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Timeout);
        var pending = _end - _start;
        (_start, _end) = (0, 0);
        return pending > 0 ? pending : await _socket.ReceiveAsync(_buffer, patience.Token);
    }

    public async Task<T> NextAsync<T>()
        where T : MqttPacket
    {
        var packet = await NextAsync();
        Assert.That(packet, Is.TypeOf<T>());
        return (T)packet!;
    }

    /// <summary>Subscribes and returns the reason codes of the SUBACK.</summary>
    public async Task<IReadOnlyList<ReasonCode>> SubscribeAsync(params TopicSubscription[] subscriptions)
    {
        await SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = subscriptions });
        return (await NextAsync<SubAckPacket>()).Reasons;
    }

    /// <summary>Publishes with QoS 1, 50 at a time, and returns the reason codes.</summary>
    public async Task<IReadOnlyList<ReasonCode>> PublishAsync(IEnumerable<PublishPacket> messages)
    {
        var reasons = new List<ReasonCode>();
        foreach (var some in messages.Chunk(50))
        {
            await SendAsync([.. some.Select((m, i) => m with { Qos = QualityOfService.AtLeastOnce, PacketId = (ushort)(i + 1) })]);
            foreach (var _ in some)
            {
                reasons.Add((await NextAsync<PubAckPacket>()).Reason);
            }
        }

        return reasons;
    }

    /// <summary>Reads and acknowledges messages until PINGRESP answers a PINGREQ sent now, or the connection ended.</summary>
    public async Task<IReadOnlyList<PublishPacket>> TakeAsync(int atLeast)
    {
        var taken = new List<PublishPacket>();
        while (taken.Count < atLeast && await NextPublishAsync() is { } message)
        {
            taken.Add(message);
        }

        await SendAsync(new PingReqPacket());
        while (await NextAsync() is { } packet and not PingRespPacket)
        {
            taken.Add((PublishPacket)packet);
        }

        return taken;
    }

    /// <summary>Reads and acknowledges the next message; null if the connection ended.</summary>
    public async Task<PublishPacket?> NextPublishAsync()
    {
        if (await NextAsync() is not PublishPacket message)
        {
            return null;
        }

        if (message.Qos == QualityOfService.AtLeastOnce)
        {
            await SendAsync(new PubAckPacket { PacketId = message.PacketId });
        }

        return message;
    }

    /// <summary>Puts packets back, to be read next.</summary>
    public void PutBack(IEnumerable<MqttPacket> packets)
    {
        foreach (var packet in packets)
        {
            _back.Enqueue(packet);
        }
    }

    /// <summary>Writes until the sockets' buffers are full.</summary>
    /// <returns>Bytes written.</returns>
    public long Pour(byte[] bytes, long most)
    {
        _socket.Blocking = false;
        long written = 0;
        try
        {
            while (written < most)
            {
                written += _socket.Send(bytes);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            // The broker reads no more.
        }

        return written;
    }

    public void Dispose() => _socket.Dispose();
}
