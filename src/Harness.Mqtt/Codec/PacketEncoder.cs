namespace Harness.Mqtt.Codec;

/// <summary>Writes the body of each packet (chapter 3).</summary>
internal static class PacketEncoder
{
    /// <returns>The flags of the first byte.</returns>
    public static byte WriteBody(MqttPacket packet, MqttVersion version, PacketWriter body)
    {
        var five = version == MqttVersion.V5;
        switch (packet)
        {
            case ConnectPacket p: Connect(p, version, body); return 0;
            case ConnAckPacket p: ConnAck(p, five, body); return 0;
            case PublishPacket p: return Publish(p, five, body);
            case PublishResponsePacket p: Response(p, five, body); return (byte)(p is PubRelPacket ? 2 : 0);
            case SubscribePacket p: Subscribe(p, five, body); return 2;
            case SubAckPacket p: SubAck(p, five, body); return 0;
            case UnsubscribePacket p: Unsubscribe(p, five, body); return 2;
            case UnsubAckPacket p: UnsubAck(p, five, body); return 0;
            case DisconnectPacket p: Disconnect(p, five, body); return 0;
            case AuthPacket p: Auth(p, five, body); return 0;
            default: return 0; // PINGREQ and PINGRESP have no body
        }
    }

    private static void Connect(ConnectPacket p, MqttVersion version, PacketWriter body)
    {
        var five = version == MqttVersion.V5;
        if (!five && p.Password is not null && p.UserName is null)
        {
            throw new ArgumentException("CONNECT of 3.1.1 holds a password only with a user name.");
        }

        var will = p.Will is null ? 0 : 4 | (Qos(p.Will.Qos) << 3) | (p.Will.Retain ? 0x20 : 0);
        body.Utf8("MQTT");
        body.Byte((byte)version);
        body.Byte((byte)((p.CleanStart ? 2 : 0) | will | (p.Password is null ? 0 : 0x40) | (p.UserName is null ? 0 : 0x80)));
        body.UInt16(p.KeepAliveSeconds);
        if (five)
        {
            new PropertyBag()
                .Set(PropertyId.SessionExpiryInterval, p.SessionExpiryInterval)
                .Set(PropertyId.AuthenticationMethod, p.AuthenticationMethod)
                .Set(PropertyId.AuthenticationData, p.AuthenticationData)
                .Set(PropertyId.RequestProblemInformation, p.RequestProblemInformation)
                .Set(PropertyId.RequestResponseInformation, p.RequestResponseInformation)
                .Set(PropertyId.ReceiveMaximum, p.ReceiveMaximum)
                .Set(PropertyId.TopicAliasMaximum, p.TopicAliasMaximum)
                .Set(PropertyId.MaximumPacketSize, p.MaximumPacketSize)
                .SetUser(p.UserProperties)
                .Write(body);
        }

        body.Utf8(p.ClientId);
        if (p.Will is not null)
        {
            Will(p.Will, five, body);
        }

        if (p.UserName is not null)
        {
            body.Utf8(p.UserName);
        }

        if (p.Password is not null)
        {
            body.Binary(p.Password);
        }
    }

    private static void Will(MqttWill will, bool five, PacketWriter body)
    {
        if (five)
        {
            new PropertyBag()
                .Set(PropertyId.PayloadFormatIndicator, will.PayloadFormatIndicator)
                .Set(PropertyId.MessageExpiryInterval, will.MessageExpiryInterval)
                .Set(PropertyId.ContentType, will.ContentType)
                .Set(PropertyId.ResponseTopic, will.ResponseTopic)
                .Set(PropertyId.CorrelationData, will.CorrelationData)
                .Set(PropertyId.WillDelayInterval, will.DelayInterval)
                .SetUser(will.UserProperties)
                .Write(body);
        }

        body.Utf8(will.Topic);
        body.Binary(will.Payload.Span);
    }

