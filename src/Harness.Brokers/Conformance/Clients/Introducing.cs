namespace Harness.Brokers.Conformance.Clients;

/// <summary>CONNECT, field by field.</summary>
internal static class Introducing
{
    private const MqttVersion V3 = MqttVersion.V311;
    private const MqttVersion V5 = MqttVersion.V5;
    private const string NoWill = "CONNECT has no will";
    private const string NoUser = "CONNECT has no user name";
    private const string NoPassword = "CONNECT has no password";

    [Statement(V3, "MQTT-3.1.0-1", "begins each connection with CONNECT")]
    [Statement(V5, "MQTT-3.1.0-1", "begins each connection with CONNECT")]
    public static async Task<Finding> FirstPacket(ClientTalk talk)
    {
        var link = await talk.FirstSeenAsync();
        return Finding.Of(link.Connect is not null, $"{link.First} came first");
    }

    [Statement(V3, "MQTT-3.1.0-2", "sends CONNECT once over a connection")]
    [Statement(V5, "MQTT-3.1.0-2", "sends CONNECT once over a connection")]
    public static async Task<Finding> Once(ClientTalk talk)
    {
        var again = (await Packets.OfAsync(talk, f => f.Type == PacketType.Connect)).Count;
        return Finding.Of(again == 0, again == 0 ? "one CONNECT" : "another CONNECT came after the first");
    }

    [Statement(V5, "MQTT-3.1.2-1", "names the protocol MQTT")]
    public static async Task<Finding> Protocol(ClientTalk talk)
    {
        var connect = (await talk.ObservedAsync()).Connect!;
        return Finding.Of(connect.Protocol.AsSpan().SequenceEqual("MQTT"u8), $"\"{Strings.Of(connect.Protocol)}\"");
    }

    [Statement(V3, "MQTT-3.1.2-3", "leaves the reserved flag of CONNECT at 0")]
    [Statement(V5, "MQTT-3.1.2-3", "leaves the reserved flag of CONNECT at 0")]
    public static Task<Finding> ReservedFlag(ClientTalk talk) => FlagsAsync(talk, c => (c.Flags & 1) == 0);

    [Statement(V3, "MQTT-3.1.2-9", "sends topic and message of the will that its flags announce")]
    [Statement(V5, "MQTT-3.1.2-9", "sends topic and payload of the will that its flags announce")]
    public static Task<Finding> WillFields(ClientTalk talk) => ConnectAsync(talk, c => !c.HasWill ? Finding.Absent(NoWill)
        : Finding.Of(c.Missing is not ("will topic" or "will payload"), c.Missing is null ? "both are there" : $"the {c.Missing} is missing"));

    [Statement(V3, "MQTT-3.1.2-13", "leaves the QoS of the will at 0 where it has none")]
    [Statement(V5, "MQTT-3.1.2-11", "leaves the QoS of the will at 0 where it has none")]
    public static Task<Finding> NoWillQos(ClientTalk talk) => FlagsAsync(talk, c => c.WillQos == 0, absent: c => c.HasWill ? "CONNECT has a will" : null);

    [Statement(V3, "MQTT-3.1.2-14", "asks for a will of QoS 0, 1 or 2")]
    [Statement(V5, "MQTT-3.1.2-12", "asks for a will of QoS 0, 1 or 2")]
    public static Task<Finding> WillQos(ClientTalk talk) => FlagsAsync(talk, c => c.WillQos < 3, absent: c => c.HasWill ? null : NoWill);

    [Statement(V3, "MQTT-3.1.2-15", "leaves Will Retain at 0 where it has no will")]
    [Statement(V5, "MQTT-3.1.2-13", "leaves Will Retain at 0 where it has no will")]
    public static Task<Finding> NoWillRetain(ClientTalk talk) => FlagsAsync(talk, c => !c.WillRetain, absent: c => c.HasWill ? "CONNECT has a will" : null);

    [Statement(V3, "MQTT-3.1.2-18", "sends no user name that its flags do not announce")]
    [Statement(V5, "MQTT-3.1.2-16", "sends no user name that its flags do not announce")]
    public static Task<Finding> NoUserName(ClientTalk talk) => ConnectAsync(talk, c => c.HasUser ? Finding.Absent("CONNECT has a user name")
        : Finding.Of(c.HasPassword || c.LeftOver == 0, LeftOver(c)));

    [Statement(V3, "MQTT-3.1.2-19", "sends the user name that its flags announce")]
    [Statement(V5, "MQTT-3.1.2-17", "sends the user name that its flags announce")]
    public static Task<Finding> UserName(ClientTalk talk) => ConnectAsync(talk, c => !c.HasUser ? Finding.Absent(NoUser)
        : Finding.Of(c.Missing != "user name", c.Missing == "user name" ? "it is missing" : "it is there"));

