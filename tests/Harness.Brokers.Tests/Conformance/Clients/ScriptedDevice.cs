using Harness.Brokers.Conformance.Clients;

namespace Harness.Brokers.Tests.Conformance.Clients;

/// <summary>A device that publishes, subscribes, acknowledges, pings and resumes as the standards demand, but for what its manner has it do wrong.</summary>
internal sealed class ScriptedDevice : IDeviceRun
{
    private static readonly TimeSpan BackAfter = TimeSpan.FromMilliseconds(50);
    private readonly IPEndPoint _server;
    private readonly MqttVersion _version;
    private readonly DeviceManner _manner;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Func<MqttPacket, MqttPacket?> _packet;
    private readonly Func<byte[], byte[]> _bytes;
    private readonly Func<MqttPacket, MqttPacket?> _hears;
    private readonly List<MqttPacket> _open = []; // PUBLISH or PUBREL, in their order
    private readonly Queue<PublishPacket> _waiting = new();
    private ConnAckPacket _accepted = new();
    private Socket? _socket;
    private ushort _lastId;
    private bool _begun;
    private bool _left;

    private ScriptedDevice(IPEndPoint server, MqttVersion version, DeviceManner manner)
    {
        (_server, _version, _manner) = (server, version, manner);
        (_packet, _bytes, _hears) = (manner.Packet(), manner.Bytes(), manner.Hears());
        Ended = Task.Run(LiveAsync);
    }

    public Task Ended { get; }

    public string LastWords => "";

    private bool Five => _version == MqttVersion.V5;

    public static Func<IPEndPoint, MqttVersion, IDeviceRun> Of(DeviceManner manner) => (server, version) => new ScriptedDevice(server, version, manner);

