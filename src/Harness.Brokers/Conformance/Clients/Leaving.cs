namespace Harness.Brokers.Conformance.Clients;

/// <summary>Keep-alive and DISCONNECT.</summary>
internal static class Leaving
{
    private const MqttVersion V3 = MqttVersion.V311;
    private const MqttVersion V5 = MqttVersion.V5;
    private const double Late = 1.5; // a server waits this many keep-alives before it gives a client up

    private static readonly byte[] Reasons =
        [0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];

    [Statement(V3, "MQTT-3.1.2-23", "sends PINGREQ where it would else be silent for its keep-alive")]
    [Statement(V5, "MQTT-3.1.2-20", "sends PINGREQ where it would else be silent for its keep-alive")]
    public static async Task<Finding> KeepAlive(ClientTalk talk)
    {
        var own = TimeSpan.FromSeconds((await talk.ObservedAsync()).Connect!.KeepAlive);
        return own == TimeSpan.Zero ? Finding.Absent("the device sets no keep-alive")
            : own > talk.Client.KeepAliveUpTo ? Finding.NotDecided($"the device's keep-alive of {own.TotalSeconds:0} s is longer than is waited for ({talk.Client.KeepAliveUpTo.TotalSeconds:0} s)")
            : await AliveAsync(talk, own, new ConnAckPacket());
    }

    [Statement(V5, "MQTT-3.1.2-21", "uses the server's keep-alive in place of its own")]
    [Statement(V5, "MQTT-3.2.2-21", "uses the server's keep-alive in place of its own")]
    public static Task<Finding> ServerKeepAlive(ClientTalk talk) => AliveAsync(talk, TimeSpan.FromSeconds(2), new ConnAckPacket { ServerKeepAlive = 2 });

    [Statement(V3, "MQTT-3.14.1-1", "sends DISCONNECT with the flags 0000")]
    [Statement(V5, "MQTT-3.14.1-1", "sends DISCONNECT with the flags 0000")]
    public static Task<Finding> Flags(ClientTalk talk) => GoodbyeAsync(talk, link => Finding.Of(link.Goodbye!.Flags == 0, $"its flags are {link.Goodbye.Flags:b4}"));

    [Statement(V5, "MQTT-3.14.2-1", "gives DISCONNECT a reason that a client's DISCONNECT has")]
    public static Task<Finding> Reason(ClientTalk talk) => GoodbyeAsync(talk, link => Finding.Of(Reasons.Contains(link.Goodbye!.Reason), $"{link.Goodbye}"));

    [Statement(V3, "MQTT-3.14.4-1", "ends the connection after DISCONNECT")]
    [Statement(V5, "MQTT-3.14.4-2", "ends the connection after DISCONNECT")]
    public static Task<Finding> Ends(ClientTalk talk) => GoodbyeAsync(talk, link => Finding.Of(link.Ended, link.Ended ? "the connection ended" : "the connection stayed"));

    [Statement(V3, "MQTT-3.14.4-2", "sends nothing after DISCONNECT")]
    [Statement(V5, "MQTT-3.14.4-1", "sends nothing after DISCONNECT")]
    public static Task<Finding> Nothing(ClientTalk talk) => GoodbyeAsync(talk, link =>
        link.Frames.SkipWhile(f => f != link.Goodbye).Skip(1).FirstOrDefault() is { } late ? Finding.Violates($"{late} came after DISCONNECT") : Finding.Conforms("nothing came"));

    private static async Task<Finding> GoodbyeAsync(ClientTalk talk, Func<DeviceLink, Finding> judge)
    {
        var link = await talk.ObservedAsync();
        return link.Goodbye is null ? Finding.NotDecided(link.Ended ? "the device ended the connection without DISCONNECT" : "the device did not leave") : judge(link);
    }

    /// <summary>Serves for several keep-alives and takes the longest pause between two packets.</summary>
    private static async Task<Finding> AliveAsync(ClientTalk talk, TimeSpan every, ConnAckPacket answer)
    {
        var link = await talk.ConnectAsync(answer);
        var during = (Late * every) + TimeSpan.FromSeconds(1) + (every < TimeSpan.FromSeconds(3) ? every : TimeSpan.Zero);
        await link.ServeAsync(during);
        var times = link.Frames.Select(f => f.At).Prepend(TimeSpan.Zero).Append(link.Now).ToList();
        var pause = times.Zip(times.Skip(1), (before, after) => after - before).Max();
        var pings = link.Of(PacketType.PingReq).Count();
        var seen = $"{pings} PINGREQ, and a longest pause of {pause.TotalSeconds:0.0} s under a keep-alive of {every.TotalSeconds:0} s";
        return pause > (Late * every) + TimeSpan.FromMilliseconds(300) ? Finding.Violates(seen)
            : link.Ended ? Finding.NotDecided("the device left")
            : pings == 0 ? Finding.NotDecided($"the device sent other packets all the time ({seen})")
            : Finding.Conforms(seen);
    }
}
