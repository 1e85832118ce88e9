namespace Harness.Mqtt.Broker;

/// <content>Messages of an accepted client.</content>
internal sealed partial class BrokerConnection
{
    private readonly HashSet<ushort> _unreleased = []; // QoS 2 of this connection without PUBREL, as many as the Receive Maximum at most

    private async ValueTask PublishAsync(PublishPacket received)
    {
        if (received.SubscriptionIdentifiers.Count > 0)
        {
            throw PacketReader.ProtocolError("a client's PUBLISH carries a subscription identifier");
        }

        var publish = received.TopicAlias is { } alias ? Resolve(received, alias) : received;
        var once = publish.Qos == QualityOfService.ExactlyOnce;
        if (publish.Qos != QualityOfService.AtMostOnce)
        {
            CheckReceiveMaximum(publish);
        }

        if (once && Session!.TryReceive(publish.PacketId) is var isNew && isNew != true)
        {
            await RefuseRepeatedAsync(publish.PacketId, isNew).ConfigureAwait(false);
            return;
        }

        // A QoS 2 message that is routed goes to all: its identifier stands for it from now on, also when this connection ends.
        _waitsForSubscriber = true;
        var reason = await _broker.AcceptAsync(Identity!, Session!, publish, once ? _broker.Stopping : _stopping.Token).ConfigureAwait(false);
        _waitsForSubscriber = false;
        if (!Session!.Proved && _broker.Hooks.HasProved(Identity!))
        {
            await _broker.ProveAsync(this).ConfigureAwait(false);
        }

        // 3.1.1 has no negative PUBACK or PUBREC: a refused message is acknowledged and not routed (MQTT-3.3.5-2 there).
        if (publish.Qos == QualityOfService.AtLeastOnce)
        {
            await SendAsync(new PubAckPacket { PacketId = publish.PacketId, Reason = reason }).ConfigureAwait(false);
        }
        else if (once)
        {
            await AnswerOnceAsync(publish.PacketId, reason).ConfigureAwait(false);
        }
    }

    /// <summary>Gets the message with its topic in full, and keeps what the alias stands for.</summary>
    private PublishPacket Resolve(PublishPacket publish, ushort alias)
    {
        if (alias > _options.MaximumTopicAliases)
        {
            throw new MqttProtocolException(ReasonCode.TopicAliasInvalid, $"topic alias {alias}, where {_options.MaximumTopicAliases} is the highest");
        }

        if (publish.Topic.Length == 0)
        {
            return Session!.TopicOf(this, alias) is { } topic
                ? publish with { Topic = topic, TopicAlias = null }
                : throw PacketReader.ProtocolError($"topic alias {alias} stands for nothing on this connection");
        }

        return Session!.TrySetAlias(this, alias, publish.Topic)
            ? publish with { TopicAlias = null }
            : throw new MqttProtocolException(ReasonCode.QuotaExceeded, "no room for the topic of one more alias");
    }

    /// <summary>Holds the client to the Receive Maximum of CONNACK (MQTT-3.3.4-9). QoS 1 counts while it is answered, one at a time; 3.1.1 has no such bound.</summary>
    private void CheckReceiveMaximum(PublishPacket publish)
    {
        if (_channel.Version != MqttVersion.V5 || _unreleased.Contains(publish.PacketId))
        {
            return;
        }

        if (_unreleased.Count >= _options.ReceiveMaximum)
        {
            throw new MqttProtocolException(ReasonCode.ReceiveMaximumExceeded, $"more than {_options.ReceiveMaximum} messages unacknowledged");
        }

        if (publish.Qos == QualityOfService.ExactlyOnce)
        {
            _unreleased.Add(publish.PacketId);
        }
    }

    /// <summary>Answers a QoS 2 message that is not routed: it came before (MQTT-4.3.3-10), or its identifier finds no room.</summary>
    private async ValueTask RefuseRepeatedAsync(ushort packetId, bool? known)
    {
        if (known is not null)
        {
            await SendAsync(new PubRecPacket { PacketId = packetId }).ConfigureAwait(false);
            return;
        }

        _broker.Hooks.LimitReached(new BrokerLimitReached(BrokerLimit.ReceiveFull, Identity!.ClientId, null, 1, 0));
        if (_channel.Version == MqttVersion.V311)
        {
            throw new MqttProtocolException(ReasonCode.QuotaExceeded, "no room for one more identifier");
        }

        await AnswerOnceAsync(packetId, ReasonCode.QuotaExceeded).ConfigureAwait(false);
    }

    private async ValueTask AnswerOnceAsync(ushort packetId, ReasonCode reason)
    {
        if (reason >= ReasonCode.UnspecifiedError && _channel.Version == MqttVersion.V5)
        {
            // The exchange ends with this PUBREC: the identifier is free again.
            Session!.Release(packetId);
            _unreleased.Remove(packetId);
        }

        await SendAsync(new PubRecPacket { PacketId = packetId, Reason = reason }).ConfigureAwait(false);
    }

    private async ValueTask ReleaseAsync(ushort packetId)
    {
        _unreleased.Remove(packetId);
        var known = Session!.Release(packetId);
        await SendAsync(new PubCompPacket { PacketId = packetId, Reason = known ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound }).ConfigureAwait(false);
    }
}