    [Statement(V3, "MQTT-3.1.2-20", "sends no password that its flags do not announce")]
    [Statement(V5, "MQTT-3.1.2-18", "sends no password that its flags do not announce")]
    public static Task<Finding> NoPasswordField(ClientTalk talk) => ConnectAsync(talk, c => c.HasPassword ? Finding.Absent("CONNECT has a password")
        : c.LeftOver > 0 && !c.HasUser ? Finding.NotDecided(LeftOver(c))
        : Finding.Of(c.LeftOver == 0, LeftOver(c)));

    [Statement(V3, "MQTT-3.1.2-21", "sends the password that its flags announce")]
    [Statement(V5, "MQTT-3.1.2-19", "sends the password that its flags announce")]
    public static Task<Finding> PasswordField(ClientTalk talk) => ConnectAsync(talk, c => !c.HasPassword ? Finding.Absent(NoPassword)
        : c.Missing is { } missing and not "password" ? Finding.NotDecided($"the {missing} is missing before it")
        : Finding.Of(c.Missing is null, c.Missing is null ? "it is there" : "it is missing"));

    [Statement(V3, "MQTT-3.1.2-22", "announces no password without a user name")]
    public static Task<Finding> PasswordAlone(ClientTalk talk) => FlagsAsync(talk, c => !c.HasPassword, absent: c => c.HasUser ? "CONNECT has a user name" : null);

    [Statement(V5, "MQTT-3.1.2-30", "sends nothing but AUTH and DISCONNECT before CONNACK where it names an authentication method")]
    public static async Task<Finding> BeforeConnAck(ClientTalk talk)
    {
        if ((await talk.ObservedAsync()).Connect!.Method is null)
        {
            return Finding.Absent("CONNECT names no authentication method");
        }

        var link = await talk.DialedAsync();
        await link.ServeAsync(talk.Client.Settle);
        return Finding.Of(link.Frames.All(f => Packets.Is(f, PacketType.Auth, PacketType.Disconnect)), link.Frames is [var early, ..] ? $"{early} came" : "nothing came");
    }

    [Statement(V3, "MQTT-3.1.3-3", "has a client identifier as the first field of the payload of CONNECT")]
    [Statement(V5, "MQTT-3.1.3-3", "has a client identifier as the first field of the payload of CONNECT")]
    public static Task<Finding> Identifier(ClientTalk talk) => ConnectAsync(talk, c =>
        Finding.Of(c.Missing != "client identifier", c.Missing == "client identifier" ? "it is missing" : $"it has {c.ClientId.Length} bytes"));

    [Statement(V3, "MQTT-3.1.3-4", "writes the client identifier in UTF-8")]
    [Statement(V5, "MQTT-3.1.3-4", "writes the client identifier in UTF-8")]
    public static Task<Finding> IdentifierText(ClientTalk talk) => ConnectAsync(talk, c => Text(c.ClientId));

    [Statement(V3, "MQTT-3.1.3-7", "asks for a clean session where its client identifier is empty")]
    public static Task<Finding> EmptyIdentifier(ClientTalk talk) => FlagsAsync(talk, c => c.CleanStart, absent: c => c.ClientId.Length > 0 ? "the device has an identifier of its own" : null);

    [Statement(V3, "MQTT-3.1.3-10", "writes the topic of its will in UTF-8")]
    [Statement(V5, "MQTT-3.1.3-11", "writes the topic of its will in UTF-8")]
    public static Task<Finding> WillTopicText(ClientTalk talk) => ConnectAsync(talk, c => c.HasWill ? Text(c.WillTopic) : Finding.Absent(NoWill));

    [Statement(V3, "MQTT-3.1.3-11", "writes its user name in UTF-8")]
    [Statement(V5, "MQTT-3.1.3-12", "writes its user name in UTF-8")]
    public static Task<Finding> UserText(ClientTalk talk) => ConnectAsync(talk, c => c.HasUser ? Text(c.User) : Finding.Absent(NoUser));

    private static async Task<Finding> ConnectAsync(ClientTalk talk, Func<ConnectFrame, Finding> judge) => judge((await talk.ObservedAsync()).Connect!);

    private static Task<Finding> FlagsAsync(ClientTalk talk, Func<ConnectFrame, bool> conforms, Func<ConnectFrame, string?>? absent = null) =>
        ConnectAsync(talk, c => absent?.Invoke(c) is { } why ? Finding.Absent(why) : Finding.Of(conforms(c), $"CONNECT's flags are 0x{c.Flags:x2}"));

    private static Finding Text(byte[] text) => Finding.Of(Strings.WellFormed(text) && !text.Contains((byte)0), Strings.WellFormed(text) ? $"{text.Length} bytes of text" : "bytes that are no UTF-8");

    private static string LeftOver(ConnectFrame connect) => connect.LeftOver == 0 ? "nothing stands behind the fields that are announced" : $"{connect.LeftOver} bytes stand behind the fields that are announced";
}
