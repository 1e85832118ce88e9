namespace Harness.Mqtt.Broker;

/// <summary>An amount with an upper bound. Thread-safe.</summary>
internal sealed class Quota(long maximum)
{
    private long _held;

    /// <summary>The amount taken.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Takes an amount; takes nothing and returns false where the bound would be exceeded.</summary>
    public bool TryTake(long amount)
    {
        if (Interlocked.Add(ref _held, amount) <= maximum)
        {
            return true;
        }

        Interlocked.Add(ref _held, -amount);
        return false;
    }

    /// <summary>Takes an amount, also beyond the bound.</summary>
    public void Take(long amount) => Interlocked.Add(ref _held, amount);

    /// <summary>Returns an amount.</summary>
    public void Return(long amount) => Interlocked.Add(ref _held, -amount);
}

/// <summary>The room that clients of one kind share: those that proved their identity, or those that did not. Neither kind takes room from the other.</summary>
internal sealed class ClientPool(MqttBrokerOptions options)
{
    /// <summary>Open connections after CONNACK.</summary>
    public Quota Connections { get; } = new(options.MaximumConnections);

    /// <summary>Sessions that outlive their connection.</summary>
    public Quota KeptSessions { get; } = new(options.MaximumSessions);

    /// <summary>Subscriptions of all sessions.</summary>
    public Quota Subscriptions { get; } = new(options.MaximumSubscriptionsInAll);

    /// <summary>Bytes of subscriptions, wills, and messages that wait or are unacknowledged.</summary>
    public Quota Bytes { get; } = new(options.MaximumHeldBytesInAll);

    /// <summary>Retained messages.</summary>
    public Quota Retained { get; } = new(options.MaximumRetained);

    /// <summary>Bytes of retained messages.</summary>
    public Quota RetainedBytes { get; } = new(options.MaximumRetainedBytes);
}

/// <summary>Bytes charged for stored messages and subscriptions: an upper estimate of memory, in which text is UTF-16 and each object has a header.</summary>
internal static class MemoryCost
{
    private const int PerMessage = 256;
    private const int PerSubscription = 256;
    private const int PerProperty = 96;

    /// <summary>A packet identifier that is remembered, in a table that may be half empty.</summary>
    public const long PacketId = 64;

    public static long Of(PublishPacket packet)
    {
        var bytes = PerMessage + packet.Payload.Length + (packet.CorrelationData?.Length ?? 0)
            + 2L * (packet.Topic.Length + (packet.ContentType?.Length ?? 0) + (packet.ResponseTopic?.Length ?? 0));
        foreach (var property in packet.UserProperties)
        {
            bytes += PerProperty + 2L * (property.Name.Length + property.Value.Length);
        }

        return bytes;
    }

    public static long OfSubscription(string filter) => PerSubscription + 2L * filter.Length;

    public static long OfAlias(string topic) => PacketId + 2L * topic.Length;
}
