namespace Harness.Mqtt.Codec;

/// <summary>Reads the body of each packet (chapter 3). CONNECT is in <see cref="ConnectDecoder"/>.</summary>
internal static class PacketDecoder
{
    private static readonly PubAckPacket EmptyPubAck = new();
    private static readonly PubRecPacket EmptyPubRec = new();
    private static readonly PubRelPacket EmptyPubRel = new();
    private static readonly PubCompPacket EmptyPubComp = new();

    public static MqttPacket Read(byte first, ReadOnlySpan<byte> body, MqttVersion version, MqttLimits limits)
    {
        var reader = new PacketReader(body);
        var type = (PacketType)(first >> 4);
        var five = version == MqttVersion.V5;
        MqttPacket packet = type switch
        {
            PacketType.Connect => ConnectDecoder.Connect(ref reader, limits),
            PacketType.ConnAck => ConnectDecoder.ConnAck(ref reader, five, limits),
            PacketType.Publish => Publish(first, ref reader, five, limits),
            PacketType.PubAck => Response(EmptyPubAck, ref reader, five, limits),
            PacketType.PubRec => Response(EmptyPubRec, ref reader, five, limits),
            PacketType.PubRel => Response(EmptyPubRel, ref reader, five, limits),
            PacketType.PubComp => Response(EmptyPubComp, ref reader, five, limits),
            PacketType.Subscribe => Subscribe(ref reader, five, limits),
            PacketType.SubAck => SubAck(ref reader, version, limits),
            PacketType.Unsubscribe => Unsubscribe(ref reader, five, limits),
            PacketType.UnsubAck => UnsubAck(ref reader, five, limits),
            PacketType.PingReq => new PingReqPacket(),
            PacketType.PingResp => new PingRespPacket(),
            PacketType.Disconnect => Disconnect(ref reader, five, limits),
            _ => Auth(ref reader, limits),
        };
        reader.ExpectEnd(type);
        return packet;
    }

    /// <summary>Reads a topic name: not empty and without wildcards (section 4.7.3).</summary>
    public static string TopicName(string topic)
        => TopicFilter.IsTopicName(topic) ? topic : throw PacketReader.Malformed("a topic name is empty or holds a wildcard");

    private static PublishPacket Publish(byte first, ref PacketReader reader, bool five, MqttLimits limits)
    {
        var qos = (QualityOfService)((first >> 1) & 3);
        var dup = (first & 8) != 0;
        if (dup && qos == QualityOfService.AtMostOnce)
        {
            throw PacketReader.Malformed("a QoS 0 PUBLISH carries DUP");
        }

        var topic = reader.Utf8();
        var packetId = qos == QualityOfService.AtMostOnce ? (ushort)0 : PacketId(ref reader);
        var properties = five ? PropertyBag.Read(ref reader, PropertyScope.Publish, limits) : PropertyBag.None;
        var alias = properties.UInt16(PropertyId.TopicAlias);
        if (topic.Length == 0 && five && alias is null)
        {
            throw PacketReader.ProtocolError("a PUBLISH has neither topic nor alias");
        }

        if (topic.Length > 0 || !five)
        {
            TopicName(topic);
        }

        return new PublishPacket
        {
            Topic = topic,
            Qos = qos,
            Dup = dup,
            Retain = (first & 1) != 0,
            PacketId = packetId,
            PayloadFormatIndicator = properties.Byte(PropertyId.PayloadFormatIndicator),
            MessageExpiryInterval = properties.UInt32(PropertyId.MessageExpiryInterval),
            ContentType = properties.Text(PropertyId.ContentType),
            ResponseTopic = properties.Text(PropertyId.ResponseTopic) is { } response ? TopicName(response) : null,
            CorrelationData = properties.Binary(PropertyId.CorrelationData),
            SubscriptionIdentifiers = properties.SubscriptionIdentifiers,
            TopicAlias = alias,
            UserProperties = properties.User,
            Payload = reader.Rest(),
        };
    }

    private static T Response<T>(T empty, ref PacketReader reader, bool five, MqttLimits limits)
        where T : PublishResponsePacket
    {
        var packetId = PacketId(ref reader);
        if (!five || reader.AtEnd)
        {
            return empty with { PacketId = packetId };
        }

        var reason = ReasonCodes.Check(empty.Type, reader.Byte());
        var properties = reader.AtEnd ? PropertyBag.None : PropertyBag.Read(ref reader, PropertyScope.Ack, limits);
        return empty with
        {
            PacketId = packetId,
            Reason = reason,
            ReasonString = properties.Text(PropertyId.ReasonString),
            UserProperties = properties.User,
        };
    }

    private static SubscribePacket Subscribe(ref PacketReader reader, bool five, MqttLimits limits)
    {
        var packetId = PacketId(ref reader);
        var properties = five ? PropertyBag.Read(ref reader, PropertyScope.Subscribe, limits) : PropertyBag.None;
        ExpectFilter(PacketType.Subscribe, reader.AtEnd);
        var subscriptions = new List<TopicSubscription>();
        while (!reader.AtEnd)
        {
            var filter = Filter(ref reader);
            subscriptions.Add(Options(filter, reader.Byte(), five));
        }

        return new SubscribePacket
        {
            PacketId = packetId,
            Subscriptions = subscriptions,
            SubscriptionIdentifier = properties.SubscriptionIdentifiers is [var identifier] ? identifier : null,
            UserProperties = properties.User,
        };
    }

