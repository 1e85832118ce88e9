namespace Harness.Brokers.Tests.Conformance.Clients;

/// <summary>Messages, answers, limits and sessions gone wrong.</summary>
internal static partial class DeviceFaults
{
    private const ushort NotAskedFor = 0x5104;

    private static IEnumerable<DeviceFault> Publishes()
    {
        yield return new("flags of PUBACK", OnBytes(Good, PacketType.PubAck, b => At(b, 0, 0x41)), "3.1.1 MQTT-2.2.2-1", "5.0 MQTT-2.1.3-1");
        yield return new("a length in two bytes", OnBytes(Good, Subscribe, b => [b[0], (byte)(b[1] | 0x80), 0, .. b[2..]]), "5.0 MQTT-1.5.5-1");
        yield return new("a topic in no UTF-8", OnBytes(Good, PacketType.Publish, b => Replaced(b, "lab", 0xFF)), "5.0 MQTT-1.5.4-1", "3.1.1 MQTT-3.3.2-1", "5.0 MQTT-3.3.2-1");
        yield return new("U+0000 in a topic", OnBytes(Good, PacketType.Publish, b => Replaced(b, "lab", 0)), "5.0 MQTT-1.5.4-2", "3.1.1 MQTT-4.7.3-2", "5.0 MQTT-4.7.3-2");
        yield return new("an empty topic", OnBytes(Good, PacketType.Publish, b => (b[0] & 6) == 0 ? [0x30, 3, 0, 0, 0] : b), "3.1.1 MQTT-4.7.3-1", "5.0 MQTT-4.7.3-1");
        yield return new("one identifier for all messages", OnPacket<PublishPacket>(Good, p => p.Qos > 0 ? p with { PacketId = 9 } : p),
            "3.1.1 MQTT-2.3.1-2", "5.0 MQTT-2.2.1-3", "5.0 MQTT-4.3.2-1", "5.0 MQTT-4.3.3-1");
        yield return new("DUP of QoS 0", OnBytes(Good, PacketType.Publish, b => (b[0] & 6) == 0 ? At(b, 0, 0x38) : b), "3.1.1 MQTT-3.3.1-2", "5.0 MQTT-3.3.1-2", "3.1.1 MQTT-4.3.1-1", "5.0 MQTT-4.3.1-1");
        yield return new("DUP at once", OnPacket<PublishPacket>(Good, p => p with { Dup = p.Qos > 0 }), "3.1.1 MQTT-4.3.2-1", "5.0 MQTT-4.3.2-2", "3.1.1 MQTT-4.3.3-1", "5.0 MQTT-4.3.3-2");
        yield return new("QoS 3", OnBytes(Good, PacketType.Publish, b => (b[0] & 6) == 0 ? At(b, 0, 0x36) : b), "3.1.1 MQTT-3.3.1-4", "5.0 MQTT-3.3.1-4");
        yield return new("a wildcard in a topic", OnBytes(Good, PacketType.Publish, b => Replaced(b, "/out", (byte)'+')), "3.1.1 MQTT-3.3.2-2", "5.0 MQTT-3.3.2-2", "3.1.1 MQTT-4.7.1-1", "5.0 MQTT-4.7.0-1");
        yield return new("a subscription identifier", OnPacket<PublishPacket>(Good, p => p with { SubscriptionIdentifiers = [7] }), "5.0 MQTT-3.3.4-6");
        yield return new("a wildcard in a response topic", OnBytes(Good with { ResponseTopic = "answer/x" }, PacketType.Publish, b => Replaced(b, "/x", (byte)'#')), "5.0 MQTT-3.3.2-14");
        yield return new("alias 0", OnBytes(Aliasing, PacketType.Publish, b => b.AsSpan().IndexOf([(byte)0x23, (byte)0, (byte)1]) is var at and > 0 ? At(b, at + 2, 0) : b), "5.0 MQTT-3.3.2-8");
        yield return new("no PUBREL", OnPacket<PubRelPacket>(Good, _ => null), "3.1.1 MQTT-4.3.3-1", "5.0 MQTT-4.3.3-4");
        yield return new("flags of PUBREL", OnBytes(Good, PacketType.PubRel, b => At(b, 0, 0x60)), "3.1.1 MQTT-3.6.1-1", "5.0 MQTT-3.6.1-1");
        yield return new("PUBREL in another order", Swapped(Good, PacketType.PubRel), "3.1.1 MQTT-4.6.0-4", "5.0 MQTT-4.6.0-4");
    }

