namespace Harness.Brokers.Conformance.Clients;

/// <summary>SUBSCRIBE and UNSUBSCRIBE.</summary>
internal static class Filtering
{
    private const MqttVersion V3 = MqttVersion.V311;
    private const MqttVersion V5 = MqttVersion.V5;

    [Statement(V3, "MQTT-3.8.1-1", "sends SUBSCRIBE with the flags 0010")]
    [Statement(V5, "MQTT-3.8.1-1", "sends SUBSCRIBE with the flags 0010")]
    public static Task<Finding> SubscribeFlags(ClientTalk talk) => SubscribeAsync(talk, f => f.Flags == 2 ? null : $"its flags are {f.Flags:b4}");

    [Statement(V3, "MQTT-3.8.3-1", "writes the filters of SUBSCRIBE in UTF-8")]
    [Statement(V5, "MQTT-3.8.3-1", "writes the filters of SUBSCRIBE in UTF-8")]
    public static Task<Finding> SubscribeText(ClientTalk talk) => SubscribeAsync(talk, Text);

    [Statement(V3, "MQTT-3.8.3-3", "names a filter in each SUBSCRIBE")]
    [Statement(V5, "MQTT-3.8.3-2", "names a filter in each SUBSCRIBE")]
    public static Task<Finding> SubscribeFilter(ClientTalk talk) => SubscribeAsync(talk, f => f.Filters.Count > 0 ? null : "it has no filter");

    [Statement(V3, "MQTT-3-8.3-4", "leaves the reserved bits of a requested QoS at 0 and asks for QoS 0, 1 or 2")]
    [Statement(V5, "MQTT-3.8.3-5", "leaves the reserved bits of the subscription options at 0")]
    public static Task<Finding> Options(ClientTalk talk) => SubscribeAsync(talk, f => f.Filters.FirstOrDefault(o => (o.Options & (talk.Five ? 0xC0 : 0xFC)) != 0 || (!talk.Five && (o.Options & 3) == 3)) is { Filter: not null } wrong
        ? $"options 0x{wrong.Options:x2}" : null);

    [Statement(V5, "MQTT-3.8.3-4", "does not ask for No Local on a shared subscription")]
    public static Task<Finding> SharedNoLocal(ClientTalk talk) => SharedAsync(talk, (_, options) => (options & 4) == 0 ? null : "No Local is set");

    [Statement(V5, "MQTT-4.8.2-1", "gives each shared subscription a share name")]
    public static Task<Finding> ShareName(ClientTalk talk) => SharedAsync(talk, (filter, _) => filter.Split('/') is [_, { Length: > 0 }, ..] ? null : "it has no share name");

    [Statement(V5, "MQTT-4.8.2-2", "has no wildcard in a share name, and a filter behind it")]
    public static Task<Finding> ShareForm(ClientTalk talk) => SharedAsync(talk, (filter, _) => filter.Split('/', 3) is [_, var name, { Length: > 0 }] && name.AsSpan().IndexOfAny('+', '#') < 0 ? null : "it is no share name with a filter");

    [Statement(V3, "MQTT-4.7.1-2", "uses # as the last level of a filter alone")]
    [Statement(V5, "MQTT-4.7.1-1", "uses # as the last level of a filter alone")]
    public static Task<Finding> ManyLevels(ClientTalk talk) => FiltersAsync(talk, '#', filter => Levels(filter) is var levels && Enumerable.Range(0, levels.Length).All(i => !levels[i].Contains('#') || (levels[i] == "#" && i == levels.Length - 1)));

    [Statement(V3, "MQTT-4.7.1-3", "uses + as a whole level of a filter")]
    [Statement(V5, "MQTT-4.7.1-2", "uses + as a whole level of a filter")]
    public static Task<Finding> OneLevel(ClientTalk talk) => FiltersAsync(talk, '+', filter => Levels(filter).All(level => !level.Contains('+') || level == "+"));

    [Statement(V3, "MQTT-3.10.1-1", "sends UNSUBSCRIBE with the flags 0010")]
    [Statement(V5, "MQTT-3.10.1-1", "sends UNSUBSCRIBE with the flags 0010")]
    public static Task<Finding> UnsubscribeFlags(ClientTalk talk) => UnsubscribeAsync(talk, f => f.Flags == 2 ? null : $"its flags are {f.Flags:b4}");

    [Statement(V3, "MQTT-3.10.3-1", "writes the filters of UNSUBSCRIBE in UTF-8")]
    [Statement(V5, "MQTT-3.10.3-1", "writes the filters of UNSUBSCRIBE in UTF-8")]
    public static Task<Finding> UnsubscribeText(ClientTalk talk) => UnsubscribeAsync(talk, Text);

    [Statement(V3, "MQTT-3.10.3-2", "names a filter in each UNSUBSCRIBE")]
    [Statement(V5, "MQTT-3.10.3-2", "names a filter in each UNSUBSCRIBE")]
    public static Task<Finding> UnsubscribeFilter(ClientTalk talk) => UnsubscribeAsync(talk, f => f.Filters.Count > 0 ? null : "it has no filter");

    private static Task<Finding> SubscribeAsync(ClientTalk talk, Func<Frame, string?> fault) => Packets.EachAsync(talk, f => f.Type == PacketType.Subscribe, "SUBSCRIBE", fault);

    private static Task<Finding> UnsubscribeAsync(ClientTalk talk, Func<Frame, string?> fault) => Packets.EachAsync(talk, f => f.Type == PacketType.Unsubscribe, "UNSUBSCRIBE", fault);

    private static async Task<Finding> FiltersAsync(ClientTalk talk, char wildcard, Func<string, bool> wellFormed)
    {
        var filters = (await Packets.OfAsync(talk, f => Packets.Is(f, PacketType.Subscribe, PacketType.Unsubscribe))).SelectMany(f => f.Filters).Select(f => Strings.Of(f.Filter)).ToList();
        var used = filters.Where(f => f.Contains(wildcard)).ToList();
        return filters.Count == 0 ? Packets.None(talk, "packets with filters")
            : used.Count == 0 ? Finding.Absent($"no filter has a {wildcard}")
            : used.FirstOrDefault(f => !wellFormed(f)) is { } wrong ? Finding.Violates($"\"{wrong}\"")
            : Finding.Conforms($"{used.Count} filters with {wildcard}");
    }

    private static async Task<Finding> SharedAsync(ClientTalk talk, Func<string, byte, string?> fault)
    {
        var filters = (await Packets.OfAsync(talk, f => f.Type == PacketType.Subscribe)).SelectMany(f => f.Filters).Select(f => (Filter: Strings.Of(f.Filter), f.Options)).ToList();
        var shared = filters.Where(f => TopicFilter.IsShared(f.Filter)).ToList();
        return filters.Count == 0 ? Packets.None(talk, "SUBSCRIBE")
            : shared.Count == 0 ? Finding.Absent("no filter is a shared subscription")
            : shared.FirstOrDefault(f => fault(f.Filter, f.Options) is not null) is { Filter: not null } wrong ? Finding.Violates($"\"{wrong.Filter}\": {fault(wrong.Filter, wrong.Options)}")
            : Finding.Conforms($"{shared.Count} shared subscriptions");
    }

    private static string[] Levels(string filter) => filter.Split('/');

    private static string? Text(Frame frame) => frame.Filters.All(f => Strings.WellFormed(f.Filter)) ? null : "a filter is no UTF-8";
}
