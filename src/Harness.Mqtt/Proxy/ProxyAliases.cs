namespace Harness.Mqtt.Proxy;

/// <summary>The topics that aliases stand for in one direction of a connection (MQTT 5 section 3.3.2.3.4): for the sender, whom the policy is told about, and for the receiver, who
/// only knows the packets that the policy let through. Thread-safe.</summary>
internal sealed class ProxyAliases
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ushort, string> _sender = [];
    private readonly Dictionary<ushort, string> _receiver = [];

    /// <summary>Gets a packet as the policy sees it: with the topic in full where it came as an alias.</summary>
    public MqttPacket? Enter(MqttPacket? packet)
    {
        if (packet is not PublishPacket { TopicAlias: { } alias } publish)
        {
            return packet;
        }

        lock (_lock)
        {
            if (publish.Topic.Length > 0)
            {
                _sender[alias] = publish.Topic;
                return packet;
            }

            return _sender.TryGetValue(alias, out var topic) ? publish with { Topic = topic } : packet;
        }
    }

    /// <summary>Gets the bytes to write: a PUBLISH under an alias that the receiver does not know, as the packet that set it was kept back or altered, has its topic in full.</summary>
    public ReadOnlyMemory<byte> Leave(ReadOnlyMemory<byte> bytes, MqttVersion version)
    {
        lock (_lock)
        {
            if (_sender.Count == 0 || bytes.IsEmpty || bytes.Span[0] >> 4 != (byte)PacketType.Publish || Decode(bytes.Span, version) is not { TopicAlias: { } alias } publish)
            {
                return bytes;
            }

            if (publish.Topic.Length > 0)
            {
                _receiver[alias] = publish.Topic;
                return bytes;
            }

            if (!_sender.TryGetValue(alias, out var topic) || _receiver.GetValueOrDefault(alias) == topic)
            {
                return bytes;
            }

            _receiver[alias] = topic;
            return MqttCodec.Encode(publish with { Topic = topic }, version);
        }
    }

    private static PublishPacket? Decode(ReadOnlySpan<byte> bytes, MqttVersion version)
    {
        try
        {
            return MqttCodec.TryDecode(bytes, version, ProxyFramer.LimitsOf(null), out var packet, out var consumed) && consumed == bytes.Length ? packet as PublishPacket : null;
        }
        catch (MqttProtocolException)
        {
            return null; // bytes that a policy made up: any are allowed
        }
    }
}