    private static IEnumerable<DeviceFault> Receives()
    {
        yield return new("no PUBACK", OnPacket<PubAckPacket>(Good, _ => null), "3.1.1 MQTT-3.3.4-1", "5.0 MQTT-3.3.4-1", "3.1.1 MQTT-4.3.2-2");
        yield return new("PUBACK of another identifier", OnPacket<PubAckPacket>(Good, p => p with { PacketId = 77 }), "3.1.1 MQTT-2.3.1-6", "5.0 MQTT-2.2.1-5", "3.1.1 MQTT-4.3.2-2", "5.0 MQTT-4.3.2-4");
        yield return new("PUBREC of another identifier", OnPacket<PubRecPacket>(Good, p => p with { PacketId = 77 }), "5.0 MQTT-4.3.3-8", "3.1.1 MQTT-4.3.3-2");
        yield return new("no PUBACK of what it did not ask for", OnPacket<PubAckPacket>(Good, p => p.PacketId == NotAskedFor ? null : p), "3.1.1 MQTT-4.5.0-2", "5.0 MQTT-4.5.0-2");
        yield return new("PUBACK in another order", Swapped(Good, PacketType.PubAck), "3.1.1 MQTT-4.6.0-2", "5.0 MQTT-4.6.0-2");
        yield return new("PUBREC in another order", Swapped(Good, PacketType.PubRec), "3.1.1 MQTT-4.6.0-3", "5.0 MQTT-4.6.0-3");
        yield return new("one answer an identifier", Good with { Packet = OneAnswer }, "3.1.1 MQTT-4.3.2-2", "5.0 MQTT-4.3.2-5", "3.1.1 MQTT-4.3.3-2", "5.0 MQTT-4.3.3-10", "5.0 MQTT-4.3.3-12");
        yield return new("no PUBCOMP", OnPacket<PubCompPacket>(Good, _ => null), "3.1.1 MQTT-4.3.3-2", "5.0 MQTT-4.3.3-11");
        yield return new("reason of PUBACK", OnBytes(Good, PacketType.PubAck, Reasoned), "5.0 MQTT-3.4.2-1");
        yield return new("reason of PUBREC", OnBytes(Good, PacketType.PubRec, Reasoned), "5.0 MQTT-3.5.2-1");
        yield return new("reason of PUBREL", OnBytes(Good, PacketType.PubRel, Reasoned), "5.0 MQTT-3.6.2-1");
        yield return new("reason of PUBCOMP", OnBytes(Good, PacketType.PubComp, Reasoned), "5.0 MQTT-3.7.2-1");
        yield return new("aliases are not heard", Hears<PublishPacket>(Aliasing, p => p.TopicAlias is null ? p : null), "5.0 MQTT-3.3.2-10");
    }

    private static IEnumerable<DeviceFault> Tolerates()
    {
        var tolerant = Good with { Tolerates = true };
        yield return new("goes on after everything", tolerant, "3.1.1 MQTT-1.5.3-1", "3.1.1 MQTT-1.5.3-2", "3.1.1 MQTT-2.2.2-2", "3.1.1 MQTT-3.3.1-4", "3.1.1 MQTT-4.8.0-1", "5.0 MQTT-3.2.2-4", "5.0 MQTT-3.15.1-1");
        yield return new("AUTH unasked", Good with { AnswersAuth = true }, "5.0 MQTT-4.12.0-7");
        yield return new("another reason of AUTH", OnPacket<AuthPacket>(Asking, p => p with { Reason = ReasonCode.ReAuthenticate }), "5.0 MQTT-4.12.0-3");
        yield return new("another method in AUTH", OnPacket<AuthPacket>(Asking, p => p with { AuthenticationMethod = "other" }), "5.0 MQTT-4.12.0-5");
    }

    private static IEnumerable<DeviceFault> Exceeds()
    {
        yield return new("limits are not heard", Hears<ConnAckPacket>(Good with { Retains = true }, _ => new ConnAckPacket()),
            "5.0 MQTT-3.2.2-11", "5.0 MQTT-3.2.2-14", "5.0 MQTT-3.2.2-15", "5.0 MQTT-3.3.4-7", "5.0 MQTT-4.9.0-2", "5.0 MQTT-3.1.2-21", "5.0 MQTT-3.2.2-21");
        yield return new("aliases without leave", Hears<ConnAckPacket>(Aliasing, p => p with { TopicAliasMaximum = 10 }), "5.0 MQTT-3.2.2-17", "5.0 MQTT-3.2.2-18", "5.0 MQTT-3.3.2-9");
        yield return new("answers nothing while it waits", Good with { Hears = Stalled }, "5.0 MQTT-3.3.4-8", "5.0 MQTT-4.9.0-3");
    }

