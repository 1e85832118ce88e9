namespace Harness.Mqtt.Broker;

/// <content>The requests of an accepted client.</content>
internal sealed partial class BrokerConnection
{
    private ITimer? _keepAlive;
    private TimeSpan _keepAliveLimit;
    private long _heardAt;
    private volatile bool _waitsForSubscriber; // true while the broker waits for a subscriber, so that the client's silence does not count against its keep-alive
    private bool _left; // DISCONNECT came
    private BrokerExchange? _exchange;
    private CancellationTokenSource? _reauthenticationTimeout;

    /// <summary>One and a half times the client's keep-alive (MQTT-3.1.2-22); 0 = off.</summary>
    private void StartKeepAlive(ushort seconds)
    {
        if (seconds == 0)
        {
            return;
        }

        _keepAliveLimit = TimeSpan.FromSeconds(seconds * 1.5);
        _heardAt = _options.TimeProvider.GetTimestamp();
        _keepAlive = _options.TimeProvider.CreateTimer(_ => KeepAliveEnded(), null, _keepAliveLimit, Timeout.InfiniteTimeSpan);
    }

    private void KeepAliveEnded()
    {
        // Looked at here, and not set anew by each packet, which would take the lock of all timers.
        var left = _waitsForSubscriber ? _keepAliveLimit : _keepAliveLimit - _options.TimeProvider.GetElapsedTime(Volatile.Read(ref _heardAt));
        if (left > TimeSpan.Zero)
        {
            _keepAlive?.Change(left, Timeout.InfiniteTimeSpan);
        }
        else
        {
            Stop(ReasonCode.KeepAliveTimeout);
        }
    }

