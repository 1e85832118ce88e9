namespace Harness.Brokers.Conformance.Clients;

/// <summary>The answers of a device to messages of every QoS.</summary>
internal static class Receiving
{
    private const MqttVersion V3 = MqttVersion.V311;
    private const MqttVersion V5 = MqttVersion.V5;
    private const ushort One = 0x5001;
    private const ushort Two = 0x5002;
    private const ushort Unknown = 0x5003;
    private const ushort Alive = 0x5005;
    private static readonly Serving ByHand = new() { Releases = false };
    private static readonly byte[] Acknowledging = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
    private static readonly byte[] Releasing = [0x00, 0x92];

    /// <summary>A topic name that the device's first filter matches; another where it has none.</summary>
    public static string TopicFor(DeviceLink link)
    {
        if (link.Of(PacketType.Subscribe).SelectMany(f => f.Filters).FirstOrDefault().Filter is not { } bytes || !Strings.WellFormed(bytes))
        {
            return "conformance/message";
        }

        var filter = TopicFilter.IsShared(Strings.Of(bytes)) ? string.Join('/', Strings.Of(bytes).Split('/').Skip(2)) : Strings.Of(bytes);
        var topic = filter.Replace("#", "message", StringComparison.Ordinal).Replace("+", "message", StringComparison.Ordinal);
        return TopicFilter.IsTopicName(topic) ? topic : "conformance/message";
    }

    public static PublishPacket Message(string topic, ushort id, QualityOfService qos) => new() { Topic = topic, PacketId = id, Qos = qos, Payload = "conformance"u8.ToArray() };

    [Statement(V3, "MQTT-3.3.4-1", "answers QoS 1 with PUBACK, QoS 2 with PUBREC, and QoS 0 with nothing")]
    [Statement(V5, "MQTT-3.3.4-1", "answers QoS 1 with PUBACK, QoS 2 with PUBREC, and QoS 0 with nothing")]
    public static async Task<Finding> ByQos(ClientTalk talk)
    {
        var link = await talk.ObservedAsync();
        var (acked, received) = (Ids(link, PacketType.PubAck), Ids(link, PacketType.PubRec));
        var seen = $"{acked.Count} PUBACK for {ClientSessions.SentOnce.Count} messages of QoS 1, {received.Count} PUBREC for {ClientSessions.SentTwice.Count} of QoS 2";
        return acked.Intersect(ClientSessions.SentTwice).Any() || received.Intersect(ClientSessions.SentOnce).Any() ? Finding.Violates("PUBACK and PUBREC are confused")
            : acked.Count > ClientSessions.SentOnce.Count || received.Count > ClientSessions.SentTwice.Count ? Finding.Violates($"{seen}: more than were asked for")
            : await ObservedAsync(talk, acked.Count == ClientSessions.SentOnce.Count && received.Count == ClientSessions.SentTwice.Count, seen);
    }

    [Statement(V3, "MQTT-2.3.1-6", "repeats in PUBACK, PUBREC and PUBREL the identifier of the message")]
    [Statement(V5, "MQTT-2.2.1-5", "repeats in PUBACK, PUBREC, PUBREL and PUBCOMP the identifier of the message")]
    public static async Task<Finding> SameIdentifier(ClientTalk talk)
    {
        var link = await talk.ObservedAsync();
        var theirs = ClientSessions.SentOnce.Concat(ClientSessions.SentTwice).ToHashSet();
        var own = link.Of(PacketType.Publish).Select(f => f.PacketId).ToHashSet();
        var answers = link.Frames.Where(f => Packets.Is(f, PacketType.PubAck, PacketType.PubRec, PacketType.PubRel, PacketType.PubComp)).ToList();
        return answers.FirstOrDefault(f => f.Type == PacketType.PubRel ? !own.Contains(f.PacketId) : !theirs.Contains(f.PacketId!.Value)) is { } wrong ? Finding.Violates($"{wrong}: no message has that identifier")
            : answers.Count == 0 ? Finding.NotDecided("the device acknowledged nothing")
            : Finding.Conforms($"{answers.Count} acknowledgements");
    }

    [Statement(V5, "MQTT-4.3.2-4", "answers a message of QoS 1 with PUBACK of its identifier")]
    public static async Task<Finding> PubAck(ClientTalk talk) => await AllAsync(talk, PacketType.PubAck, ClientSessions.SentOnce);

    [Statement(V5, "MQTT-4.3.3-8", "answers a message of QoS 2 with PUBREC of its identifier")]
    public static async Task<Finding> PubRec(ClientTalk talk) => await AllAsync(talk, PacketType.PubRec, ClientSessions.SentTwice);

    [Statement(V3, "MQTT-4.5.0-2", "acknowledges a message that it did not ask for")]
    [Statement(V5, "MQTT-4.5.0-2", "acknowledges a message that it did not ask for")]
    public static async Task<Finding> NotAskedFor(ClientTalk talk)
    {
        var acked = Ids(await talk.ObservedAsync(), PacketType.PubAck).Contains(ClientSessions.SentOnce[^1]);
        return await ObservedAsync(talk, acked, acked ? "PUBACK came" : "no PUBACK came for it");
    }

