namespace Harness.Mqtt;

/// <summary>A message with the moment it expires.</summary>
internal sealed record StoredMessage(PublishPacket Packet, long? ExpiresAt)
{
    public static StoredMessage Of(PublishPacket packet, TimeProvider time) => new(
        packet, packet.MessageExpiryInterval is { } seconds ? time.GetTimestamp() + (long)(seconds * (double)time.TimestampFrequency) : null);

    /// <summary>The packet with the lifetime that is left (MQTT-3.3.2-6); null where it expired.</summary>
    public PublishPacket? Current(TimeProvider time)
    {
        if (ExpiresAt is null)
        {
            return Packet;
        }

        var left = (ExpiresAt.Value - time.GetTimestamp()) / (double)time.TimestampFrequency;
        return left <= 0 ? null : Packet with { MessageExpiryInterval = (uint)Math.Ceiling(left) };
    }
}

/// <summary>One retained message a topic (section 3.3.1.3).</summary>
internal sealed class RetainedStore(int maximum, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StoredMessage> _byTopic = new(StringComparer.Ordinal);

    /// <summary>Keeps a message, or forgets the topic where the payload is empty. False where the store is full.</summary>
    public bool Put(PublishPacket packet)
    {
        lock (_lock)
        {
            if (packet.Payload.IsEmpty)
            {
                _byTopic.Remove(packet.Topic);
                return true;
            }

            if (_byTopic.Count >= maximum && !_byTopic.ContainsKey(packet.Topic))
            {
                return false;
            }

            _byTopic[packet.Topic] = StoredMessage.Of(packet, time);
            return true;
        }
    }

    /// <summary>What a new subscription gets.</summary>
    public List<PublishPacket> Matching(string filter)
    {
        lock (_lock)
        {
            var found = new List<PublishPacket>();
            foreach (var (topic, stored) in _byTopic)
            {
                if (TopicFilter.Matches(filter, topic) && stored.Current(time) is { } packet)
                {
                    found.Add(packet);
                }
            }

            return found;
        }
    }
}
