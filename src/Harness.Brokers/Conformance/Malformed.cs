namespace Harness.Brokers.Conformance;

/// <summary>Packets that a broker must not accept, written byte by byte.</summary>
internal static class Malformed
{
    private const MqttVersion V3 = MqttVersion.V311;
    private const MqttVersion V5 = MqttVersion.V5;

    [Statement(V3, "MQTT-3.1.0-1", "serves nothing to a connection whose first packet is no CONNECT")]
    [Statement(V5, "MQTT-3.1.0-1", "serves nothing to a connection whose first packet is no CONNECT")]
    public static async Task<Finding> FirstPacket(Conversation talk)
    {
        await talk.OpenAsync(); // the broker does serve who comes properly
        var peer = await talk.DialAsync();
        await peer.SendAsync(new PingReqPacket());
        return await Closed(peer);
    }

    [Statement(V3, "MQTT-3.1.0-2", "ends the connection of a client that sends a second CONNECT")]
    [Statement(V5, "MQTT-3.1.0-2", "ends the connection of a client that sends a second CONNECT")]
    public static async Task<Finding> SecondConnect(Conversation talk)
    {
        var peer = await talk.OpenAsync();
        await peer.SendAsync(talk.With(new ConnectPacket()));
        return await Closed(peer);
    }

    [Statement(V3, "MQTT-3.1.2-3", "refuses a CONNECT whose reserved flag is set")]
    [Statement(V5, "MQTT-3.1.2-3", "refuses a CONNECT whose reserved flag is set")]
    public static Task<Finding> ReservedFlag(Conversation talk) => Connect(talk, flags: 0x03);

    [Statement(V3, "MQTT-3.1.4-1", "closes without CONNACK where CONNECT is malformed (a will QoS without a will)")]
    [Statement(V5, "MQTT-3.1.4-1", "closes where CONNECT is malformed (a will QoS without a will)")]
    public static Task<Finding> MalformedConnect(Conversation talk) => Connect(talk, flags: 0x0A);

    [Statement(V3, "MQTT-3.1.2-2", "answers an unknown protocol level with CONNACK 0x01 and ends the connection")]
    [Statement(V5, "MQTT-3.1.2-2", "ends the connection of a client with an unknown protocol version")]
    public static async Task<Finding> UnknownLevel(Conversation talk)
    {
        await talk.OpenAsync();
        var peer = await talk.DialAsync();
        await peer.SendHexAsync($"10 0F 0004 4D515454 {(talk.Five ? "7F" : "02")} 02 0000 0003 {Convert.ToHexString("lvl"u8)}");
        var answer = await Answer(peer);
        var closed = await peer.EndsAsync();
        return Finding.Of(closed && (talk.Five || answer is ConnAckPacket { Reason: ReasonCode.UnsupportedProtocolVersion }), $"{Peer.Words(answer)}{(answer is null ? "" : closed ? ", and the connection ended" : ", and the connection stayed")}");
    }

    [Statement(V3, "MQTT-1.5.3-1", "ends the connection of a client that sends ill-formed UTF-8")]
    [Statement(V5, "MQTT-1.5.4-1", "ends the connection of a client that sends ill-formed UTF-8")]
    public static Task<Finding> IllFormedText(Conversation talk) => Publish(talk, "0003 EDA080");

    [Statement(V3, "MQTT-1.5.3-2", "ends the connection of a client that sends U+0000 in a string")]
    [Statement(V5, "MQTT-1.5.4-2", "ends the connection of a client that sends U+0000 in a string")]
    public static Task<Finding> NullCharacter(Conversation talk) => Publish(talk, "0003 610062");

    [Statement(V3, "MQTT-3.3.2-2", "takes no topic name with a wildcard")]
    [Statement(V5, "MQTT-3.3.2-2", "takes no topic name with a wildcard")]
    public static Task<Finding> WildcardInName(Conversation talk) => Publish(talk, "0003 612F23");

    [Statement(V3, "MQTT-3.3.1-4", "ends the connection of a client whose PUBLISH has both QoS bits set")]
    [Statement(V5, "MQTT-3.3.1-4", "ends the connection of a client whose PUBLISH has both QoS bits set")]
    public static Task<Finding> BothQosBits(Conversation talk) => Sent(talk, talk.Five ? "36 06 0001 61 0001 00" : "36 05 0001 61 0001");

    [Statement(V3, "MQTT-2.3.1-1", "takes no SUBSCRIBE with packet identifier 0")]
    [Statement(V5, "MQTT-2.2.1-3", "takes no SUBSCRIBE with packet identifier 0")]
    public static Task<Finding> IdentifierZero(Conversation talk) => Sent(talk, talk.Five ? "82 07 0000 00 0001 61 00" : "82 06 0000 0001 61 00");

    [Statement(V3, "MQTT-3.6.1-1", "ends the connection of a client whose PUBREL has other flags than 0010")]
    [Statement(V5, "MQTT-3.6.1-1", "ends the connection of a client whose PUBREL has other flags than 0010")]
    public static Task<Finding> ReleaseFlags(Conversation talk) => Sent(talk, "60 02 0001");

