using System.Buffers;
using Harness.Mqtt;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Harness.Drivers.MqttNet;

/// <summary>What MQTTnet says, in the words of <see cref="MqttException"/>.</summary>
internal static class MqttNetErrors
{
    /// <summary>The exception of this room for one of MQTTnet's; null where it is neither about the wire nor about the connection.</summary>
    public static MqttException? TryMap(Exception exception, string doing) => exception switch
    {
        MqttException e => e,
        MqttCommunicationTimedOutException => new MqttTimedOutException($"{doing}: no answer in time", exception),
        MqttProtocolViolationException => new MqttProtocolException(Mqtt.ReasonCode.ProtocolError, $"{doing}: {exception.Message}", exception),
        MqttCommunicationException or ObjectDisposedException => new MqttNotConnectedException($"{doing}: {exception.Message}", exception),
        _ => null,
    };

    public static MqttQualityOfServiceLevel Level(this QualityOfService qos) => (MqttQualityOfServiceLevel)(int)qos;

    public static QualityOfService Quality(this MqttQualityOfServiceLevel level) => (QualityOfService)(byte)level;

    /// <summary>The payload, copied: MQTTnet may use its buffer again.</summary>
    public static MqttMessage Message(MQTTnet.MqttApplicationMessage message) =>
        new(message.Topic, message.Payload.ToArray(), message.QualityOfServiceLevel.Quality(), message.Retain);

    public static MQTTnet.MqttApplicationMessage Message(string topic, ReadOnlyMemory<byte> payload, QualityOfService qos, bool retain) =>
        new() { Topic = topic, Payload = new ReadOnlySequence<byte>(payload.ToArray()), QualityOfServiceLevel = qos.Level(), Retain = retain };

    /// <summary>The same PUBLISH with another payload.</summary>
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
