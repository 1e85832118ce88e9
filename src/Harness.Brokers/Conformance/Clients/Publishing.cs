namespace Harness.Brokers.Conformance.Clients;

/// <summary>PUBLISH of the device, its identifiers and its flow of QoS 2, and what holds for every packet.</summary>
internal static class Publishing
{
    private const MqttVersion V3 = MqttVersion.V311;
    private const MqttVersion V5 = MqttVersion.V5;

    [Statement(V3, "MQTT-2.2.2-1", "sets the flags of every packet as the standard lists them")]
    [Statement(V5, "MQTT-2.1.3-1", "sets the flags of every packet as the standard lists them")]
    public static Task<Finding> Flags(ClientTalk talk) => Packets.EachAsync(talk, f => f.ListedFlags is not null, "packets with listed flags", f => f.Flags == f.ListedFlags ? null : $"its flags are {f.Flags:b4}");

    [Statement(V5, "MQTT-1.5.5-1", "writes lengths in as few bytes as it can")]
    public static Task<Finding> Lengths(ClientTalk talk) => Packets.EachAsync(talk, _ => true, "packets", f => f.ShortestLength ? null : $"its length {f.Body.Length} stands in {f.LengthBytes} bytes");

    [Statement(V5, "MQTT-1.5.4-1", "writes well-formed UTF-8 in topics and filters")]
    public static Task<Finding> WellFormed(ClientTalk talk) => NamesAsync(talk, name => Strings.WellFormed(name) ? null : "no UTF-8");

    [Statement(V5, "MQTT-1.5.4-2", "writes no U+0000 into topics and filters")]
    [Statement(V3, "MQTT-4.7.3-2", "writes no U+0000 into topics and filters")]
    [Statement(V5, "MQTT-4.7.3-2", "writes no U+0000 into topics and filters")]
    public static Task<Finding> NoNull(ClientTalk talk) => NamesAsync(talk, name => name.Contains((byte)0) ? "U+0000 stands in it" : null);

    [Statement(V3, "MQTT-4.7.3-1", "uses topics and filters of at least one character")]
    [Statement(V5, "MQTT-4.7.3-1", "uses topics and filters of at least one character")]
    public static Task<Finding> NotEmpty(ClientTalk talk) => Packets.EachAsync(
        talk, Named, "packets with topics or filters", f => Names(f).Any(n => n.Length == 0) && f.Number(PropertyId.TopicAlias) is null ? "a topic or filter is empty" : null);

    [Statement(V3, "MQTT-2.3.1-1", "gives SUBSCRIBE, UNSUBSCRIBE and PUBLISH with QoS 1 and 2 an identifier other than 0")]
    public static Task<Finding> NotZero(ClientTalk talk) => Packets.EachAsync(talk, Numbered, "packets with identifiers", f => f.PacketId == 0 ? "its identifier is 0" : null);

    [Statement(V3, "MQTT-2.3.1-2", "takes an identifier that is not in use for each new packet")]
    [Statement(V5, "MQTT-2.2.1-3", "takes an identifier that is not 0 and not in use for each new packet")]
    [Statement(V5, "MQTT-4.3.2-1", "takes an identifier that is not in use for each message of QoS 1")]
    [Statement(V5, "MQTT-4.3.3-1", "takes an identifier that is not in use for each message of QoS 2")]
    public static async Task<Finding> Unused(ClientTalk talk)
    {
        var qos = talk.Number switch { "MQTT-4.3.2-1" => 1, "MQTT-4.3.3-1" => 2, _ => 0 };
        if (talk.Number == "MQTT-2.2.1-3" && await NotZero(talk) is { Verdict: ConformanceVerdict.Violates } zero)
        {
            return zero;
        }

        var (used, met) = (new HashSet<ushort>(), 0);
        foreach (var packet in (await talk.HeldAsync()).Frames.Where(f => Numbered(f) && !f.Dup))
        {
            var asked = qos == 0 || (packet.Type == PacketType.Publish && packet.Qos == qos);
            if (used.Contains(packet.PacketId!.Value))
            {
                if (asked)
                {
                    return Finding.Violates($"{packet}, while a PUBLISH of that identifier is unacknowledged");
                }
            }

            met += asked && used.Count > 0 ? 1 : 0;
            if (packet.Type == PacketType.Publish)
            {
                used.Add(packet.PacketId.Value);
            }
        }

        return met == 0 ? Finding.NotDecided($"the device sent no {(qos == 0 ? "packet with an identifier" : $"message of QoS {qos}")} while another message was unacknowledged")
            : Finding.Conforms($"{met} packets beside unacknowledged ones, each with another identifier");
    }

