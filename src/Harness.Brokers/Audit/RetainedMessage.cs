namespace Harness.Brokers.Audit;

/// <summary>The retained message that stood on a topic before it was tried: an audit leaves a topic as it was. It is in memory alone, and never in a record.</summary>
/// <param name="Packet">The message; null where none stood there.</param>
internal sealed record RetainedMessage(PublishPacket? Packet)
{
    private static readonly TimeSpan PutBackWithin = TimeSpan.FromSeconds(5);

    // A broker may give out what it retains by another way than what comes: nothing says which is first.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2), ReadWithin = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public override string ToString() => Packet is null ? "none" : $"{Packet.Payload.Length} bytes";

    /// <summary>Reads it twice, as new subscriptions get it.</summary>
    /// <param name="talk">Opens connections of somebody who sees the topic's messages.</param>
    /// <param name="filter">The filter that showed them.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="publish">Publishes a message on the topic that is not retained, and returns its payload: a subscription that does not get that tells nothing.</param>
    /// <returns>Null where it cannot be told: that message did not come, or the two do not agree.</returns>
    /// <exception cref="NothingSeenException">A connection broke, or the message is larger than what is read.</exception>
    public static async Task<RetainedMessage?> ReadAsync(Conversation talk, string filter, string topic, Func<Task<byte[]>> publish)
    {
        var first = await OnceAsync(await talk.OpenAsync().ConfigureAwait(false), filter, topic, publish).ConfigureAwait(false);
        var second = first is null ? null : await OnceAsync(await talk.OpenAsync().ConfigureAwait(false), filter, topic, publish).ConfigureAwait(false);
        return second is not null && first!.Packet?.Payload.Span.SequenceEqual(second.Packet is { } packet ? packet.Payload.Span : default) != false && first.Packet is null == second.Packet is null
            ? second : null;
    }

    /// <summary>Removes what was left on the topic, or puts back what stood there; also where the audit is being stopped.</summary>
    /// <param name="plain">The way that takes plain MQTT.</param>
    /// <param name="version">The version that it was read in.</param>
    /// <param name="login">The user who left something; null for none.</param>
    /// <param name="topic">The topic.</param>
    /// <returns>False where the broker did not take it.</returns>
    public async Task<bool> PutBackAsync(AuditPath plain, MqttVersion version, AuditTarget? login, string topic)
    {
        using var limit = new CancellationTokenSource(PutBackWithin);
        using var talk = AuditTalk.Open(plain, version, login, limit.Token);
        var message = (Packet ?? new PublishPacket { Qos = QualityOfService.AtLeastOnce }) with { Topic = topic, Retain = true, Dup = false, TopicAlias = null, SubscriptionIdentifiers = [] };
        try
        {
            var peer = await talk.OpenAsync().ConfigureAwait(false);
            await peer.SendAsync(message with { PacketId = message.Qos == QualityOfService.AtMostOnce ? (ushort)0 : (ushort)7 }, new PingReqPacket()).ConfigureAwait(false);
            var reason = message.Qos switch
            {
                QualityOfService.AtMostOnce => ReasonCode.Success,
                QualityOfService.AtLeastOnce => (await peer.ExpectAsync<PubAckPacket>().ConfigureAwait(false)).Reason,
                _ => (await peer.ExpectAsync<PubRecPacket>().ConfigureAwait(false)).Reason,
            };
            await peer.ExpectAsync<PingRespPacket>().ConfigureAwait(false);
            if (message.Qos == QualityOfService.ExactlyOnce && reason < ReasonCode.UnspecifiedError)
            {
                await peer.SendAsync(new PubRelPacket { PacketId = 7 }).ConfigureAwait(false);
                await peer.ExpectAsync<PubCompPacket>().ConfigureAwait(false);
            }

            await peer.LeaveAsync().ConfigureAwait(false);
            return reason < ReasonCode.UnspecifiedError;
        }
        catch (Exception e) when (e is NothingSeenException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<RetainedMessage?> OnceAsync(Peer reader, string filter, string topic, Func<Task<byte[]>> publish)
    {
        if (await reader.SubscribeAsync(new TopicSubscription(filter, QualityOfService.ExactlyOnce)).ConfigureAwait(false) is not [< ReasonCode.UnspecifiedError])
        {
            return null;
        }

        var last = await publish().ConfigureAwait(false);
        var (stood, came, until) = ((PublishPacket?)null, false, DateTime.UtcNow + ReadWithin);
        while (DateTime.UtcNow < until && await reader.QuietAsync(Quiet, acknowledge: false).ConfigureAwait(false) is { } message)
        {
            came |= message.Payload.Span.SequenceEqual(last);
            stood = message.Retain && message.Topic == topic ? message : stood;
        }

        return came ? new RetainedMessage(stood) : null;
    }
}