    private static void ConnAck(ConnAckPacket p, bool five, PacketWriter body)
    {
        body.Byte((byte)(p.SessionPresent ? 1 : 0));
        body.Byte(five ? (byte)p.Reason : ReasonCodes.ToReturnCode(p.Reason));
        if (!five)
        {
            return;
        }

        new PropertyBag()
            .Set(PropertyId.SessionExpiryInterval, p.SessionExpiryInterval)
            .Set(PropertyId.AssignedClientIdentifier, p.AssignedClientIdentifier)
            .Set(PropertyId.ServerKeepAlive, p.ServerKeepAlive)
            .Set(PropertyId.AuthenticationMethod, p.AuthenticationMethod)
            .Set(PropertyId.AuthenticationData, p.AuthenticationData)
            .Set(PropertyId.ResponseInformation, p.ResponseInformation)
            .Set(PropertyId.ServerReference, p.ServerReference)
            .Set(PropertyId.ReasonString, p.ReasonString)
            .Set(PropertyId.ReceiveMaximum, p.ReceiveMaximum)
            .Set(PropertyId.TopicAliasMaximum, p.TopicAliasMaximum)
            .Set(PropertyId.MaximumQos, p.MaximumQos)
            .Set(PropertyId.RetainAvailable, p.RetainAvailable)
            .Set(PropertyId.MaximumPacketSize, p.MaximumPacketSize)
            .Set(PropertyId.WildcardSubscriptionAvailable, p.WildcardSubscriptionAvailable)
            .Set(PropertyId.SubscriptionIdentifierAvailable, p.SubscriptionIdentifierAvailable)
            .Set(PropertyId.SharedSubscriptionAvailable, p.SharedSubscriptionAvailable)
            .SetUser(p.UserProperties)
            .Write(body);
    }

    private static byte Publish(PublishPacket p, bool five, PacketWriter body)
    {
        body.Utf8(p.Topic);
        if (p.Qos != QualityOfService.AtMostOnce)
        {
            body.UInt16(PacketId(p.PacketId));
        }

        if (five && p.HasProperties)
        {
            new PropertyBag()
                .Set(PropertyId.PayloadFormatIndicator, p.PayloadFormatIndicator)
                .Set(PropertyId.MessageExpiryInterval, p.MessageExpiryInterval)
                .Set(PropertyId.ContentType, p.ContentType)
                .Set(PropertyId.ResponseTopic, p.ResponseTopic)
                .Set(PropertyId.CorrelationData, p.CorrelationData)
                .Set(PropertyId.TopicAlias, p.TopicAlias)
                .SetSubscriptionIdentifiers(p.SubscriptionIdentifiers)
                .SetUser(p.UserProperties)
                .Write(body);
        }
        else if (five)
        {
            body.Byte(0);
        }

        body.Raw(p.Payload.Span);
        return (byte)((p.Dup ? 8 : 0) | (Qos(p.Qos) << 1) | (p.Retain ? 1 : 0));
    }

    private static void Response(PublishResponsePacket p, bool five, PacketWriter body)
    {
        body.UInt16(PacketId(p.PacketId));
        if (five && (p.Reason != ReasonCode.Success || p.ReasonString is not null || p.UserProperties.Count > 0))
        {
            ReasonAndProperties(p.Reason, new PropertyBag().Set(PropertyId.ReasonString, p.ReasonString).SetUser(p.UserProperties), five, body);
        }
    }

    private static void Subscribe(SubscribePacket p, bool five, PacketWriter body)
    {
        AtLeastOne(p.Subscriptions.Count, "SUBSCRIBE");
        body.UInt16(PacketId(p.PacketId));
        if (five)
        {
            new PropertyBag()
                .SetSubscriptionIdentifiers(p.SubscriptionIdentifier is { } identifier ? [identifier] : [])
                .SetUser(p.UserProperties)
                .Write(body);
        }

        foreach (var s in p.Subscriptions)
        {
            var options = (s.NoLocal ? 4 : 0) | (s.RetainAsPublished ? 8 : 0) | ((int)s.RetainHandling << 4);
            body.Utf8(s.Filter);
            body.Byte((byte)(Qos(s.Qos) | (five ? options : 0)));
        }
    }

