using System.Globalization;

namespace Harness.Adversary.Capture;

/// <summary>The fields of an MQTT packet under the names of Wireshark's dissector (packet-mqtt.c): <c>mqtt.topic</c>, <c>mqtt.connack.reason_code</c>.</summary>
internal static class PacketFields
{
    /// <summary>Bytes of a payload that are shown.</summary>
    private const int LongestBytes = 64;

    /// <summary>The packet's name as Wireshark's list says it: <c>Publish Message</c>.</summary>
    public static string Name(MqttPacket packet) => packet.Type switch
    {
        PacketType.Connect => "Connect Command",
        PacketType.ConnAck => "Connect Ack",
        PacketType.Publish => "Publish Message",
        PacketType.PubAck => "Publish Ack",
        PacketType.PubRec => "Publish Received",
        PacketType.PubRel => "Publish Release",
        PacketType.PubComp => "Publish Complete",
        PacketType.Subscribe => "Subscribe Request",
        PacketType.SubAck => "Subscribe Ack",
        PacketType.Unsubscribe => "Unsubscribe Request",
        PacketType.UnsubAck => "Unsubscribe Ack",
        PacketType.PingReq => "Ping Request",
        PacketType.PingResp => "Ping Response",
        PacketType.Disconnect => "Disconnect Req",
        _ => "Authentication Exchange",
    };

    /// <summary>The packet's fields in the order in which they stand on the wire.</summary>
    public static IEnumerable<(string Name, string Value)> Of(MqttPacket packet) => (packet switch
    {
        ConnectPacket p => Connect(p),
        ConnAckPacket p => [("mqtt.conack.flags.sp", Flag(p.SessionPresent)), Reason("connack", p.Reason), .. Authentication(p.AuthenticationMethod, p.AuthenticationData), .. Explained(p.ReasonString)],
        PublishPacket p => Publish(p),
        PublishResponsePacket p => [("mqtt.msgid", Number(p.PacketId)), Reason(Word(p.Type), p.Reason), .. Explained(p.ReasonString)],
        SubscribePacket p => [("mqtt.msgid", Number(p.PacketId)), .. p.Subscriptions.SelectMany(Subscription)],
        SubAckPacket p => [("mqtt.msgid", Number(p.PacketId)), .. p.Reasons.Select(r => Reason("suback", r)), .. Explained(p.ReasonString)],
        UnsubscribePacket p => [("mqtt.msgid", Number(p.PacketId)), .. p.Filters.Select(f => ("mqtt.topic", f))],
        UnsubAckPacket p => [("mqtt.msgid", Number(p.PacketId)), .. p.Reasons.Select(r => Reason("unsuback", r)), .. Explained(p.ReasonString)],
        DisconnectPacket p => [Reason("disconnect", p.Reason), .. Explained(p.ReasonString)],
        AuthPacket p => [Reason("auth", p.Reason), .. Authentication(p.AuthenticationMethod, p.AuthenticationData), .. Explained(p.ReasonString)],
        _ => Enumerable.Empty<(string, string)>(),
    }).Concat(packet.UserProperties.SelectMany(u => new[] { ("mqtt.prop_key", u.Name), ("mqtt.prop_value", u.Value) }));

    /// <summary>Bytes as hex, and how many where they were cut.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, LongestBytes)])
        + (bytes.Length > LongestBytes ? string.Create(CultureInfo.InvariantCulture, $"... ({bytes.Length} bytes)") : "");

    private static IEnumerable<(string, string)> Connect(ConnectPacket p)
    {
        yield return ("mqtt.ver", Number((byte)p.Version));
        yield return ("mqtt.conflag.cleansess", Flag(p.CleanStart));
        yield return ("mqtt.kalive", Number(p.KeepAliveSeconds));
        foreach (var property in Authentication(p.AuthenticationMethod, p.AuthenticationData))
        {
            yield return property;
        }

        yield return ("mqtt.clientid", p.ClientId);
        if (p.Will is { } will)
        {
            yield return ("mqtt.willtopic", will.Topic);
            yield return ("mqtt.willmsg", Hex(will.Payload.Span));
        }

        if (p.UserName is { } user)
        {
            yield return ("mqtt.username", user);
        }

        if (p.Password is { } password)
        {
            yield return ("mqtt.passwd_len", Number(password.Length)); // its bytes are the capture's alone: a report is passed on more widely
        }
    }

    private static IEnumerable<(string, string)> Publish(PublishPacket p)
    {
        yield return ("mqtt.dupflag", Flag(p.Dup));
        yield return ("mqtt.qos", Number((byte)p.Qos));
        yield return ("mqtt.retain", Flag(p.Retain));
        yield return ("mqtt.topic", p.Topic);
        if (p.Qos != QualityOfService.AtMostOnce)
        {
            yield return ("mqtt.msgid", Number(p.PacketId));
        }

        if (p.TopicAlias is { } alias)
        {
            yield return ("mqtt.property.topic_alias", Number(alias));
        }

        if (p.ContentType is { } type)
        {
            yield return ("mqtt.property.content_type", type);
        }

        yield return ("mqtt.msg", Hex(p.Payload.Span));
        if (p.Payload.Length is > 0 and <= LongestBytes && p.Payload.Span.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e) < 0)
        {
            yield return ("mqtt.msg_text", Encoding.ASCII.GetString(p.Payload.Span));
        }
    }

    private static IEnumerable<(string, string)> Subscription(TopicSubscription s) => [("mqtt.topic", s.Filter), ("mqtt.subscription_options_qos", Number((byte)s.Qos))];

    private static IEnumerable<(string, string)> Authentication(string? method, byte[]? data)
    {
        if (method is not null)
        {
            yield return ("mqtt.property_id", "0x15 Authentication Method");
            yield return ("mqtt.prop_string", method);
        }

        if (data is not null)
        {
            yield return ("mqtt.property_id", "0x16 Authentication Data");
            yield return ("mqtt.prop_string", Hex(data));
        }
    }

    private static IEnumerable<(string, string)> Explained(string? reason) => reason is null ? [] : [("mqtt.property_id", "0x1f Reason String"), ("mqtt.prop_string", reason)];

    private static (string, string) Reason(string packet, ReasonCode reason) => ($"mqtt.{packet}.reason_code", string.Create(CultureInfo.InvariantCulture, $"0x{(byte)reason:x2} {reason}"));

    private static string Word(PacketType type) => type switch { PacketType.PubAck => "puback", PacketType.PubRec => "pubrec", PacketType.PubRel => "pubrel", _ => "pubcomp" };

    private static string Flag(bool set) => set ? "1" : "0";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