    private async Task ServeAsync()
    {
        using var keepAlive = _keepAlive;
        Func<MqttPacket, ValueTask> handle = HandleAsync;
        try
        {
            while (!_left)
            {
                if (!_channel.TryRead(out var packet))
                {
                    _batch.Flush();
                    packet = await _channel.ReadAsync(_stopping.Token).ConfigureAwait(false);
                }

                if (packet is null)
                {
                    return;
                }

                Volatile.Write(ref _heardAt, _options.TimeProvider.GetTimestamp());
                var handling = _batch.CollectAsync(handle, packet);
                if (!handling.IsCompletedSuccessfully)
                {
                    _batch.Flush(); // it waits, perhaps for the room that this makes
                    await handling.ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _batch.Flush();
        }
    }

    private async ValueTask HandleAsync(MqttPacket packet)
    {
        switch (packet)
        {
            case PublishPacket publish:
                await PublishAsync(publish).ConfigureAwait(false);
                break;
            case PubAckPacket ack:
                Session!.Acknowledge(ack.PacketId);
                break;
            case PubRecPacket received:
                if (Session!.Receive(received.PacketId, received.Reason) is { } reason)
                {
                    await SendAsync(new PubRelPacket { PacketId = received.PacketId, Reason = reason }).ConfigureAwait(false);
                }

                break;
            case PubRelPacket release:
                await ReleaseAsync(release.PacketId).ConfigureAwait(false);
                break;
            case PubCompPacket complete:
                Session!.Complete(complete.PacketId);
                break;
            case SubscribePacket subscribe:
                await SubscribeAsync(subscribe).ConfigureAwait(false);
                break;
            case UnsubscribePacket unsubscribe:
                await UnsubscribeAsync(unsubscribe).ConfigureAwait(false);
                break;
            case PingReqPacket:
                await SendAsync(new PingRespPacket()).ConfigureAwait(false);
                break;
            case AuthPacket auth:
                await ReauthenticateAsync(auth).ConfigureAwait(false);
                break;
            case DisconnectPacket disconnect:
                Leave(disconnect);
                _left = true;
                break;
            default:
                throw PacketReader.ProtocolError($"the client sent {packet.Type}, which it may not send now");
        }
    }

    /// <summary>Handles SUBSCRIBE. Equal filters of one packet count once, with the options of the last: all get its answer.</summary>
    private async ValueTask SubscribeAsync(SubscribePacket packet)
    {
        var last = new Dictionary<string, TopicSubscription>(StringComparer.Ordinal);
        foreach (var wanted in packet.Subscriptions)
        {
            if (wanted.NoLocal && TopicFilter.IsShared(wanted.Filter))
            {
                throw PacketReader.ProtocolError("a shared subscription with No Local (MQTT-3.8.3-4)");
            }

            last[wanted.Filter] = wanted;
        }

        var replays = new List<RetainedReplay>();
        var reasons = last.ToDictionary(w => w.Key, w => Subscribe(w.Value, packet.SubscriptionIdentifier, replays), StringComparer.Ordinal);
        await SendAsync(new SubAckPacket { PacketId = packet.PacketId, Reasons = [.. packet.Subscriptions.Select(s => reasons[s.Filter])] }).ConfigureAwait(false);
        foreach (var replay in replays)
        {
            Session!.Replay(replay);
        }

        foreach (var (filter, _) in reasons.Where(r => r.Value < ReasonCode.UnspecifiedError))
        {
            _broker.Hooks.Subscribed(Identity!, TopicFilter.Shared(filter)!);
        }
    }

    private ReasonCode Subscribe(TopicSubscription wanted, uint? identifier, List<RetainedReplay> replays)
    {
        if (!TopicFilter.IsShallow(wanted.Filter) || TopicFilter.Shared(wanted.Filter) is not { } filter || !TopicFilter.IsValid(filter))
        {
            return ReasonCode.TopicFilterInvalid;
        }

        if (_broker.Hooks.IsForbidden(filter))
        {
            return ReasonCode.UnspecifiedError;
        }

        // Rights are asked for the filter of the messages: a share name opens no topic.
        if (!_broker.Hooks.MaySubscribe(Identity!, filter))
        {
            return ReasonCode.NotAuthorized;
        }

        if (Session!.Subscribe(new Subscription(wanted, identifier)) is not { } isNew)
        {
            return ReasonCode.QuotaExceeded;
        }

        // A shared subscription gets no retained messages (section 4.8.2).
        if (!TopicFilter.IsShared(wanted.Filter) && (wanted.RetainHandling == RetainHandling.Send || (wanted.RetainHandling == RetainHandling.SendIfNew && isNew)))
        {
            replays.Add(_broker.Retained.Begin(filter, wanted.Qos, identifier));
        }

        return (ReasonCode)wanted.Qos;
    }

    private async ValueTask UnsubscribeAsync(UnsubscribePacket packet)
    {
        var reasons = packet.Filters.Select(f => Session!.Unsubscribe(f) ? ReasonCode.Success : ReasonCode.NoSubscriptionExisted).ToList();
        await SendAsync(new UnsubAckPacket { PacketId = packet.PacketId, Reasons = reasons }).ConfigureAwait(false);
    }

    /// <summary>Handles a re-authentication (section 4.12.1). The client may send other packets meanwhile; the earlier authentication holds until 0x00.</summary>
    private async ValueTask ReauthenticateAsync(AuthPacket auth)
    {
        var begins = auth.Reason == ReasonCode.ReAuthenticate;
        if (Identity!.AuthenticationMethod is not { } method || auth.AuthenticationMethod != method || auth.AuthenticationData is not { } data
            || begins != (_exchange is null) || auth.Reason == ReasonCode.Success)
        {
            throw PacketReader.ProtocolError($"the client sent AUTH 0x{(byte)auth.Reason:X2} of method {auth.AuthenticationMethod ?? "(none)"}, expected {(_exchange is null ? "0x19" : "0x18")} of method {Identity.AuthenticationMethod ?? "(none)"} with data");
        }

        if (begins)
        {
            var request = new AuthenticationRequest(Identity.ClientId, method, IsReauthentication: true, _channel.Remote);
            _exchange = BrokerExchange.Begin(_options.Authenticator, request, _broker.Hooks, out var refusal)
                ?? throw new MqttProtocolException(refusal, "re-authentication is refused");
            _reauthenticationTimeout = new CancellationTokenSource(_options.HandshakeTimeout, _options.TimeProvider);
            _reauthenticationTimeout.Token.Register(() => Stop(ReasonCode.NotAuthorized));
        }

        var step = await _exchange!.NextAsync(data, _stopping.Token).ConfigureAwait(false);
        if (step.Reason >= ReasonCode.UnspecifiedError)
        {
            throw new MqttProtocolException(
                ReasonCodes.IsValidRefusal(PacketType.Disconnect, step.Reason) ? step.Reason : ReasonCode.UnspecifiedError, "re-authentication is refused");
        }

        await SendAsync(_exchange.Answer(step)).ConfigureAwait(false);
        if (step.Reason == ReasonCode.Success)
        {
            var done = _exchange;
            (_exchange, var timeout) = (null, _reauthenticationTimeout);
            timeout!.Dispose();
            _reauthenticationTimeout = null;
            using (done)
            {
                if (!done.Complete())
                {
                    throw new MqttProtocolException(ReasonCode.UnspecifiedError, "the authenticator failed after success");
                }
            }
        }
    }

    private void Leave(DisconnectPacket disconnect)
    {
        if (disconnect.SessionExpiryInterval is { } seconds)
        {
            if (RequestedExpirySeconds == 0 && seconds != 0)
            {
                throw PacketReader.ProtocolError("DISCONNECT sets a session expiry where CONNECT had none");
            }

            SessionExpirySeconds = SessionExpirySeconds == 0 ? 0 : seconds; // a session that CONNACK said is not kept stays so
        }

        if (disconnect.Reason == ReasonCode.Success)
        {
            Will = null;
        }
    }
}