    [Statement(V3, "MQTT-3.8.1-1", "ends the connection of a client whose SUBSCRIBE has other flags than 0010")]
    [Statement(V5, "MQTT-3.8.1-1", "ends the connection of a client whose SUBSCRIBE has other flags than 0010")]
    public static Task<Finding> SubscribeFlags(Conversation talk) => Sent(talk, talk.Five ? "80 07 0001 00 0001 61 00" : "80 06 0001 0001 61 00");

    [Statement(V3, "MQTT-3.8.3-3", "takes no SUBSCRIBE without a filter")]
    [Statement(V5, "MQTT-3.8.3-2", "takes no SUBSCRIBE without a filter")]
    public static Task<Finding> NoFilter(Conversation talk) => Sent(talk, talk.Five ? "82 03 0001 00" : "82 02 0001");

    [Statement(V3, "MQTT-3-8.3-4", "ends the connection of a client whose SUBSCRIBE has reserved bits set or a QoS of 3")]
    [Statement(V5, "MQTT-3.8.3-5", "ends the connection of a client whose SUBSCRIBE has reserved bits set")]
    public static Task<Finding> SubscribeReserved(Conversation talk) => Sent(talk, talk.Five ? "82 07 0001 00 0001 61 C0" : "82 06 0001 0001 61 03");

    [Statement(V3, "MQTT-3.10.1-1", "ends the connection of a client whose UNSUBSCRIBE has other flags than 0010")]
    [Statement(V5, "MQTT-3.10.1-1", "ends the connection of a client whose UNSUBSCRIBE has other flags than 0010")]
    public static Task<Finding> UnsubscribeFlags(Conversation talk) => Sent(talk, talk.Five ? "A0 06 0001 00 0001 61" : "A0 05 0001 0001 61");

    [Statement(V3, "MQTT-3.10.3-2", "takes no UNSUBSCRIBE without a filter")]
    [Statement(V5, "MQTT-3.10.3-2", "takes no UNSUBSCRIBE without a filter")]
    public static Task<Finding> NothingToUnsubscribe(Conversation talk) => Sent(talk, talk.Five ? "A2 03 0001 00" : "A2 02 0001");

    [Statement(V3, "MQTT-3.14.1-1", "ends the connection of a client whose DISCONNECT has reserved bits set")]
    [Statement(V5, "MQTT-3.14.1-1", "ends the connection of a client whose DISCONNECT has reserved bits set")]
    public static Task<Finding> DisconnectFlags(Conversation talk) => Sent(talk, "E1 00");

    [Statement(V5, "MQTT-3.8.3-4", "treats No Local on a shared subscription as a protocol error")]
    public static async Task<Finding> SharedNoLocal(Conversation talk)
    {
        var peer = await talk.OpenAsync();
        if (peer.Answer.SharedSubscriptionAvailable == false)
        {
            return Finding.Absent("CONNACK says that there are no shared subscriptions");
        }

        await peer.SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = [new("$share/g/" + talk.Topic(), QualityOfService.AtMostOnce) { NoLocal = true }] });
        return await Closed(peer);
    }

    [Statement(V5, "MQTT-4.12.0-1", "ends the connection of a client with an authentication method that it does not support")]
    public static async Task<Finding> UnknownMethod(Conversation talk)
    {
        await talk.OpenAsync();
        var peer = await talk.DialAsync();
        await peer.SendAsync(talk.With(new ConnectPacket { AuthenticationMethod = "no-such-method", AuthenticationData = [1] }));
        return await Closed(peer);
    }

    private static async Task<Finding> Connect(Conversation talk, byte flags)
    {
        var name = talk.Name();
        var body = $"0004 4D515454 {(byte)talk.Version:X2} {flags:X2} 0000 {(talk.Five ? "00" : "")} {name.Length:X4} {Convert.ToHexString(Encoding.ASCII.GetBytes(name))}".Replace(" ", "", StringComparison.Ordinal);
        await talk.OpenAsync();
        var peer = await talk.DialAsync();
        await peer.SendHexAsync($"10 {body.Length / 2:X2} {body}");
        var answer = await Answer(peer);
        var accepted = answer is ConnAckPacket { Reason: ReasonCode.Success };
        var closed = !accepted && await peer.EndsAsync();
        var silent = talk.Five || answer is null; // 3.1.1: without a CONNACK
        return Finding.Of(closed && silent, $"{Peer.Words(answer)}{(closed || answer is null ? "" : ", and the connection stayed")}");
    }

    private static Task<Finding> Publish(Conversation talk, string topic)
    {
        var body = (topic + (talk.Five ? "00" : "")).Replace(" ", "", StringComparison.Ordinal);
        return Sent(talk, $"30 {body.Length / 2:X2} {body}");
    }

    private static async Task<Finding> Sent(Conversation talk, string hex)
    {
        var peer = await talk.OpenAsync();
        await peer.SendHexAsync(hex);
        return await Closed(peer);
    }

    private static async Task<MqttPacket?> Answer(Peer peer)
    {
        try
        {
            return await peer.NextAsync();
        }
        catch (NothingSeenException)
        {
            return new PingRespPacket(); // no answer and no end: anything but what is demanded
        }
    }

    private static async Task<Finding> Closed(Peer peer)
    {
        var closed = await peer.EndsAsync();
        return Finding.Of(closed, (closed ? "the connection ended" : "the connection stayed") + (peer.Goodbye is { } goodbye ? $" with DISCONNECT 0x{(byte)goodbye.Reason:x2}" : ""));
    }
}
