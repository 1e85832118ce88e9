namespace Harness.Brokers.Conformance.Clients;

/// <summary>Packets of the server that a device must not go on after.</summary>
internal static class Refusing
{
    private const MqttVersion V3 = MqttVersion.V311;
    private const MqttVersion V5 = MqttVersion.V5;

    [Statement(V3, "MQTT-1.5.3-1", "ends the connection on which ill-formed UTF-8 comes")]
    public static Task<Finding> IllFormedText(ClientTalk talk) => EndsAsync(talk, "30 05 0003 EDA080");

    [Statement(V3, "MQTT-1.5.3-2", "ends the connection on which U+0000 comes in a string")]
    public static Task<Finding> NullCharacter(ClientTalk talk) => EndsAsync(talk, "30 05 0003 610062");

    [Statement(V3, "MQTT-2.2.2-2", "ends the connection on which a packet with invalid flags comes")]
    public static Task<Finding> InvalidFlags(ClientTalk talk) => EndsAsync(talk, "D1 00");

    [Statement(V3, "MQTT-3.3.1-4", "sends no PUBLISH with both QoS bits set, and ends the connection on which one comes")]
    public static async Task<Finding> BothQosBits(ClientTalk talk) =>
        await Packets.OfAsync(talk, f => f is { Type: PacketType.Publish, Qos: 3 }) is [var own, ..] ? Finding.Violates($"the device sent {own}") : await EndsAsync(talk, "36 05 0001 61 0001");

    [Statement(V3, "MQTT-4.8.0-1", "ends the connection after a protocol violation: a message before CONNACK, a wildcard in a topic name, SUBSCRIBE from the server")]
    public static async Task<Finding> Violation(ClientTalk talk)
    {
        var early = await talk.DialedAsync();
        await early.SendHexAsync("30 03 0001 61");
        await early.EndsAsync(Serving.NoAcknowledgement);
        if (!early.Ended)
        {
            return Finding.Violates("a message before CONNACK: the connection stayed");
        }

        var undecided = (Finding?)null;
        foreach (var (what, hex) in new[] { ("a wildcard in a topic name", "30 05 0003 612F23"), ("SUBSCRIBE from the server", "82 06 0001 0001 61 00") })
        {
            var finding = await EndsAsync(talk, hex);
            finding = finding with { Seen = $"{what}: {finding.Seen}" };
            if (finding.Verdict == ConformanceVerdict.Violates)
            {
                return finding;
            }

            undecided ??= finding.Verdict == ConformanceVerdict.NotDecided ? finding : null;
        }

        return undecided ?? Finding.Conforms("it ended after each of them");
    }

    [Statement(V5, "MQTT-3.2.2-4", "ends the connection where a session is present though it asked for a clean start")]
    public static async Task<Finding> SessionPresent(ClientTalk talk)
    {
        var link = await talk.ConnectAsync(new ConnAckPacket { SessionPresent = true });
        await link.EndsAsync(Serving.NoAcknowledgement);
        return link.Connect!.CleanStart ? await JudgeAsync(talk, link) : Finding.NotDecided("the device connects without a clean start, and may hold a session");
    }

    [Statement(V5, "MQTT-3.15.1-1", "ends the connection on which AUTH with flags other than 0000 comes")]
    public static Task<Finding> AuthFlags(ClientTalk talk) => EndsAsync(talk, "F1 02 18 00");

    [Statement(V5, "MQTT-4.12.0-7", "sends no AUTH where its CONNECT names no authentication method, also when it is asked")]
    public static async Task<Finding> NoAuth(ClientTalk talk)
    {
        var link = await talk.ConnectAsync();
        await link.SettleAsync(Serving.NoAcknowledgement);
        if (link.Connect!.Method is { } method)
        {
            return Finding.Absent($"CONNECT names the method {method}");
        }

        if (link.Ended)
        {
            return Finding.NotDecided("the device left before it was asked");
        }

        var before = link.Frames.Count;
        await link.SendAsync(new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = "conformance", AuthenticationData = [1] });
        await link.EndsAsync(Serving.NoAcknowledgement);
        var sent = link.Of(PacketType.Auth).FirstOrDefault();
        return sent is null && !link.Ended && !await Receiving.IsAliveAsync(talk, link, before)
            ? Finding.NotDecided("the device answers nothing any more")
            : Finding.Of(sent is null, sent is null ? "no AUTH came" : $"{sent} came");
    }

    [Statement(V5, "MQTT-4.12.0-3", "answers AUTH in its login with AUTH 0x18")]
    [Statement(V5, "MQTT-4.12.0-5", "repeats the authentication method of CONNECT in AUTH")]
    public static async Task<Finding> Auth(ClientTalk talk)
    {
        var link = await talk.DialedAsync();
        if (link.Connect is not { Version: V5, Method: { } method })
        {
            return Finding.Absent("CONNECT names no authentication method");
        }

        if (talk.Client.Authenticator?.Supports(method) == true)
        {
            await talk.LetInAsync(link, new ConnAckPacket());
        }
        else
        {
            await link.SendAsync(new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = method, AuthenticationData = new byte[32] });
            await link.ServeAsync(talk.Client.AnswerWithin, f => f.Type == PacketType.Auth);
        }

        if (link.Of(PacketType.Auth).FirstOrDefault() is not { } answer)
        {
            return Finding.NotDecided($"no AUTH came: {link.Goodbye?.ToString() ?? (link.Ended ? "the connection ended" : "nothing came")}");
        }

        var named = answer.Properties.FirstOrDefault(p => p.Id == PropertyId.AuthenticationMethod) is { } property ? Strings.Of(property.Value) : null;
        return talk.Number == "MQTT-4.12.0-3" ? Finding.Of(answer.Reason == (byte)ReasonCode.ContinueAuthentication, answer.ToString()) : Finding.Of(named == method, $"{answer} with the method {named ?? "(none)"}");
    }

    private static async Task<Finding> EndsAsync(ClientTalk talk, string hex)
    {
        var link = await talk.ConnectAsync();
        await link.SettleAsync(Serving.NoAcknowledgement);
        if (link.Ended || link.Goodbye is not null)
        {
            return Finding.NotDecided("the device left before anything wrong was sent");
        }

        await link.SendHexAsync(hex);
        await link.EndsAsync(Serving.NoAcknowledgement);
        return await JudgeAsync(talk, link);
    }

    /// <summary>An end counts only of a device that does not leave like that by itself.</summary>
    private static async Task<Finding> JudgeAsync(ClientTalk talk, DeviceLink link)
    {
        if (!link.Ended)
        {
            return Finding.Violates("the connection stayed");
        }

        var held = await talk.HeldAsync();
        return link.Goodbye is { Reason: >= 0x80 } goodbye ? Finding.Conforms($"the device ended the connection with {goodbye}")
            : !held.LeftByItself || (held.Goodbye is not null && link.Goodbye is null) ? Finding.Conforms("the device ended the connection")
            : Finding.NotDecided("the device ended the connection, as it does by itself when all is well");
    }
}
