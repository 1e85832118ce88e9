namespace Harness.Mqtt.Tests.Support;

/// <summary>Sample packets: each kind with every member set, and with none.</summary>
internal static class SamplePackets
{
    private static readonly UserProperty[] User = [new("a", "1"), new("a", "2")];

    public static IEnumerable<MqttPacket> All =>
    [
        new ConnectPacket { ClientId = "c" },
        new ConnectPacket
        {
            ClientId = "m4", CleanStart = false, KeepAliveSeconds = 300, UserName = "u", Password = [0, 1],
            Will = new MqttWill("w/t", new byte[] { 9 }, QualityOfService.AtLeastOnce, true)
            {
                DelayInterval = 5, PayloadFormatIndicator = 1, MessageExpiryInterval = 6, ContentType = "ct", ResponseTopic = "r", CorrelationData = [7], UserProperties = User,
            },
            SessionExpiryInterval = 1, ReceiveMaximum = 2, MaximumPacketSize = 3, TopicAliasMaximum = 4, RequestResponseInformation = true, RequestProblemInformation = false,
            AuthenticationMethod = "M", AuthenticationData = [1, 2, 3], UserProperties = User,
        },
        new ConnAckPacket(),
        new ConnAckPacket { Reason = ReasonCode.NotAuthorized },
        new ConnAckPacket
        {
            SessionPresent = true, SessionExpiryInterval = 1, AssignedClientIdentifier = "x", ServerKeepAlive = 2, AuthenticationMethod = "M", AuthenticationData = [4],
            ResponseInformation = "ri", ServerReference = "sr", ReasonString = "rs", ReceiveMaximum = 3, TopicAliasMaximum = 4, MaximumQos = 1, RetainAvailable = false,
            MaximumPacketSize = 5, WildcardSubscriptionAvailable = true, SubscriptionIdentifierAvailable = false, SharedSubscriptionAvailable = false, UserProperties = User,
        },
        new PublishPacket { Topic = "t" },
        new PublishPacket
        {
            Topic = "a/b", Payload = new byte[] { 1, 2 }, Qos = QualityOfService.AtLeastOnce, Dup = true, Retain = true, PacketId = 65535, PayloadFormatIndicator = 0,
            MessageExpiryInterval = 1, ContentType = "ct", ResponseTopic = "r/t", CorrelationData = [], SubscriptionIdentifiers = [1, 268_435_455], TopicAlias = 3, UserProperties = User,
        },
        new PublishPacket { Topic = "q2", Qos = QualityOfService.ExactlyOnce, PacketId = 1 },
        new PublishPacket { Topic = "ü/€/𐍈", Payload = new byte[300] },
        new PubAckPacket { PacketId = 1 },
        new PubAckPacket { PacketId = 2, Reason = ReasonCode.NotAuthorized },
        new PubAckPacket { PacketId = 3, Reason = ReasonCode.QuotaExceeded, ReasonString = "why", UserProperties = User },
        new PubRecPacket { PacketId = 4 },
        new PubRelPacket { PacketId = 5, Reason = ReasonCode.PacketIdentifierNotFound },
        new PubCompPacket { PacketId = 6 },
        new SubscribePacket { PacketId = 7, Subscriptions = [new("#", QualityOfService.AtMostOnce)] },
        new SubscribePacket
        {
            PacketId = 8, SubscriptionIdentifier = 128, UserProperties = User,
            Subscriptions = [new("a/+", QualityOfService.AtLeastOnce) { NoLocal = true, RetainAsPublished = true, RetainHandling = RetainHandling.DoNotSend }, new("b", QualityOfService.ExactlyOnce)],
        },
        new SubAckPacket { PacketId = 9, Reasons = [ReasonCode.GrantedQos1, ReasonCode.UnspecifiedError], ReasonString = "s", UserProperties = User },
        new UnsubscribePacket { PacketId = 10, Filters = ["a", "b/#"], UserProperties = User },
        new UnsubAckPacket { PacketId = 11, Reasons = [ReasonCode.Success, ReasonCode.NoSubscriptionExisted], ReasonString = "s" },
        new PingReqPacket(),
        new PingRespPacket(),
        new DisconnectPacket(),
        new DisconnectPacket { Reason = ReasonCode.SessionTakenOver },
        new DisconnectPacket { Reason = ReasonCode.UseAnotherServer, SessionExpiryInterval = 1, ReasonString = "rs", ServerReference = "sr", UserProperties = User },
        new AuthPacket(),
        new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = "M", AuthenticationData = [1], ReasonString = "rs", UserProperties = User },
    ];

    /// <summary>Gets every packet in every version that has it, encoded.</summary>
    public static IEnumerable<(MqttPacket Packet, MqttVersion Version, byte[] Bytes)> Encoded =>
        from version in new[] { MqttVersion.V311, MqttVersion.V5 }
        from packet in All
        where version == MqttVersion.V5 || packet is not AuthPacket
        select (packet, version, MqttCodec.Encode(packet, version));
}
