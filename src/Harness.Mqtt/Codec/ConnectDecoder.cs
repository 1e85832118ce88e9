namespace Harness.Mqtt.Codec;

/// <summary>Reads CONNECT (section 3.1) and CONNACK (section 3.2).</summary>
internal static class ConnectDecoder
{
    public static ConnectPacket Connect(ref PacketReader reader, MqttLimits limits)
    {
        var name = reader.Utf8();
        var level = reader.Byte();
        if (name != "MQTT" || level is not ((byte)MqttVersion.V311 or (byte)MqttVersion.V5))
        {
            throw new MqttProtocolException(ReasonCode.UnsupportedProtocolVersion, $"protocol level {level} is not MQTT 3.1.1 (4) or 5.0 (5)");
        }

        var five = level == (byte)MqttVersion.V5;
        var flags = reader.Byte();
        CheckFlags(flags, five);
        var keepAlive = reader.UInt16();
        var properties = five ? PropertyBag.Read(ref reader, PropertyScope.Connect, limits) : PropertyBag.None;
        if (properties.Binary(PropertyId.AuthenticationData) is not null && properties.Text(PropertyId.AuthenticationMethod) is null)
        {
            throw PacketReader.ProtocolError("CONNECT has Authentication Data without a Method");
        }

        return new ConnectPacket
        {
            Version = (MqttVersion)level,
            CleanStart = (flags & 2) != 0,
            KeepAliveSeconds = keepAlive,
            SessionExpiryInterval = properties.UInt32(PropertyId.SessionExpiryInterval),
            ReceiveMaximum = properties.UInt16(PropertyId.ReceiveMaximum),
            MaximumPacketSize = properties.UInt32(PropertyId.MaximumPacketSize),
            TopicAliasMaximum = properties.UInt16(PropertyId.TopicAliasMaximum),
            RequestResponseInformation = properties.Bit(PropertyId.RequestResponseInformation),
            RequestProblemInformation = properties.Bit(PropertyId.RequestProblemInformation),
            AuthenticationMethod = properties.Text(PropertyId.AuthenticationMethod),
            AuthenticationData = properties.Binary(PropertyId.AuthenticationData),
            UserProperties = properties.User,

            // The payload follows in this order (MQTT-3.1.3-1); initialisers run in the order they are written.
            ClientId = reader.Utf8(),
            Will = (flags & 4) != 0 ? Will(flags, ref reader, five, limits) : null,
            UserName = (flags & 0x80) != 0 ? reader.Utf8() : null,
            Password = (flags & 0x40) != 0 ? reader.Binary() : null,
        };
    }

    public static ConnAckPacket ConnAck(ref PacketReader reader, bool five, MqttLimits limits)
    {
        var flags = reader.Byte();
        if (flags > 1)
        {
            throw PacketReader.Malformed($"CONNACK flags 0x{flags:X2}");
        }

        var code = reader.Byte();
        var reason = five ? ReasonCodes.Check(PacketType.ConnAck, code) : ReasonCodes.FromReturnCode(code);
        if (flags == 1 && reason != ReasonCode.Success)
        {
            throw PacketReader.ProtocolError("CONNACK refuses with a session present");
        }

        var properties = five ? PropertyBag.Read(ref reader, PropertyScope.ConnAck, limits) : PropertyBag.None;
        return new ConnAckPacket
        {
            SessionPresent = flags == 1,
            Reason = reason,
            SessionExpiryInterval = properties.UInt32(PropertyId.SessionExpiryInterval),
            AssignedClientIdentifier = properties.Text(PropertyId.AssignedClientIdentifier),
            ServerKeepAlive = properties.UInt16(PropertyId.ServerKeepAlive),
            AuthenticationMethod = properties.Text(PropertyId.AuthenticationMethod),
            AuthenticationData = properties.Binary(PropertyId.AuthenticationData),
            ResponseInformation = properties.Text(PropertyId.ResponseInformation),
            ServerReference = properties.Text(PropertyId.ServerReference),
            ReasonString = properties.Text(PropertyId.ReasonString),
            ReceiveMaximum = properties.UInt16(PropertyId.ReceiveMaximum),
            TopicAliasMaximum = properties.UInt16(PropertyId.TopicAliasMaximum),
            MaximumQos = properties.Byte(PropertyId.MaximumQos),
            RetainAvailable = properties.Bit(PropertyId.RetainAvailable),
            MaximumPacketSize = properties.UInt32(PropertyId.MaximumPacketSize),
            WildcardSubscriptionAvailable = properties.Bit(PropertyId.WildcardSubscriptionAvailable),
            SubscriptionIdentifierAvailable = properties.Bit(PropertyId.SubscriptionIdentifierAvailable),
            SharedSubscriptionAvailable = properties.Bit(PropertyId.SharedSubscriptionAvailable),
            UserProperties = properties.User,
        };
    }

    private static void CheckFlags(byte flags, bool five)
    {
        var will = (flags & 4) != 0;
        var qosAndRetain = flags & 0b0011_1000;
        var reservedSet = (flags & 1) != 0;
        var passwordAlone = !five && (flags & 0xC0) == 0x40;
        if (reservedSet || (!will && qosAndRetain != 0) || (flags & 0b0001_1000) == 0b0001_1000 || passwordAlone)
        {
            throw PacketReader.Malformed($"CONNECT flags 0x{flags:X2}");
        }
    }

    private static MqttWill Will(byte flags, ref PacketReader reader, bool five, MqttLimits limits)
    {
        var properties = five ? PropertyBag.Read(ref reader, PropertyScope.Will, limits) : PropertyBag.None;
        var topic = PacketDecoder.TopicName(reader.Utf8());
        var payload = reader.Binary();
        return new MqttWill(topic, payload, (QualityOfService)((flags >> 3) & 3), (flags & 0x20) != 0)
        {
            DelayInterval = properties.UInt32(PropertyId.WillDelayInterval),
            PayloadFormatIndicator = properties.Byte(PropertyId.PayloadFormatIndicator),
            MessageExpiryInterval = properties.UInt32(PropertyId.MessageExpiryInterval),
            ContentType = properties.Text(PropertyId.ContentType),
            ResponseTopic = properties.Text(PropertyId.ResponseTopic) is { } response ? PacketDecoder.TopicName(response) : null,
            CorrelationData = properties.Binary(PropertyId.CorrelationData),
            UserProperties = properties.User,
        };
    }
}
