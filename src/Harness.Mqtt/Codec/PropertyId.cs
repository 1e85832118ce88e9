namespace Harness.Mqtt.Codec;

/// <summary>Property identifiers (section 2.2.2.2).</summary>
internal enum PropertyId : byte
{
    PayloadFormatIndicator = 0x01,
    MessageExpiryInterval = 0x02,
    ContentType = 0x03,
    ResponseTopic = 0x08,
    CorrelationData = 0x09,
    SubscriptionIdentifier = 0x0B,
    SessionExpiryInterval = 0x11,
    AssignedClientIdentifier = 0x12,
    ServerKeepAlive = 0x13,
    AuthenticationMethod = 0x15,
    AuthenticationData = 0x16,
    RequestProblemInformation = 0x17,
    WillDelayInterval = 0x18,
    RequestResponseInformation = 0x19,
    ResponseInformation = 0x1A,
    ServerReference = 0x1C,
    ReasonString = 0x1F,
    ReceiveMaximum = 0x21,
    TopicAliasMaximum = 0x22,
    TopicAlias = 0x23,
    MaximumQos = 0x24,
    RetainAvailable = 0x25,
    UserProperty = 0x26,
    MaximumPacketSize = 0x27,
    WildcardSubscriptionAvailable = 0x28,
    SubscriptionIdentifierAvailable = 0x29,
    SharedSubscriptionAvailable = 0x2A,
}

/// <summary>The packets that may carry a property; Will is the will's own section in CONNECT, Ack every acknowledgement but CONNACK.</summary>
[Flags]
internal enum PropertyScope
{
    Connect = 1,
    Will = 2,
    ConnAck = 4,
    Publish = 8,
    Ack = 16,
    Subscribe = 32,
    Unsubscribe = 64,
    Disconnect = 128,
    Auth = 256,
    All = 511,
}

/// <summary>The encodings of a property's value.</summary>
internal enum PropertyKind
{
    /// <summary>A byte that is 0 or 1, as every one-byte property of MQTT 5 is.</summary>
    Bit,
    UInt16,
    UInt32,
    VarInt,
    Utf8,
    Binary,
    Pair,
}

/// <summary>One row of table 2-4. Where NonZero is set, zero is an error with ZeroReason.</summary>
internal sealed record PropertyRule(PropertyId Id, PropertyKind Kind, PropertyScope Scope, bool NonZero = false, ReasonCode ZeroReason = ReasonCode.ProtocolError)
{
    /// <summary>All rows in ascending order, which is the order they are written in.</summary>
    public static IReadOnlyList<PropertyRule> Table { get; } =
    [
        new(PropertyId.PayloadFormatIndicator, PropertyKind.Bit, PropertyScope.Publish | PropertyScope.Will),
        new(PropertyId.MessageExpiryInterval, PropertyKind.UInt32, PropertyScope.Publish | PropertyScope.Will),
        new(PropertyId.ContentType, PropertyKind.Utf8, PropertyScope.Publish | PropertyScope.Will),
        new(PropertyId.ResponseTopic, PropertyKind.Utf8, PropertyScope.Publish | PropertyScope.Will),
        new(PropertyId.CorrelationData, PropertyKind.Binary, PropertyScope.Publish | PropertyScope.Will),
        new(PropertyId.SubscriptionIdentifier, PropertyKind.VarInt, PropertyScope.Publish | PropertyScope.Subscribe, NonZero: true),
        new(PropertyId.SessionExpiryInterval, PropertyKind.UInt32, PropertyScope.Connect | PropertyScope.ConnAck | PropertyScope.Disconnect),
        new(PropertyId.AssignedClientIdentifier, PropertyKind.Utf8, PropertyScope.ConnAck),
        new(PropertyId.ServerKeepAlive, PropertyKind.UInt16, PropertyScope.ConnAck),
        new(PropertyId.AuthenticationMethod, PropertyKind.Utf8, PropertyScope.Connect | PropertyScope.ConnAck | PropertyScope.Auth),
        new(PropertyId.AuthenticationData, PropertyKind.Binary, PropertyScope.Connect | PropertyScope.ConnAck | PropertyScope.Auth),
        new(PropertyId.RequestProblemInformation, PropertyKind.Bit, PropertyScope.Connect),
        new(PropertyId.WillDelayInterval, PropertyKind.UInt32, PropertyScope.Will),
        new(PropertyId.RequestResponseInformation, PropertyKind.Bit, PropertyScope.Connect),
        new(PropertyId.ResponseInformation, PropertyKind.Utf8, PropertyScope.ConnAck),
        new(PropertyId.ServerReference, PropertyKind.Utf8, PropertyScope.ConnAck | PropertyScope.Disconnect),
        new(PropertyId.ReasonString, PropertyKind.Utf8, PropertyScope.ConnAck | PropertyScope.Ack | PropertyScope.Disconnect | PropertyScope.Auth),
        new(PropertyId.ReceiveMaximum, PropertyKind.UInt16, PropertyScope.Connect | PropertyScope.ConnAck, NonZero: true),
        new(PropertyId.TopicAliasMaximum, PropertyKind.UInt16, PropertyScope.Connect | PropertyScope.ConnAck),
        new(PropertyId.TopicAlias, PropertyKind.UInt16, PropertyScope.Publish, NonZero: true, ReasonCode.TopicAliasInvalid),
        new(PropertyId.MaximumQos, PropertyKind.Bit, PropertyScope.ConnAck),
        new(PropertyId.RetainAvailable, PropertyKind.Bit, PropertyScope.ConnAck),
        new(PropertyId.UserProperty, PropertyKind.Pair, PropertyScope.All),
        new(PropertyId.MaximumPacketSize, PropertyKind.UInt32, PropertyScope.Connect | PropertyScope.ConnAck, NonZero: true),
        new(PropertyId.WildcardSubscriptionAvailable, PropertyKind.Bit, PropertyScope.ConnAck),
        new(PropertyId.SubscriptionIdentifierAvailable, PropertyKind.Bit, PropertyScope.ConnAck),
        new(PropertyId.SharedSubscriptionAvailable, PropertyKind.Bit, PropertyScope.ConnAck),
    ];

    private static readonly PropertyRule?[] ById = BuildIndex();

    /// <summary>Finds the rule of an identifier; null for one that the specification does not define.</summary>
    public static PropertyRule? Find(uint id) => id < ById.Length ? ById[id] : null;

    private static PropertyRule?[] BuildIndex()
    {
        var index = new PropertyRule?[(int)PropertyId.SharedSubscriptionAvailable + 1];
        foreach (var rule in Table)
        {
            index[(int)rule.Id] = rule;
        }

        return index;
    }
}