    [Statement(V3, "MQTT-4.6.0-2", "sends PUBACK in the order in which the messages came")]
    [Statement(V5, "MQTT-4.6.0-2", "sends PUBACK in the order in which the messages came")]
    public static Task<Finding> PubAckOrder(ClientTalk talk) => OrderAsync(talk, PacketType.PubAck, ClientSessions.SentOnce);

    [Statement(V3, "MQTT-4.6.0-3", "sends PUBREC in the order in which the messages came")]
    [Statement(V5, "MQTT-4.6.0-3", "sends PUBREC in the order in which the messages came")]
    public static Task<Finding> PubRecOrder(ClientTalk talk) => OrderAsync(talk, PacketType.PubRec, ClientSessions.SentTwice);

    [Statement(V3, "MQTT-4.3.2-2", "answers a message of QoS 1 with PUBACK of its identifier, and again where the identifier comes again")]
    [Statement(V5, "MQTT-4.3.2-5", "takes an identifier that comes again after PUBACK for a new message")]
    public static async Task<Finding> AgainAfterPubAck(ClientTalk talk)
    {
        var link = await ReadyAsync(talk);
        var message = Message(TopicFor(link), One, QualityOfService.AtLeastOnce);
        return await AskedAsync(talk, link, message, PacketType.PubAck, One) ?? await AskedAsync(talk, link, message with { Dup = true }, PacketType.PubAck, One) ?? Finding.Conforms("PUBACK came both times");
    }

    [Statement(V3, "MQTT-4.3.3-2", "answers a message of QoS 2 with PUBREC, also when it comes again, and PUBREL with PUBCOMP")]
    [Statement(V5, "MQTT-4.3.3-10", "answers a message of QoS 2 that comes again before PUBREL with PUBREC")]
    [Statement(V5, "MQTT-4.3.3-11", "answers PUBREL with PUBCOMP of its identifier, also an unknown one")]
    [Statement(V5, "MQTT-4.3.3-12", "takes an identifier that comes again after PUBCOMP for a new message")]
    public static async Task<Finding> TwiceFlow(ClientTalk talk)
    {
        var link = await ReadyAsync(talk);
        var message = Message(TopicFor(link), Two, QualityOfService.ExactlyOnce);
        if (await AskedAsync(talk, link, message, PacketType.PubRec, Two) is { } none)
        {
            return talk.Five ? Finding.NotDecided($"the first message was not answered: {none.Seen}") : none;
        }

        // The device's other answers are not asked for where the statement is about one of them alone.
        var again = talk.Number is "MQTT-4.3.3-2" or "MQTT-4.3.3-10" ? await AskedAsync(talk, link, message with { Dup = true }, PacketType.PubRec, Two) : null;
        if (again is not null || talk.Number == "MQTT-4.3.3-10")
        {
            return again ?? Finding.Conforms("PUBREC came both times");
        }

        var completed = await AskedAsync(talk, link, new PubRelPacket { PacketId = Two }, PacketType.PubComp, Two);
        if (talk.Number == "MQTT-4.3.3-12")
        {
            return completed is not null ? Finding.NotDecided($"PUBREL was not answered: {completed.Seen}")
                : await AskedAsync(talk, link, message, PacketType.PubRec, Two) ?? Finding.Conforms("PUBREC came for the new message");
        }

        return completed ?? await AskedAsync(talk, link, new PubRelPacket { PacketId = Unknown }, PacketType.PubComp, Unknown) ?? Finding.Conforms("PUBCOMP came, for an unknown identifier too");
    }

    [Statement(V5, "MQTT-3.4.2-1", "gives PUBACK a reason that PUBACK has")]
    public static Task<Finding> PubAckReason(ClientTalk talk) => ReasonAsync(talk, PacketType.PubAck, Acknowledging);

    [Statement(V5, "MQTT-3.5.2-1", "gives PUBREC a reason that PUBREC has")]
    public static Task<Finding> PubRecReason(ClientTalk talk) => ReasonAsync(talk, PacketType.PubRec, Acknowledging);

    [Statement(V5, "MQTT-3.6.2-1", "gives PUBREL a reason that PUBREL has")]
    public static Task<Finding> PubRelReason(ClientTalk talk) => ReasonAsync(talk, PacketType.PubRel, Releasing);

    [Statement(V5, "MQTT-3.7.2-1", "gives PUBCOMP a reason that PUBCOMP has")]
    public static Task<Finding> PubCompReason(ClientTalk talk) => ReasonAsync(talk, PacketType.PubComp, Releasing);

