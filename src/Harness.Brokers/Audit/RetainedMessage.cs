namespace Harness.Brokers.Audit;

/// <summary>The retained message that stood on a topic before it was tried: an audit leaves a topic as it was. It is in memory alone, and never in a record.</summary>
/// <param name="Payload">Its payload.</param>
internal sealed record RetainedMessage(ReadOnlyMemory<byte> Payload)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PutBackWithin = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override string ToString() => $"{Payload.Length} bytes";

    /// <summary>Reads it as a subscription that was just granted gets it.</summary>
    /// <param name="reader">The subscriber; null for none.</param>
    /// <param name="topic">The topic.</param>
    /// <returns>Null where none stands there.</returns>
    public static async Task<RetainedMessage?> ReadAsync(Peer? reader, string topic)
    {
        var until = DateTime.UtcNow + Within;
        while (reader is not null && DateTime.UtcNow < until && await reader.MessageAsync(until - DateTime.UtcNow, acknowledge: false).ConfigureAwait(false) is { } message)
        {
            if (message.Retain && message.Topic == topic)
            {
                return new RetainedMessage(message.Payload.ToArray());
            }
        }

        return null;
    }

    /// <summary>Removes what was left on a topic, or puts back what stood there; also where the audit is being stopped.</summary>
    /// <param name="plain">The way that takes plain MQTT.</param>
    /// <param name="login">The user who left it; null for none.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="stood">The message that stood there; null for none.</param>
    public static async Task PutBackAsync(AuditPath plain, AuditTarget? login, string topic, RetainedMessage? stood)
    {
        using var limit = new CancellationTokenSource(PutBackWithin);
        using var talk = AuditTalk.Open(plain, MqttVersion.V311, login, limit.Token);
        try
        {
            var peer = await talk.OpenAsync().ConfigureAwait(false);
            await peer.PublishAsync(new PublishPacket { Topic = topic, Payload = stood?.Payload ?? default, Retain = true }).ConfigureAwait(false);
            await peer.LeaveAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NothingSeenException or OperationCanceledException)
        {
            // The broker is gone, or takes nothing from this user: then nothing was left there either.
        }
    }
}