    private static void SubAck(SubAckPacket p, bool five, PacketWriter body)
    {
        AtLeastOne(p.Reasons.Count, "SUBACK");
        body.UInt16(PacketId(p.PacketId));
        if (five)
        {
            new PropertyBag().Set(PropertyId.ReasonString, p.ReasonString).SetUser(p.UserProperties).Write(body);
        }

        foreach (var reason in p.Reasons)
        {
            // 3.1.1 has one failure code (section 3.9.3 there).
            body.Byte(!five && reason >= ReasonCode.UnspecifiedError ? (byte)0x80 : (byte)reason);
        }
    }

    private static void Unsubscribe(UnsubscribePacket p, bool five, PacketWriter body)
    {
        AtLeastOne(p.Filters.Count, "UNSUBSCRIBE");
        body.UInt16(PacketId(p.PacketId));
        if (five)
        {
            new PropertyBag().SetUser(p.UserProperties).Write(body);
        }

        foreach (var filter in p.Filters)
        {
            body.Utf8(filter);
        }
    }

    private static void UnsubAck(UnsubAckPacket p, bool five, PacketWriter body)
    {
        body.UInt16(PacketId(p.PacketId));
        if (!five)
        {
            return;
        }

        AtLeastOne(p.Reasons.Count, "UNSUBACK");
        new PropertyBag().Set(PropertyId.ReasonString, p.ReasonString).SetUser(p.UserProperties).Write(body);
        foreach (var reason in p.Reasons)
        {
            body.Byte((byte)reason);
        }
    }

    private static void Disconnect(DisconnectPacket p, bool five, PacketWriter body)
    {
        var properties = new PropertyBag()
            .Set(PropertyId.SessionExpiryInterval, p.SessionExpiryInterval)
            .Set(PropertyId.ReasonString, p.ReasonString)
            .Set(PropertyId.ServerReference, p.ServerReference)
            .SetUser(p.UserProperties);
        ReasonAndProperties(p.Reason, properties, five, body);
    }

    private static void Auth(AuthPacket p, bool five, PacketWriter body)
    {
        if (!five)
        {
            throw new ArgumentException("AUTH does not exist in MQTT 3.1.1.");
        }

        var properties = new PropertyBag()
            .Set(PropertyId.AuthenticationMethod, p.AuthenticationMethod)
            .Set(PropertyId.AuthenticationData, p.AuthenticationData)
            .Set(PropertyId.ReasonString, p.ReasonString)
            .SetUser(p.UserProperties);
        if (p.Reason == ReasonCode.Success && properties.IsEmpty)
        {
            return;
        }

        // Unlike the acknowledgements, AUTH has no form with a reason and without a property length (section 3.15.2.1).
        body.Byte((byte)p.Reason);
        properties.Write(body);
    }

    private static void ReasonAndProperties(ReasonCode reason, PropertyBag properties, bool five, PacketWriter body)
    {
        if (!five || (reason == ReasonCode.Success && properties.IsEmpty))
        {
            return;
        }

        body.Byte((byte)reason);
        if (!properties.IsEmpty)
        {
            properties.Write(body);
        }
    }

    private static int Qos(QualityOfService qos) => qos <= QualityOfService.ExactlyOnce
        ? (int)qos
        : throw new ArgumentException($"QoS is 0, 1 or 2, not {(int)qos}.");

    private static ushort PacketId(ushort id) => id > 0 ? id : throw new ArgumentException("A packet identifier is 1 to 65535.");

    private static void AtLeastOne(int count, string packet)
    {
        if (count == 0)
        {
            throw new ArgumentException($"{packet} holds at least one item.");
        }
    }
}