    public void AskToEnd() => _ = Task.Run(() => LeaveAsync(ReasonCode.Success));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket?.Dispose();
        await Ended;
    }

    private async Task LiveAsync()
    {
        while (!_stop.IsCancellationRequested && !_left)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                (_socket, _begun) = (socket, false);
                await socket.ConnectAsync(_server, _stop.Token);
                using var connection = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                var pinging = PingAsync(connection.Token);
                await SendAsync(Connect());
                await ReadAsync(socket);
                await connection.CancelAsync();
                await pinging;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // cut, or stopped
            }

            await Task.WhenAny(Task.Delay(BackAfter, _stop.Token));
        }
    }

    private ConnectPacket Connect() => new()
    {
        ClientId = _manner.ClientId, CleanStart = _manner.CleanStart, KeepAliveSeconds = _manner.KeepAlive, Will = _manner.Will, UserName = _manner.User, Password = _manner.Password,
        SessionExpiryInterval = Five && !_manner.CleanStart ? 60 : null, TopicAliasMaximum = _manner.AliasMaximum, AuthenticationMethod = _manner.Method,
    };

    private async Task ReadAsync(Socket socket)
    {
        var (received, buffer) = (new List<byte>(), new byte[4096]);
        int count;
        while ((count = await socket.ReceiveAsync(buffer, _stop.Token)) > 0)
        {
            received.AddRange(buffer.AsSpan(0, count));
            while (received.Count > 0)
            {
                try
                {
                    if (!MqttCodec.TryDecode(received.ToArray(), _version, new MqttLimits { FromServer = true }, out var packet, out var consumed))
                    {
                        break;
                    }

                    received.RemoveRange(0, consumed);
                    if (_hears(packet!) is { } heard)
                    {
                        await HandleAsync(heard);
                    }
                }
                catch (MqttProtocolException) when (_manner.Tolerates)
                {
                    received.Clear();
                }
                catch (MqttProtocolException e)
                {
                    await LeaveAsync(e.Reason);
                    return;
                }
            }
        }
    }

    private async Task HandleAsync(MqttPacket packet)
    {
        if (!_begun && packet is not (ConnAckPacket or AuthPacket))
        {
            throw new MqttProtocolException(ReasonCode.ProtocolError, $"{packet.Type} before CONNACK");
        }

        switch (packet)
        {
            case ConnAckPacket accepted:
                await BeginAsync(accepted);
                break;
            case AuthPacket auth when _manner.Method is not null || _manner.AnswersAuth:
                await SendAsync(new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = _manner.Method ?? auth.AuthenticationMethod, AuthenticationData = [2] });
                break;
            case PublishPacket { Qos: QualityOfService.AtLeastOnce } message:
                await SendAsync(new PubAckPacket { PacketId = message.PacketId });
                break;
            case PublishPacket { Qos: QualityOfService.ExactlyOnce } message:
                await SendAsync(new PubRecPacket { PacketId = message.PacketId });
                break;
            case PubRelPacket released:
                await SendAsync(new PubCompPacket { PacketId = released.PacketId });
                break;
            case PubAckPacket ack:
                await DoneAsync(ack.PacketId);
                break;
            case PubRecPacket { Reason: >= ReasonCode.UnspecifiedError } refusal:
                await DoneAsync(refusal.PacketId);
                break;
            case PubRecPacket received:
                var release = new PubRelPacket { PacketId = received.PacketId };
                if (_open.FindIndex(p => Id(p) == received.PacketId) is var at and >= 0)
                {
                    _open[at] = release;
                }

                await SendAsync(release);
                break;
            case PubCompPacket completed:
                await DoneAsync(completed.PacketId);
                break;
            case DisconnectPacket:
                _left = true;
                _socket!.Dispose();
                break;
            case SubAckPacket or UnsubAckPacket or PingRespPacket or PublishPacket:
                break;
            default:
                throw new MqttProtocolException(ReasonCode.ProtocolError, $"{packet.Type} from a server");
        }
    }

    private async Task BeginAsync(ConnAckPacket accepted)
    {
        if (accepted.SessionPresent && _manner.CleanStart)
        {
            throw new MqttProtocolException(ReasonCode.ProtocolError, "a session is present");
        }

        (_accepted, _begun) = (accepted, true);
        if (!_manner.Acts)
        {
            return;
        }

        if (!accepted.SessionPresent)
        {
            _open.Clear();
            _waiting.Clear();
        }

        foreach (var again in _open.ToList())
        {
            await SendAsync(again is PublishPacket message ? message with { Dup = true } : again);
        }

        if (_lastId > 0)
        {
            return; // it came back, and goes on with what was open
        }

        await SendAsync(new SubscribePacket { PacketId = NextId(), Subscriptions = [new("lab/+/in", QualityOfService.ExactlyOnce), new("deep/#", QualityOfService.AtLeastOnce), .. _manner.Shares ? new TopicSubscription[] { new("$share/g/lab/x", QualityOfService.AtLeastOnce) } : []] });
        await SendAsync(new UnsubscribePacket { PacketId = NextId(), Filters = ["lab/old"] });
        await PublishAsync(new PublishPacket { Topic = "lab/out", Payload = "a"u8.ToArray(), Retain = _manner.Retains && accepted.RetainAvailable != false, ResponseTopic = _manner.ResponseTopic });
        foreach (var (qos, alias) in new[] { (QualityOfService.AtLeastOnce, 1), (QualityOfService.AtLeastOnce, 2), (QualityOfService.ExactlyOnce, 3), (QualityOfService.ExactlyOnce, 4) })
        {
            var allowed = _manner.UsesAliases && alias <= (accepted.TopicAliasMaximum ?? 0);
            await PublishAsync(new PublishPacket { Topic = $"lab/out/{alias}", Payload = "a message of some length"u8.ToArray(), Qos = (QualityOfService)Math.Min((int)qos, accepted.MaximumQos ?? 2), TopicAlias = allowed ? (ushort)alias : null });
        }
    }

    private Task PublishAsync(PublishPacket message)
    {
        if (message.Qos == QualityOfService.AtMostOnce)
        {
            return SendAsync(message);
        }

        _waiting.Enqueue(message);
        return SendWaitingAsync();
    }

    private async Task SendWaitingAsync()
    {
        while (_open.Count < (_accepted.ReceiveMaximum ?? ushort.MaxValue) && _waiting.TryDequeue(out var message))
        {
            message = message with { PacketId = NextId() };
            _open.Add(message);
            await SendAsync(message);
        }
    }

    private Task DoneAsync(ushort id)
    {
        _open.RemoveAll(p => Id(p) == id);
        return SendWaitingAsync();
    }

    private async Task PingAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(100, stop);
                var every = _accepted.ServerKeepAlive ?? _manner.KeepAlive;
                if (every > 0)
                {
                    await Task.Delay((every * 700) - 100, stop);
                    await SendAsync(new PingReqPacket());
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the connection ended
        }
    }

    private async Task LeaveAsync(ReasonCode reason)
    {
        _left = true;
        try
        {
            if (Five || reason == ReasonCode.Success)
            {
                await SendAsync(new DisconnectPacket { Reason = reason });
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // it was cut
        }

        if (!_manner.Lingers)
        {
            _socket!.Dispose();
        }
    }

    private async Task SendAsync(MqttPacket packet)
    {
        await _sending.WaitAsync(_stop.Token);
        try
        {
            if (_packet(packet) is { } written && MqttCodec.Encode(written, _version) is var bytes && bytes.Length <= (_accepted.MaximumPacketSize ?? int.MaxValue))
            {
                await _socket!.SendAsync(_bytes(bytes), _stop.Token);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    private ushort NextId() => ++_lastId;

    private static ushort Id(MqttPacket packet) => packet is PublishPacket message ? message.PacketId : ((PubRelPacket)packet).PacketId;
}