    [Statement(V3, "MQTT-3.3.1-2", "leaves DUP at 0 in messages of QoS 0")]
    [Statement(V5, "MQTT-3.3.1-2", "leaves DUP at 0 in messages of QoS 0")]
    [Statement(V3, "MQTT-4.3.1-1", "sends messages of QoS 0 with DUP at 0")]
    [Statement(V5, "MQTT-4.3.1-1", "sends messages of QoS 0 with DUP at 0")]
    public static Task<Finding> DupOfQos0(ClientTalk talk) => PublishedAsync(talk, 0, f => f.Dup ? "DUP is set" : null);

    [Statement(V3, "MQTT-4.3.2-1", "sends a message of QoS 1 for the first time with DUP at 0")]
    [Statement(V5, "MQTT-4.3.2-2", "sends a message of QoS 1 for the first time with DUP at 0")]
    public static Task<Finding> DupOfQos1(ClientTalk talk) => FirstSendingAsync(talk, 1);

    [Statement(V5, "MQTT-4.3.3-2", "sends a message of QoS 2 for the first time with DUP at 0")]
    public static Task<Finding> DupOfQos2(ClientTalk talk) => FirstSendingAsync(talk, 2);

    [Statement(V5, "MQTT-3.3.1-4", "never sets both QoS bits of PUBLISH")]
    public static Task<Finding> BothQosBits(ClientTalk talk) => PublishedAsync(talk, null, f => f.Qos == 3 ? "both QoS bits are set" : null);

    [Statement(V3, "MQTT-3.3.2-1", "begins PUBLISH with a topic name in UTF-8")]
    [Statement(V5, "MQTT-3.3.2-1", "begins PUBLISH with a topic name in UTF-8")]
    public static Task<Finding> TopicText(ClientTalk talk) => PublishedAsync(talk, null, f => f.Broken ? "it is cut short" : Strings.WellFormed(f.Topic) ? null : "its topic is no UTF-8");

    [Statement(V3, "MQTT-3.3.2-2", "publishes to topic names without wildcards")]
    [Statement(V5, "MQTT-3.3.2-2", "publishes to topic names without wildcards")]
    [Statement(V3, "MQTT-4.7.1-1", "uses wildcards in filters alone")]
    [Statement(V5, "MQTT-4.7.0-1", "uses wildcards in filters alone")]
    public static Task<Finding> NoWildcard(ClientTalk talk) => PublishedAsync(talk, null, f => f.Topic.AsSpan().IndexOfAny((byte)'#', (byte)'+') < 0 ? null : "a wildcard stands in its topic");

    [Statement(V5, "MQTT-3.3.4-6", "puts no subscription identifier into PUBLISH")]
    public static Task<Finding> SubscriptionIdentifier(ClientTalk talk) => PublishedAsync(talk, null, f => f.Number(PropertyId.SubscriptionIdentifier) is null ? null : "it has a subscription identifier");

    [Statement(V5, "MQTT-3.3.2-14", "names response topics without wildcards")]
    public static Task<Finding> ResponseTopic(ClientTalk talk) => OptionalAsync(
        talk, PropertyId.ResponseTopic, "a response topic", p => p.Value.AsSpan().IndexOfAny((byte)'#', (byte)'+') < 0 ? null : "a wildcard stands in its response topic");

    [Statement(V5, "MQTT-3.3.2-8", "uses no topic alias of 0")]
    public static Task<Finding> AliasZero(ClientTalk talk) => OptionalAsync(talk, PropertyId.TopicAlias, "a topic alias", p => p.Number == 0 ? "its alias is 0" : null);

    [Statement(V3, "MQTT-4.3.3-1", "sends a message of QoS 2 first with DUP at 0, and PUBREL of its identifier after PUBREC")]
    [Statement(V5, "MQTT-4.3.3-4", "answers PUBREC with PUBREL of its identifier")]
    public static async Task<Finding> Release(ClientTalk talk)
    {
        if (!talk.Five && await FirstSendingAsync(talk, 2) is { Verdict: ConformanceVerdict.Violates } again)
        {
            return again;
        }

        var link = await talk.ConnectAsync();
        if (await link.ServeAsync(talk.Client.AnswerWithin, f => f is { Type: PacketType.Publish, Qos: 2 }) is not { } message)
        {
            return Finding.NotDecided("the device published nothing with QoS 2");
        }

        var release = await link.ServeAsync(talk.Client.AnswerWithin, f => f.Type == PacketType.PubRel);
        return Finding.Of(release?.PacketId == message.PacketId, $"{message}, PUBREC, and {release?.ToString() ?? "no PUBREL"}");
    }