    private static IEnumerable<DeviceFault> Resumes()
    {
        yield return new("a session is forgotten", Hears<ConnAckPacket>(Resuming, p => p with { SessionPresent = false }), "3.1.1 MQTT-4.4.0-1", "5.0 MQTT-4.4.0-1");
        yield return new("again under another identifier", OnPacket<PublishPacket>(Resuming, p => p.Dup ? p with { PacketId = (ushort)(p.PacketId + 100) } : p), "3.1.1 MQTT-2.3.1-3");
        yield return new("again without DUP", OnPacket<PublishPacket>(Resuming, p => p with { Dup = false }), "3.1.1 MQTT-3.3.1-1", "5.0 MQTT-3.3.1-1");
        yield return new("again in another order", Swapped(Resuming, PacketType.Publish, 0x38), "3.1.1 MQTT-4.6.0-1", "5.0 MQTT-4.6.0-1");
        yield return new("a lost session is kept", Hears<ConnAckPacket>(Resuming, p => p with { SessionPresent = true }), "5.0 MQTT-3.2.2-5");
        yield return new("again after PUBREL", Resuming with { Packet = MessageForRelease }, "5.0 MQTT-4.3.3-6");
        yield return new("refusals are not heard", Hears<PublishResponsePacket>(Resuming, p => p.Reason >= ReasonCode.UnspecifiedError ? null : p), "5.0 MQTT-4.4.0-2");
        yield return new("again on the same connection", OnBytes(Good, PacketType.Publish, b => (b[0] & 6) == 2 ? [.. b, (byte)(b[0] | 8), .. b[1..]] : b), "5.0 MQTT-4.4.0-1");
    }

    private static IEnumerable<DeviceFault> Leaves()
    {
        yield return new("no PINGREQ", OnPacket<PingReqPacket>(Good with { KeepAlive = 1 }, _ => null), "3.1.1 MQTT-3.1.2-23", "5.0 MQTT-3.1.2-20");
        yield return new("flags of DISCONNECT", OnBytes(Good, PacketType.Disconnect, b => At(b, 0, 0xE1)), "3.1.1 MQTT-3.14.1-1", "5.0 MQTT-3.14.1-1");
        yield return new("reason of DISCONNECT", OnBytes(Good, PacketType.Disconnect, _ => [0xE0, 1, 0x8E]), "5.0 MQTT-3.14.2-1");
        yield return new("stays after DISCONNECT", Good with { Lingers = true }, "3.1.1 MQTT-3.14.4-1", "5.0 MQTT-3.14.4-2");
        yield return new("PINGREQ after DISCONNECT", OnBytes(Good, PacketType.Disconnect, b => [.. b, 0xC0, 0]), "3.1.1 MQTT-3.14.4-2", "5.0 MQTT-3.14.4-1");
    }

    /// <summary>PUBACK and its like with a reason that it does not have; the form of 3.1.1 is never asked.</summary>
    private static byte[] Reasoned(byte[] bytes) => [bytes[0], 3, bytes[2], bytes[3], 0x01];

    /// <summary>Sends the first packet of a type after the second.</summary>
    private static DeviceManner Swapped(DeviceManner manner, PacketType type, int flags = 0) => manner with
    {
        Bytes = () =>
        {
            byte[]? first = null;
            var done = false;
            return b =>
            {
                if (done || b[0] >> 4 != (int)type || (b[0] & flags) != (flags & b[0] & 0x38) || (flags != 0 && (b[0] & 8) == 0))
                {
                    return b;
                }

                if (first is null)
                {
                    first = b;
                    return [];
                }

                done = true;
                return [.. b, .. first];
            };
        },
    };

    private static Func<MqttPacket, MqttPacket?> OneAnswer()
    {
        var answered = new HashSet<(PacketType, ushort)>();
        return p => p is PubAckPacket or PubRecPacket && !answered.Add((p.Type, ((PublishResponsePacket)p).PacketId)) ? null : p;
    }

    private static Func<MqttPacket, MqttPacket?> MessageForRelease()
    {
        var (messages, released) = (new Dictionary<ushort, PublishPacket>(), new HashSet<ushort>());
        return p =>
        {
            if (p is PublishPacket message)
            {
                messages[message.PacketId] = message;
            }

            return p is PubRelPacket release && !released.Add(release.PacketId) ? messages[release.PacketId] with { Dup = true } : p;
        };
    }

    private static Func<MqttPacket, MqttPacket?> Stalled()
    {
        var limited = false;
        return p =>
        {
            limited |= p is ConnAckPacket { ReceiveMaximum: 1 };
            return limited && p is PublishPacket ? null : p;
        };
    }
}