    [Statement(V5, "MQTT-3.3.2-10", "takes every topic alias up to the maximum of its CONNECT")]
    public static async Task<Finding> Aliases(ClientTalk talk)
    {
        var link = await ReadyAsync(talk);
        if (link.Connect!.Number(PropertyId.TopicAliasMaximum) is not (> 0 and var maximum))
        {
            return Finding.Absent("CONNECT allows no topic alias");
        }

        var named = Message(TopicFor(link), One, QualityOfService.AtLeastOnce) with { TopicAlias = (ushort)maximum };
        return await AskedAsync(talk, link, named, PacketType.PubAck, One)
            ?? await AskedAsync(talk, link, named with { Topic = "", PacketId = Two }, PacketType.PubAck, Two) ?? Finding.Conforms($"alias {maximum} was taken with its topic and alone");
    }

    /// <summary>Sends a packet that must be answered.</summary>
    /// <returns>Null where the answer came.</returns>
    public static async Task<Finding?> AskedAsync(ClientTalk talk, DeviceLink link, MqttPacket packet, PacketType answer, ushort id, Serving? serving = null)
    {
        await link.SendAsync(packet);
        if (await link.ServeAsync(talk.Client.AnswerWithin, f => f.Type == answer && f.PacketId == id, serving ?? ByHand) is { } came)
        {
            return came.Reason < 0x80 || came.Type == PacketType.PubComp ? null : Finding.NotDecided($"the device refused the message with 0x{came.Reason:x2}");
        }

        var words = $"no {answer.ToString().ToUpperInvariant()} came for {packet.Type.ToString().ToUpperInvariant()} {id}";
        return link.Goodbye is { Reason: < 0x80 } || (link.Ended && (await talk.HeldAsync()).LeftByItself) ? Finding.NotDecided($"{words}: the device left by itself")
            : Finding.Violates(link.Ended ? $"{words}: the device ended the connection" : words);
    }

    /// <summary>Asks whether a device that must not send something could have: one that hangs sends nothing wrong either.</summary>
    /// <param name="talk">The talk.</param>
    /// <param name="link">The connection.</param>
    /// <param name="before">Packets that came before it counts.</param>
    /// <returns>True where anything but AUTH came on the connection, or a message of QoS 1 is answered now.</returns>
    public static async Task<bool> IsAliveAsync(ClientTalk talk, DeviceLink link, int before = 0)
    {
        if (link.Ended || link.Frames.Skip(before).Any(f => f.Type != PacketType.Auth))
        {
            return link.Frames.Count > before;
        }

        await link.SendAsync(Message(TopicFor(link), Alive, QualityOfService.AtLeastOnce));
        return await link.ServeAsync(talk.Client.AnswerWithin, _ => true) is not null;
    }

    /// <summary>A connection that the device has settled on.</summary>
    public static async Task<DeviceLink> ReadyAsync(ClientTalk talk, ConnAckPacket? answer = null)
    {
        var link = await talk.ConnectAsync(answer);
        await link.SettleAsync();
        return link;
    }

    private static List<ushort> Ids(DeviceLink link, PacketType type) => [.. link.Of(type).Select(f => f.PacketId!.Value)];

    private static Task<Finding> AllAsync(ClientTalk talk, PacketType type, IReadOnlyList<ushort> sent) => AllAsync(talk, type, sent, order: false);

    private static Task<Finding> OrderAsync(ClientTalk talk, PacketType type, IReadOnlyList<ushort> sent) => AllAsync(talk, type, sent, order: true);

    private static async Task<Finding> AllAsync(ClientTalk talk, PacketType type, IReadOnlyList<ushort> sent, bool order)
    {
        var came = Ids(await talk.ObservedAsync(), type).Where(sent.Contains).Distinct().ToList();
        var seen = $"{type.ToString().ToUpperInvariant()} for {came.Count} of {sent.Count} messages{(order ? $": {string.Join(", ", came.Select(id => $"0x{id:x4}"))}" : "")}";
        return !order ? await ObservedAsync(talk, came.Count == sent.Count, seen)
            : came.Count < 2 ? Finding.NotDecided(seen)
            : Finding.Of(came.SequenceEqual(sent.Where(came.Contains)), seen);
    }

    /// <summary>Not decided where answers are missing of a device that leaves by itself anyway.</summary>
    private static async Task<Finding> ObservedAsync(ClientTalk talk, bool conforms, string seen)
    {
        var link = await talk.ObservedAsync();
        return conforms || !link.LeftByItself ? Finding.Of(conforms, seen)
            : (await talk.HeldAsync()).LeftByItself || link.Goodbye is { Reason: < 0x80 } ? Finding.NotDecided($"{seen}; the device left by itself")
            : Finding.Violates($"{seen}; the device ended the connection");
    }

    private static Task<Finding> ReasonAsync(ClientTalk talk, PacketType type, byte[] reasons) =>
        Packets.EachAsync(talk, f => f.Type == type, type.ToString().ToUpperInvariant(), f => reasons.Contains(f.Reason) ? null : $"its reason is 0x{f.Reason:x2}");
}
