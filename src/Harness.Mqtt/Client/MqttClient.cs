using System.Net.Sockets;
using System.Threading.Channels;

namespace Harness.Mqtt;

/// <summary>An MQTT client for one connection: QoS 0 and 1, both versions, enhanced authentication in MQTT 5. It does not reconnect.</summary>
/// <remarks>Members are thread-safe. A call on an ended connection throws <see cref="MqttNotConnectedException"/>.</remarks>
public sealed partial class MqttClient : IMqttClient
{
    private readonly MqttClientOptions _options;
    private readonly PacketChannel _channel;
    private readonly ConnAckPacket _accepted;
    private readonly PendingAnswers _pending = new();
    private readonly Channel<MqttMessage> _messages;
    private readonly SemaphoreSlim _sendQuota;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly TaskCompletionSource<ReasonCode> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private readonly Task _keepingAlive;
    private int _ending;

    private MqttClient(MqttClientOptions options, PacketChannel channel, ConnAckPacket accepted)
    {
        _options = options;
        _channel = channel;
        _accepted = accepted;
        _channel.PeerMaximumPacketSize = accepted.MaximumPacketSize ?? uint.MaxValue;
        _sendQuota = new SemaphoreSlim(accepted.ReceiveMaximum ?? ushort.MaxValue);
        _messages = Channel.CreateBounded<MqttMessage>(new BoundedChannelOptions(options.MaximumUnreadMessages) { SingleWriter = true });
        _reading = Task.Run(ReadLoopAsync);
        _keepingAlive = Task.Run(KeepAliveAsync);
    }

    /// <summary>ClientId the broker assigned; null where the client brought its own.</summary>
    public string? AssignedClientId => _accepted.AssignedClientIdentifier;

    /// <summary>The broker resumed a session.</summary>
    public bool SessionPresent => _accepted.SessionPresent;

    /// <summary>Messages in the order they came; completes when the connection ended.</summary>
    public ChannelReader<MqttMessage> Messages => _messages.Reader;

    /// <summary>Completes, never fails, when the connection ended: with the reason of the peer's DISCONNECT or of <see cref="DisconnectAsync"/>, else UnspecifiedError.</summary>
    public Task<ReasonCode> Closed => _closed.Task;

    /// <summary>What ended the connection where it was neither side's DISCONNECT; else null.</summary>
    public MqttException? Failure { get; private set; }