    [Statement(V3, "MQTT-3.6.1-1", "sends PUBREL with the flags 0010")]
    [Statement(V5, "MQTT-3.6.1-1", "sends PUBREL with the flags 0010")]
    public static Task<Finding> ReleaseFlags(ClientTalk talk) => Packets.EachAsync(talk, f => f.Type == PacketType.PubRel, "PUBREL", f => f.Flags == 2 ? null : $"its flags are {f.Flags:b4}");

    [Statement(V3, "MQTT-4.6.0-4", "sends PUBREL in the order in which PUBREC came")]
    [Statement(V5, "MQTT-4.6.0-4", "sends PUBREL in the order in which PUBREC came")]
    public static async Task<Finding> ReleaseOrder(ClientTalk talk)
    {
        var link = await talk.ConnectAsync();
        await link.ServeAsync(talk.Client.AnswerWithin, _ => Waiting().Distinct().Count() >= 2, Serving.NoAcknowledgement);
        var order = Waiting().Distinct().Reverse().ToList();
        if (order.Count < 2)
        {
            return Finding.NotDecided("the device did not have two messages of QoS 2 under way at once");
        }

        await link.SendAsync([.. order.Select(id => new PubRecPacket { PacketId = id })]);
        await link.ServeAsync(talk.Client.AnswerWithin, _ => Released().Count >= order.Count, Serving.NoAcknowledgement);
        return Released().Count < order.Count ? Finding.NotDecided("PUBREL did not come for each PUBREC")
            : Finding.Of(Released().SequenceEqual(order), $"PUBREC of {string.Join(", ", order)}, PUBREL of {string.Join(", ", Released())}");

        IEnumerable<ushort> Waiting() => link.Of(PacketType.Publish).Where(f => f.Qos == 2).Select(f => f.PacketId!.Value);
        List<ushort> Released() => [.. link.Of(PacketType.PubRel).Select(f => f.PacketId!.Value)];
    }

    /// <summary>A packet whose identifier is of the device's choice.</summary>
    private static bool Numbered(Frame frame) => Packets.Is(frame, PacketType.Subscribe, PacketType.Unsubscribe) || frame is { Type: PacketType.Publish, Qos: > 0 };

    private static bool Named(Frame frame) => Packets.Is(frame, PacketType.Subscribe, PacketType.Unsubscribe, PacketType.Publish);

    private static IEnumerable<byte[]> Names(Frame frame) => frame.Type == PacketType.Publish ? [frame.Topic] : frame.Filters.Select(f => f.Filter);

    private static Task<Finding> NamesAsync(ClientTalk talk, Func<byte[], string?> fault) =>
        Packets.EachAsync(talk, Named, "packets with topics or filters", f => Names(f).Select(fault).FirstOrDefault(why => why is not null));

    private static Task<Finding> PublishedAsync(ClientTalk talk, int? qos, Func<Frame, string?> fault) =>
        Packets.EachAsync(talk, f => f.Type == PacketType.Publish && (qos ?? f.Qos) == f.Qos, qos is null ? "messages" : $"messages of QoS {qos}", fault);

    /// <summary>The first message of each identifier. A device that came back may send an old one again, with DUP.</summary>
    private static async Task<Finding> FirstSendingAsync(ClientTalk talk, int qos)
    {
        var observed = await talk.ObservedAsync();
        var first = observed.Of(PacketType.Publish).Where(f => f.Qos == qos).DistinctBy(f => f.PacketId).ToList();
        return first.Count == 0 ? Packets.None(talk, $"messages of QoS {qos}")
            : first.FirstOrDefault(f => f.Dup) is not { } again ? Finding.Conforms($"{first.Count} messages of QoS {qos}")
            : talk.Client.Start is null && !observed.Connect!.CleanStart ? Finding.NotDecided($"{again} may be a message of an earlier connection")
            : Finding.Violates(again.ToString());
    }

    private static async Task<Finding> OptionalAsync(ClientTalk talk, PropertyId id, string words, Func<Property, string?> fault)
    {
        var messages = await Packets.OfAsync(talk, f => f.Type == PacketType.Publish);
        var with = messages.SelectMany(m => m.Properties).Where(p => p.Id == id).ToList();
        return messages.Count == 0 ? Packets.None(talk, "messages")
            : with.Count == 0 ? Finding.Absent($"no message has {words}")
            : with.Select(fault).FirstOrDefault(why => why is not null) is { } wrong ? Finding.Violates(wrong)
            : Finding.Conforms($"{with.Count} messages with {words}");
    }
}
