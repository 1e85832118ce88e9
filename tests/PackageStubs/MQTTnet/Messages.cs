// Signatures of MQTTnet 5.2.0: messages, words of the protocol, exceptions.
using System.Buffers;
using MQTTnet.Protocol;

namespace MQTTnet
{
    public sealed class MqttApplicationMessage
    {
        public ReadOnlySequence<byte> Payload { get; set; }

        public MqttQualityOfServiceLevel QualityOfServiceLevel { get; set; }

        public bool Retain { get; set; }

        public string Topic { get; set; }
    }

    public sealed class MqttApplicationMessageReceivedEventArgs : EventArgs
    {
        internal MqttApplicationMessageReceivedEventArgs()
        {
        }

        public MqttApplicationMessage ApplicationMessage => throw new NotImplementedException();

        public bool AutoAcknowledge { get; set; }
    }

    public sealed class InjectMqttApplicationMessageResult
    {
    }
}

namespace MQTTnet.Packets
{
    public abstract class MqttPacket
    {
    }

    public abstract class MqttPacketWithIdentifier : MqttPacket
    {
        public ushort PacketIdentifier { get; set; }
    }

    public sealed class MqttPublishPacket : MqttPacketWithIdentifier
    {
        public string ContentType { get; set; }

        public byte[] CorrelationData { get; set; }

        public bool Dup { get; set; }

        public uint MessageExpiryInterval { get; set; }

        public ReadOnlySequence<byte> Payload { get; set; }

        public MqttPayloadFormatIndicator PayloadFormatIndicator { get; set; }

        public MqttQualityOfServiceLevel QualityOfServiceLevel { get; set; }

        public string ResponseTopic { get; set; }

        public bool Retain { get; set; }

        public List<uint> SubscriptionIdentifiers { get; set; }

        public string Topic { get; set; }

        public ushort TopicAlias { get; set; }

        public List<MqttUserProperty> UserProperties { get; set; }
    }

    public sealed class MqttUserProperty
    {
        internal MqttUserProperty()
        {
        }
    }

    public sealed class MqttTopicFilter
    {
        public MqttQualityOfServiceLevel QualityOfServiceLevel { get; set; }

        public string Topic { get; set; }
    }
}

namespace MQTTnet.Formatter
{
    public enum MqttProtocolVersion
    {
        V310 = 3,
        V311 = 4,
        V500 = 5,
    }
}

namespace MQTTnet.Protocol
{
    public enum MqttQualityOfServiceLevel
    {
        AtMostOnce = 0,
    }

    public enum MqttPayloadFormatIndicator
    {
        Unspecified = 0,
    }

    public enum MqttAuthenticateReasonCode
    {
        Success = 0,
        ContinueAuthentication = 24,
        ReAuthenticate = 25,
    }

    public enum MqttConnectReasonCode
    {
        Success = 0,
        UnsupportedProtocolVersion = 132,
        NotAuthorized = 135,
        ServerBusy = 137,
    }

    public enum MqttPubAckReasonCode
    {
        Success = 0,
        UnspecifiedError = 128,
        NotAuthorized = 135,
        TopicNameInvalid = 144,
    }

    public enum MqttSubscribeReasonCode
    {
        GrantedQoS0 = 0,
        GrantedQoS1 = 1,
        GrantedQoS2 = 2,
        UnspecifiedError = 128,
        NotAuthorized = 135,
        TopicFilterInvalid = 143,
    }

    public enum MqttDisconnectReasonCode
    {
        NormalDisconnection = 0,
        UnspecifiedError = 128,
        ServerShuttingDown = 139,
    }
}

namespace MQTTnet.Exceptions
{
    public class MqttCommunicationException(string message, Exception innerException = null) : Exception(message, innerException)
    {
    }

    public sealed class MqttCommunicationTimedOutException(Exception innerException) : MqttCommunicationException(null, innerException)
    {
    }

    public class MqttProtocolViolationException(string message) : Exception(message)
    {
    }
}

namespace MQTTnet.Adapter
{
    public sealed class MqttConnectingFailedException(string message, Exception innerException) : Exceptions.MqttCommunicationException(message, innerException)
    {
    }
}