    /// <summary>Connects and logs in.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MqttNotConnectedException">No broker there, or it went before CONNACK.</exception>
    /// <exception cref="MqttTimedOutException">No CONNACK within <see cref="MqttClientOptions.Timeout"/>.</exception>
    /// <exception cref="MqttRefusedException">CONNACK with a reason of 0x80 and above.</exception>
    /// <exception cref="MqttProtocolException">The broker broke the protocol.</exception>
    /// <remarks>What the authentication client throws comes out unchanged, after DISCONNECT 0x80.</remarks>
    public static async Task<MqttClient> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken = default)
    {
        Check(options);
        using var timeout = new CancellationTokenSource(options.Timeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        PacketChannel? channel = null;
        try
        {
            channel = await OpenAsync(options, either.Token).ConfigureAwait(false);
            var accepted = await ClientLogin.RunAsync(channel, options, either.Token).ConfigureAwait(false);
            return new MqttClient(options, channel, accepted);
        }
        catch (Exception e)
        {
            if (e is OperationCanceledException)
            {
                channel?.Dispose(); // a silent peer will not end its side either: no use in waiting for it
            }
            else if (channel is not null)
            {
                await channel.CloseAsync().ConfigureAwait(false);
            }

            if (e is OperationCanceledException && timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new MqttTimedOutException($"no CONNACK from {options.Host}:{options.Port} for client \"{options.ClientId}\" within {options.Timeout.TotalSeconds:0.###} s", e);
            }

            throw;
        }
    }

    /// <summary>Publishes; with QoS 1 waits for PUBACK.</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="payload">Payload.</param>
    /// <param name="qos">QoS 0 or 1.</param>
    /// <param name="retain">Retain.</param>
    /// <param name="cancellationToken">Stops waiting; the message may still arrive.</param>
    /// <returns>Reason of PUBACK, which may be a refusal; success with QoS 0 once the bytes are written.</returns>
    /// <exception cref="MqttProtocolException">The packet is larger than the broker takes (0x95), or QoS or retain are not offered; nothing was sent.</exception>
    /// <exception cref="MqttTimedOutException">No PUBACK in time.</exception>
    public async Task<ReasonCode> PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, CancellationToken cancellationToken = default)
    {
        if (!TopicFilter.IsTopicName(topic))
        {
            throw new ArgumentException($"\"{topic}\" is no topic name: it is empty or holds + or #.", nameof(topic));
        }

        CheckOffered(qos, retain);
        var packet = new PublishPacket { Topic = topic, Payload = payload, Qos = qos, Retain = retain };
        if (qos == QualityOfService.AtMostOnce)
        {
            await SendAsync(packet, cancellationToken).ConfigureAwait(false);
            return ReasonCode.Success;
        }

        await WaitForQuotaAsync(cancellationToken).ConfigureAwait(false);
        MqttPacket answer;
        try
        {
            answer = await RequestAsync(PacketType.PubAck, id => packet with { PacketId = id }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttProtocolException or ArgumentException)
        {
            _sendQuota.Release(); // nothing was sent, so no PUBACK will give it back
            throw;
        }

        return ((PubAckPacket)answer).Reason;
    }

    /// <summary>Subscribes to one filter and waits for SUBACK.</summary>
    /// <returns>Granted QoS (0x00, 0x01) or the refusal (0x80 and above).</returns>
    /// <exception cref="MqttTimedOutException">No SUBACK in time.</exception>
    public async Task<ReasonCode> SubscribeAsync(string filter, QualityOfService qos = QualityOfService.AtLeastOnce, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(filter);
        CheckQos(qos);
        var answer = await RequestAsync(
            PacketType.SubAck, id => new SubscribePacket { PacketId = id, Subscriptions = [new TopicSubscription(filter, qos)] }, cancellationToken).ConfigureAwait(false);
        return ((SubAckPacket)answer).Reasons[0];
    }

    /// <summary>Unsubscribes and waits for UNSUBACK.</summary>
    /// <returns>0x00, 0x11 where there was no such subscription, or a refusal; 0x00 in 3.1.1.</returns>
    /// <exception cref="MqttTimedOutException">No UNSUBACK in time.</exception>
    public async Task<ReasonCode> UnsubscribeAsync(string filter, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(filter);
        var answer = await RequestAsync(PacketType.UnsubAck, id => new UnsubscribePacket { PacketId = id, Filters = [filter] }, cancellationToken).ConfigureAwait(false);
        return ((UnsubAckPacket)answer).Reasons is [var reason, ..] ? reason : ReasonCode.Success;
    }

    /// <summary>Says DISCONNECT and ends the connection. On an ended one it does nothing.</summary>
    public async Task DisconnectAsync(ReasonCode reason = ReasonCode.Success, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _ending, 1) == 0)
        {
            await ClientLogin.TryDisconnectAsync(_channel, reason).ConfigureAwait(false);
            await EndAsync(reason, null).ConfigureAwait(false);
        }

        await Closed.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Vanishes: ends the connection without DISCONNECT, so that the broker publishes the will.</summary>
    public void Abort()
    {
        _channel.Dispose();
    }

    /// <summary>Says DISCONNECT 0x00 where the connection still stands, and waits for all of it to end.</summary>
    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        await Task.WhenAll(_reading, _keepingAlive).ConfigureAwait(false);
    }

    private static async Task<PacketChannel> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken).ConfigureAwait(false);
            return new PacketChannel(socket, new MqttLimits { MaximumPacketSize = options.MaximumPacketSize, FromServer = true }) { Version = options.Version };
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is SocketException)
            {
                throw new MqttNotConnectedException(
                    $"no broker at {options.Host}:{options.Port} ({e.Message}); expected one listening; next: ./harness broker --port {options.Port}, or ss -ltn to see what listens", e);
            }

            throw;
        }
    }

    internal static void Check(MqttClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Authentication is not null && options.Version != MqttVersion.V5)
        {
            throw new ArgumentException("Enhanced authentication needs MQTT 5.", nameof(options));
        }

        if (options.Port is < 1 or > ushort.MaxValue)
        {
            throw new ArgumentException($"Port {options.Port} is not 1 to 65535.", nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumPacketSize, 16, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReceiveMaximum, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumUnreadMessages, 1, nameof(options));
        if (options.Will is { Qos: QualityOfService.ExactlyOnce })
        {
            throw new ArgumentException("QoS 2 is not supported; use QoS 0 or 1.", nameof(options));
        }
    }

    private static void CheckQos(QualityOfService qos)
    {
        if (qos > QualityOfService.AtLeastOnce)
        {
            throw new ArgumentException("QoS 2 is not supported; use QoS 0 or 1.", nameof(qos));
        }
    }

    private void CheckOffered(QualityOfService qos, bool retain)
    {
        CheckQos(qos);
        if ((byte)qos > (_accepted.MaximumQos ?? 2))
        {
            throw new MqttProtocolException(ReasonCode.QosNotSupported, $"the broker takes QoS {_accepted.MaximumQos} at most");
        }

        if (retain && _accepted.RetainAvailable == false)
        {
            throw new MqttProtocolException(ReasonCode.RetainNotSupported, "the broker takes no retained messages");
        }
    }
}
