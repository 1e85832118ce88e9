namespace Harness.Mqtt.Broker;

/// <content>The routing of a message from its publisher to the subscribers.</content>
public sealed partial class MqttBroker
{
    /// <summary>Takes a client's message through rights, hooks, retained store and subscribers. It waits for connected subscribers that read slowly.</summary>
    /// <returns>The reason for PUBACK.</returns>
    internal async ValueTask<ReasonCode> AcceptAsync(ClientIdentity client, BrokerSession publisher, PublishPacket packet, CancellationToken cancellationToken)
    {
        var arrived = Options.TimeProvider.GetTimestamp();
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

        // DUP, identifier and alias belong to the publisher's hop (MQTT-3.3.1-3).
        var fresh = packet is { Dup: false, PacketId: 0, TopicAlias: null } && payload.Equals(packet.Payload)
            ? packet : packet with { Dup = false, PacketId = 0, TopicAlias = null, Payload = payload };
        if (fresh.Retain && !Retained.Put(fresh, PoolOf(publisher.Proved)))
        {
            Hooks.LimitReached(new BrokerLimitReached(BrokerLimit.RetainedFull, client.ClientId, null, 1, 0));
            return ReasonCode.QuotaExceeded;
        }

        return await RouteAsync(fresh, publisher, arrived, cancellationToken).ConfigureAwait(false) ? ReasonCode.Success : ReasonCode.QuotaExceeded;
    }

    /// <returns>False where a subscriber missed the message.</returns>
    private async ValueTask<bool> RouteAsync(PublishPacket packet, BrokerSession? publisher, long arrived, CancellationToken cancellationToken)
    {
        var all = true;
        List<SharedMember>? shared = null;
        foreach (var session in _sessions.All)
        {
            var own = session == publisher;
            if (session.Find(packet.Topic, own, ref shared) is not { } match || !Hooks.MayReceive(session.Identity, packet.Topic))
            {
                continue;
            }

            var message = For(packet, match.Qos, match.RetainAsPublished, match.Identifiers);
            TellDelay(session, arrived);

            // A publisher does not wait for itself: while it waits, its acknowledgements are not read.
            all &= await session.DeliverAsync(message, mayWait: !own, cancellationToken).ConfigureAwait(false);
        }

        // Members that proved who they are share among themselves: a stranger that joins them by name takes no message away.
        foreach (var members in shared?.GroupBy(m => (m.Subscription.Options.Filter, m.Session.Proved)) ?? [])
        {
            all &= await RouteSharedAsync(packet, members, publisher, arrived, cancellationToken).ConfigureAwait(false);
        }

        return all;
    }

    /// <summary>Gives a message to one member of a shared subscription: of those that are connected and have room the one whose turn it is (section 4.8.2).</summary>
    /// <returns>False where it was lost.</returns>
    private async ValueTask<bool> RouteSharedAsync(PublishPacket packet, IEnumerable<SharedMember> members, BrokerSession? publisher, long arrived, CancellationToken cancellationToken)
    {
        SharedMember? first = null;
        foreach (var member in members.OrderBy(m => m.Session.Connection is null).ThenBy(m => m.Subscription.Turn))
        {
            if (!Hooks.MayReceive(member.Session.Identity, packet.Topic))
            {
                continue;
            }

            first ??= member;
            if (member.Session.TryDeliver(ForMember(packet, member.Subscription)) != BrokerSession.Taken.NoRoom)
            {
                TellDelay(member.Session, arrived);
                member.Subscription.Turn = Interlocked.Increment(ref _turns);
                return true;
            }
        }

        if (first is not { } waited)
        {
            return true;
        }

        TellDelay(waited.Session, arrived);
        waited.Subscription.Turn = Interlocked.Increment(ref _turns);
        return await waited.Session.DeliverAsync(
            ForMember(packet, waited.Subscription), mayWait: waited.Session != publisher, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells of a message that the broker itself held back for too long. Asked before the subscriber is waited for: that wait is the subscriber's.</summary>
    private void TellDelay(BrokerSession session, long arrived)
    {
        if (Options.TimeProvider.GetElapsedTime(arrived) > Options.DeliveryBudget)
        {
            Hooks.LimitReached(new BrokerLimitReached(BrokerLimit.Delayed, session.ClientId, null, 1, 0));
        }
    }

    private static PublishPacket ForMember(PublishPacket packet, Subscription subscription) =>
        For(packet, subscription.Options.Qos, subscription.Options.RetainAsPublished, subscription.Identifier is { } one ? [one] : []);

    private static PublishPacket For(PublishPacket packet, QualityOfService granted, bool retainAsPublished, IReadOnlyList<uint> identifiers) =>
        packet.Qos <= granted && (retainAsPublished || !packet.Retain) && identifiers.Count == 0 && packet.SubscriptionIdentifiers.Count == 0
            ? packet
            : packet with { Qos = packet.Qos < granted ? packet.Qos : granted, Retain = packet.Retain && retainAsPublished, SubscriptionIdentifiers = identifiers };
}
