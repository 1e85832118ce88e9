using System.Security.Cryptography.X509Certificates;
using MQTTnet.Adapter;
using MQTTnet.Channel;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;

namespace Harness.Mqtt.Client;

/// <summary>
/// The connection under MQTTnet's client. It reads packets strictly and whole, and checks CONNACK, before MQTTnet gets any of their bytes. Where the broker
/// violates the protocol it sends DISCONNECT with the reason, where MQTTnet would only close.
/// </summary>
internal sealed class ClientChannel(PacketChannel packets, MqttClientOptions options, ClientAuthentication authentication) : IMqttChannel, IMqttClientAdapterFactory
{
    private MQTTnet.MqttClientOptions? _settings;
    private ReadOnlyMemory<byte> _unread;
    private int _left;

    /// <summary>Receives each message, in order; returns false where there is no room. MQTTnet's own event would lose the messages that wait in it at the end.</summary>
    public required Func<MqttMessage, bool> Received { get; init; }

    /// <summary>Called when nothing more will be read, with the reason of the broker's DISCONNECT or with the error.</summary>
    public required Action<ReasonCode?, Exception?> Ended { get; init; }

    /// <summary>The CONNACK 0x00 once it was accepted; else null.</summary>
    public ConnAckPacket? Accepted { get; private set; }

    /// <summary>The exception that ended the connection, one of the authentication client included; null where there was none.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The reason of the broker's DISCONNECT.</summary>
    public ReasonCode? PeerReason { get; private set; }

    /// <inheritdoc/>
    public X509Certificate2 ClientCertificate => null!;

    /// <inheritdoc/>
    public EndPoint RemoteEndPoint => packets.Remote!;

    /// <inheritdoc/>
    public EndPoint LocalEndPoint => null!;

    /// <inheritdoc/>
    public bool IsSecureConnection => false;

    /// <inheritdoc/>
    public IMqttChannelAdapter CreateClientAdapter(MQTTnet.MqttClientOptions settings, MqttPacketInspector packetInspector, IMqttNetLogger logger)
    {
        _settings = settings;
        var formatter = new MqttPacketFormatterAdapter(settings.ProtocolVersion, new MqttBufferWriter(settings.WriterBufferSize, settings.WriterBufferSizeMax));
        return new MqttChannelAdapter(this, formatter, logger) { AllowPacketFragmentation = false }; // whole packets, so that a DISCONNECT is never sent inside another packet
    }

    /// <inheritdoc/>
    public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask; // the socket is connected already

    /// <inheritdoc/>
    public Task DisconnectAsync(CancellationToken cancellationToken) => packets.CloseAsync().AsTask();

    /// <inheritdoc/>
    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (_unread.IsEmpty && !await NextAsync(cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        var taken = Math.Min(count, _unread.Length);
        _unread[..taken].CopyTo(buffer.AsMemory(offset));
        _unread = _unread[taken..];
        return taken;
    }

    /// <inheritdoc/>
    /// <exception cref="MqttNotConnectedException">The connection is gone, or DISCONNECT was sent, after which nothing may be sent.</exception>
    public async Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _left) != 0)
        {
            throw new MqttNotConnectedException($"the connection to {packets.Remote} was left");
        }

        await packets.WriteAsync(buffer.IsSingleSegment ? buffer.First : buffer.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => packets.Dispose();

    private async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (PeerReason is not null)
            {
                return false;
            }

            if (await packets.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } packet)
            {
                Failure ??= new MqttNotConnectedException($"the broker at {packets.Remote} ended the connection {(Accepted is null ? "before CONNACK" : "without DISCONNECT")}");
                Ended(null, Failure);
                return false;
            }

            await TakeAsync(packet, cancellationToken).ConfigureAwait(false);
            _unread = packets.Last;
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Failure ??= e;
            await LeaveAsync((e as MqttProtocolException)?.Reason ?? ReasonCode.UnspecifiedError).ConfigureAwait(false);
            Ended(null, e);
            throw;
        }
    }

    private async ValueTask TakeAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        switch (packet)
        {
            case ConnAckPacket answer when Accepted is null:
                await AnswerAsync(answer, cancellationToken).ConfigureAwait(false);
                break;
            case AuthPacket auth when await authentication.TakeAsync(auth, cancellationToken).ConfigureAwait(false):
                break;
            case var _ when Accepted is null:
                throw PacketReader.ProtocolError(
                    $"the broker at {packets.Remote} sent {packet.Describe()} where CONNACK{(authentication.Method is { } method ? " or AUTH 0x18 of method " + method : "")} was expected");
            case PublishPacket publish:
                Take(publish);
                break;
            case DisconnectPacket { SessionExpiryInterval: null } left when options.Version == MqttVersion.V5:
                PeerReason = left.Reason;
                Ended(left.Reason, null);
                break;
            case PubAckPacket or SubAckPacket { Reasons.Count: 1 } or UnsubAckPacket { Reasons.Count: <= 1 } or PingRespPacket:
                break;
            default:
                throw PacketReader.ProtocolError($"the broker sent {packet.Describe()}, which it may not send now");
        }
    }

    private async ValueTask AnswerAsync(ConnAckPacket answer, CancellationToken cancellationToken)
    {
        // MQTT-3.2.2-4 and -6: there is no session where this side asked for a clean start, nor where the login is refused.
        if (answer.SessionPresent && (options.CleanStart || answer.Reason != ReasonCode.Success))
        {
            throw PacketReader.ProtocolError(
                $"CONNACK of the broker at {packets.Remote} says session present, expected none after {(answer.Reason == ReasonCode.Success ? "a clean start" : $"refusal 0x{(byte)answer.Reason:X2}")}");
        }

        if (answer.Reason != ReasonCode.Success)
        {
            return;
        }

        await authentication.AcceptAsync(answer, cancellationToken).ConfigureAwait(false);
        if (answer.ServerKeepAlive is { } seconds)
        {
            _settings!.KeepAlivePeriod = TimeSpan.FromSeconds(seconds); // MQTTnet 5.2 parses the broker's keep-alive but pings by its own
        }

        Accepted = answer;
    }

    private void Take(PublishPacket publish)
    {
        if (publish.Qos > QualityOfService.AtLeastOnce)
        {
            throw new MqttProtocolException(ReasonCode.QosNotSupported, "the broker sent QoS 2, which was not subscribed");
        }

        if (publish.TopicAlias is not null)
        {
            throw new MqttProtocolException(ReasonCode.TopicAliasInvalid, "the broker sent a topic alias, where none is taken");
        }

        if (!Received(new MqttMessage(publish.Topic, publish.Payload, publish.Qos, publish.Retain)))
        {
            throw new MqttProtocolException(
                ReasonCode.QuotaExceeded,
                $"{options.MaximumUnreadMessages} messages are unread; read {nameof(MqttClient)}.{nameof(MqttClient.Messages)} or raise {nameof(MqttClientOptions.MaximumUnreadMessages)}");
        }
    }

    /// <summary>Sends DISCONNECT where that is still possible; 3.1.1 has no reason to send, so there the connection just ends.</summary>
    private async Task LeaveAsync(ReasonCode reason)
    {
        if (Interlocked.Exchange(ref _left, 1) != 0 || options.Version == MqttVersion.V311)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await packets.WriteAsync(MqttCodec.Encode(new DisconnectPacket { Reason = ReasonCodes.ForDisconnect(reason) }, options.Version), timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttNotConnectedException or OperationCanceledException)
        {
            // The reason that led here matters more than the failure to send it.
        }
    }
}
