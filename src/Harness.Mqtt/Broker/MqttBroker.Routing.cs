namespace Harness.Mqtt.Broker;

/// <content>The routing of a message from its publisher to the subscribers.</content>
public sealed partial class MqttBroker
{
    /// <summary>Takes a client's message through rights, hooks, retained store and subscribers. It waits for connected subscribers that read slowly.</summary>
    /// <returns>The reason for PUBACK.</returns>
    internal async ValueTask<ReasonCode> AcceptAsync(ClientIdentity client, BrokerSession publisher, PublishPacket packet, CancellationToken cancellationToken)
    {
        if (packet.Topic[0] == '$' || !TopicFilter.IsShallow(packet.Topic))
        {
            return ReasonCode.TopicNameInvalid; // a topic of the broker's own (section 4.7.2), or one too costly to compare
        }

        if (!Hooks.MayPublish(client, packet.Topic))
        {
            return ReasonCode.NotAuthorized;
        }

        var message = new MqttMessage(packet.Topic, packet.Payload, packet.Qos, packet.Retain);
        var judgement = await Hooks.JudgeAsync(client, message, cancellationToken).ConfigureAwait(false);
        if (judgement.Payload is not { } payload)
        {
            return judgement.Reason;
        }

        // DUP and the identifier belong to the publisher's hop (MQTT-3.3.1-3).
        var fresh = packet with { Dup = false, PacketId = 0, Payload = payload };
        if (fresh.Retain && !Retained.Put(fresh, PoolOf(publisher.Proved)))
        {
            Hooks.LimitReached(new BrokerLimitReached(BrokerLimit.RetainedFull, client.ClientId, null, 1, 0));
            return ReasonCode.QuotaExceeded;
        }

        return await RouteAsync(fresh, publisher, cancellationToken).ConfigureAwait(false) ? ReasonCode.Success : ReasonCode.QuotaExceeded;
    }

    /// <returns>False where a subscriber missed the message.</returns>
    private async ValueTask<bool> RouteAsync(PublishPacket packet, BrokerSession? publisher, CancellationToken cancellationToken)
    {
        var all = true;
        foreach (var (_, session) in _sessions)
        {
            var own = session == publisher;
            if (session.Find(packet.Topic, own) is not { } match || !Hooks.MayReceive(session.Identity, packet.Topic))
            {
                continue;
            }

            var message = packet with
            {
                Qos = packet.Qos < match.Qos ? packet.Qos : match.Qos,
                Retain = packet.Retain && match.RetainAsPublished,
                SubscriptionIdentifiers = match.Identifiers,
            };

            // A publisher does not wait for itself: while it waits, its acknowledgements are not read.
            all &= await session.DeliverAsync(message, mayWait: !own, cancellationToken).ConfigureAwait(false);
        }

        return all;
    }
}
