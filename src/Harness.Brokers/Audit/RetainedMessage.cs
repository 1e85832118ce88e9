namespace Harness.Brokers.Audit;

/// <summary>The retained message that stood on a topic before it was tried: an audit leaves a topic as it was. It is in memory alone, and never in a record.</summary>
/// <param name="Packet">The message; null where none stood there.</param>
internal sealed record RetainedMessage(PublishPacket? Packet)
{
    private static readonly TimeSpan PutBackWithin = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override string ToString() => Packet is null ? "none" : $"{Packet.Payload.Length} bytes";

    /// <summary>Reads it as a new subscription gets it.</summary>
    /// <param name="reader">A new connection of somebody who sees the topic's messages.</param>
    /// <param name="filter">The filter that showed them.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="publish">Publishes a message on the topic that is not retained, and returns its payload: what stood there comes before that.</param>
    /// <returns>Null where it cannot be told, as that message did not come.</returns>
    public static async Task<RetainedMessage?> ReadAsync(Peer reader, string filter, string topic, Func<Task<byte[]>> publish)
    {
        PublishPacket? stood = null;
        await reader.SubscribeAsync(filter).ConfigureAwait(false);
        var last = await publish().ConfigureAwait(false);
        while (await reader.MessageAsync().ConfigureAwait(false) is { } message)
        {
            if (message.Payload.Span.SequenceEqual(last))
            {
                return new RetainedMessage(stood);
            }

            stood = message.Retain && message.Topic == topic ? message : stood;
        }

        return null;
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
            var reason = message.Qos == QualityOfService.AtMostOnce ? ReasonCode.Success : (await peer.ExpectAsync<PubAckPacket>().ConfigureAwait(false)).Reason;
            await peer.ExpectAsync<PingRespPacket>().ConfigureAwait(false);
            await peer.LeaveAsync().ConfigureAwait(false);
            return reason < ReasonCode.UnspecifiedError;
        }
        catch (Exception e) when (e is NothingSeenException or OperationCanceledException)
        {
            return false;
        }
    }
}
