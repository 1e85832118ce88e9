using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Harness.Brokers;

/// <summary>Converts messages between MQTTnet's types and ours.</summary>
internal static class MqttNetMessages
{
    /// <summary>Gets the payload as a copy, as MQTTnet may use its buffer again.</summary>
    public static MqttMessage Message(MQTTnet.MqttApplicationMessage message) =>
        new(message.Topic, message.Payload.ToArray(), (QualityOfService)(byte)message.QualityOfServiceLevel, message.Retain);

    public static MQTTnet.MqttApplicationMessage Message(string topic, ReadOnlyMemory<byte> payload, QualityOfService qos, bool retain) =>
        new() { Topic = topic, Payload = new ReadOnlySequence<byte>(payload.ToArray()), QualityOfServiceLevel = (MqttQualityOfServiceLevel)(int)qos, Retain = retain };

    /// <summary>Makes the same PUBLISH with another payload.</summary>
    public static MqttPublishPacket With(MqttPublishPacket packet, ReadOnlyMemory<byte> payload) => new()
    {
        ContentType = packet.ContentType,
        CorrelationData = packet.CorrelationData,
        Dup = packet.Dup,
        MessageExpiryInterval = packet.MessageExpiryInterval,
        PacketIdentifier = packet.PacketIdentifier,
        Payload = new ReadOnlySequence<byte>(payload),
        PayloadFormatIndicator = packet.PayloadFormatIndicator,
        QualityOfServiceLevel = packet.QualityOfServiceLevel,
        ResponseTopic = packet.ResponseTopic,
        Retain = packet.Retain,
        SubscriptionIdentifiers = packet.SubscriptionIdentifiers,
        Topic = packet.Topic,
        TopicAlias = packet.TopicAlias,
        UserProperties = packet.UserProperties,
    };
}