    private static TopicSubscription Options(string filter, byte options, bool five)
    {
        if ((options & (five ? 0xC0 : 0xFC)) != 0 || (options & 3) == 3)
        {
            throw PacketReader.Malformed($"subscription options 0x{options:X2}");
        }

        if ((options & 0x30) == 0x30)
        {
            throw PacketReader.ProtocolError("retain handling is 0, 1 or 2");
        }

        return new TopicSubscription(filter, (QualityOfService)(options & 3))
        {
            NoLocal = (options & 4) != 0,
            RetainAsPublished = (options & 8) != 0,
            RetainHandling = (RetainHandling)((options >> 4) & 3),
        };
    }

    private static SubAckPacket SubAck(ref PacketReader reader, MqttVersion version, MqttLimits limits)
    {
        var packetId = PacketId(ref reader);
        var properties = version == MqttVersion.V5 ? PropertyBag.Read(ref reader, PropertyScope.Ack, limits) : PropertyBag.None;
        return new SubAckPacket
        {
            PacketId = packetId,
            Reasons = Reasons(PacketType.SubAck, ref reader, version),
            ReasonString = properties.Text(PropertyId.ReasonString),
            UserProperties = properties.User,
        };
    }

    private static UnsubscribePacket Unsubscribe(ref PacketReader reader, bool five, MqttLimits limits)
    {
        var packetId = PacketId(ref reader);
        var properties = five ? PropertyBag.Read(ref reader, PropertyScope.Unsubscribe, limits) : PropertyBag.None;
        ExpectFilter(PacketType.Unsubscribe, reader.AtEnd);
        var filters = new List<string>();
        while (!reader.AtEnd)
        {
            filters.Add(Filter(ref reader));
        }

        return new UnsubscribePacket { PacketId = packetId, Filters = filters, UserProperties = properties.User };
    }

    private static UnsubAckPacket UnsubAck(ref PacketReader reader, bool five, MqttLimits limits)
    {
        var packetId = PacketId(ref reader);
        if (!five)
        {
            return new UnsubAckPacket { PacketId = packetId };
        }

        var properties = PropertyBag.Read(ref reader, PropertyScope.Ack, limits);
        return new UnsubAckPacket
        {
            PacketId = packetId,
            Reasons = Reasons(PacketType.UnsubAck, ref reader, MqttVersion.V5),
            ReasonString = properties.Text(PropertyId.ReasonString),
            UserProperties = properties.User,
        };
    }

    private static DisconnectPacket Disconnect(ref PacketReader reader, bool five, MqttLimits limits)
    {
        if (!five || reader.AtEnd)
        {
            return new DisconnectPacket();
        }

        var reason = ReasonCodes.Check(PacketType.Disconnect, reader.Byte());
        var properties = reader.AtEnd ? PropertyBag.None : PropertyBag.Read(ref reader, PropertyScope.Disconnect, limits);
        if (limits.FromServer && properties.UInt32(PropertyId.SessionExpiryInterval) is not null)
        {
            throw PacketReader.ProtocolError("a server's DISCONNECT carries a session expiry (MQTT-3.14.2-2)");
        }

        return new DisconnectPacket
        {
            Reason = reason,
            SessionExpiryInterval = properties.UInt32(PropertyId.SessionExpiryInterval),
            ReasonString = properties.Text(PropertyId.ReasonString),
            ServerReference = properties.Text(PropertyId.ServerReference),
            UserProperties = properties.User,
        };
    }

    private static AuthPacket Auth(ref PacketReader reader, MqttLimits limits)
    {
        if (reader.AtEnd)
        {
            return new AuthPacket();
        }

        var reason = ReasonCodes.Check(PacketType.Auth, reader.Byte());
        var properties = PropertyBag.Read(ref reader, PropertyScope.Auth, limits);
        return new AuthPacket
        {
            Reason = reason,
            AuthenticationMethod = properties.Text(PropertyId.AuthenticationMethod),
            AuthenticationData = properties.Binary(PropertyId.AuthenticationData),
            ReasonString = properties.Text(PropertyId.ReasonString),
            UserProperties = properties.User,
        };
    }

    private static List<ReasonCode> Reasons(PacketType type, ref PacketReader reader, MqttVersion version)
    {
        var reasons = new List<ReasonCode>();
        do
        {
            reasons.Add(ReasonCodes.Check(type, reader.Byte(), version));
        }
        while (!reader.AtEnd);

        return reasons;
    }

    /// <summary>Refuses a payload without a filter: a protocol error (MQTT-3.8.3-2, MQTT-3.10.3-2), not a malformed packet.</summary>
    private static void ExpectFilter(PacketType type, bool atEnd)
    {
        if (atEnd)
        {
            throw PacketReader.ProtocolError($"{type} names no topic filter");
        }
    }

    /// <summary>Reads a filter. An empty one is malformed (MQTT-4.7.3-1); a filter against the wildcard rules is for the broker to answer, filter by filter, with 0x8F.</summary>
    private static string Filter(ref PacketReader reader)
    {
        var filter = reader.Utf8();
        return filter.Length > 0 ? filter : throw PacketReader.Malformed("a topic filter is empty");
    }

    private static ushort PacketId(ref PacketReader reader)
    {
        var packetId = reader.UInt16();
        return packetId > 0 ? packetId : throw PacketReader.ProtocolError("a packet identifier is 0");
    }
}
