namespace Harness.Brokers.Conformance;

/// <summary>Names, keep-alive and take-over.</summary>
internal static class Connecting
{
    private const MqttVersion V3 = MqttVersion.V311;
    private const MqttVersion V5 = MqttVersion.V5;

    [Statement(V3, "MQTT-3.12.4-1", "answers PINGREQ with PINGRESP")]
    [Statement(V5, "MQTT-3.12.4-1", "answers PINGREQ with PINGRESP")]
    public static async Task<Finding> Ping(Conversation talk)
    {
        var peer = await talk.OpenAsync();
        await peer.SendAsync(new PingReqPacket());
        return Finding.Of(await peer.AnswerAsync<PingRespPacket>() is not null, "an answer, or none");
    }

    [Statement(V3, "MQTT-3.1.3-5", "lets in a client whose name has 23 letters and digits")]
    [Statement(V5, "MQTT-3.1.3-5", "lets in a client whose name has 23 letters and digits")]
    public static async Task<Finding> Names(Conversation talk)
    {
        var name = (talk.Name() + "0123456789abcdefghijklm")[..23];
        var peer = await talk.DialAsync();
        await peer.SendAsync(talk.With(new ConnectPacket { ClientId = name }));
        var answer = await peer.NextAsync();
        return answer is ConnAckPacket { Reason: ReasonCode.NotAuthorized or ReasonCode.BadUserNameOrPassword }
            ? Finding.NotDecided("the broker wants a user")
            : Finding.Of(answer is ConnAckPacket { Reason: ReasonCode.Success }, Peer.Words(answer));
    }

    [Statement(V3, "MQTT-3.1.3-6", "gives a client with an empty name one of its own, where it lets such a client in")]
    [Statement(V5, "MQTT-3.1.3-6", "gives a client with an empty name one of its own, where it lets such a client in")]
    [Statement(V5, "MQTT-3.2.2-16", "tells a client with an empty name in CONNACK which one it got, a new one each time")]
    public static async Task<Finding> EmptyName(Conversation talk)
    {
        await talk.OpenAsync();
        var answers = new List<ConnAckPacket>();
        var peers = new List<Peer>();
        for (var i = 0; i < 2; i++)
        {
            var peer = await talk.DialAsync();
            await peer.SendAsync(talk.With(new ConnectPacket()) with { ClientId = "" });
            if (await peer.NextAsync() is not ConnAckPacket { Reason: ReasonCode.Success } accepted)
            {
                return Finding.Absent("an empty name is refused");
            }

            answers.Add(accepted);
            peers.Add(peer);
        }

        await peers[0].SendAsync(new PingReqPacket());
        var both = await peers[0].NextAsync() is PingRespPacket;
        var told = answers.Select(a => a.AssignedClientIdentifier).ToList();
        return Finding.Of(both && (talk.Number != "MQTT-3.2.2-16" || (told.TrueForAll(t => !string.IsNullOrEmpty(t)) && told[0] != told[1])), (both ? "both clients are connected" : "the second took the place of the first") + (talk.Five ? $", named {told[0] ?? "nothing"} and {told[1] ?? "nothing"}" : ""));
    }

    [Statement(V3, "MQTT-3.1.3-8", "refuses an empty name without Clean Session by CONNACK 0x02 and ends the connection")]
    public static async Task<Finding> EmptyNameKept(Conversation talk)
    {
        await talk.OpenAsync();
        var peer = await talk.DialAsync();
        await peer.SendAsync(talk.With(new ConnectPacket { CleanStart = false }) with { ClientId = "" });
        var answer = await peer.NextAsync();
        return Finding.Of(answer is ConnAckPacket { Reason: ReasonCode.ClientIdentifierNotValid } && await peer.EndsAsync(), Peer.Words(answer));
    }

    [Statement(V3, "MQTT-3.1.4-2", "ends the earlier connection of a client that comes by the same name")]
    [Statement(V5, "MQTT-3.1.4-3", "ends the earlier connection of a client that comes by the same name")]
    public static async Task<Finding> TakeOver(Conversation talk)
    {
        var name = talk.Name();
        var first = await talk.OpenAsync(new ConnectPacket { ClientId = name });
        await talk.OpenAsync(new ConnectPacket { ClientId = name });
        var ended = await first.EndsAsync();
        return Finding.Of(ended, (ended ? "it ended" : "it stayed") + (first.Goodbye is { } goodbye ? $" with DISCONNECT 0x{(byte)goodbye.Reason:x2}" : ""));
    }

    [Statement(V3, "MQTT-3.1.2-24", "ends the connection of a client that is silent for one and a half times its keep-alive")]
    [Statement(V5, "MQTT-3.1.2-22", "ends the connection of a client that is silent for one and a half times its keep-alive")]
    public static async Task<Finding> KeepAlive(Conversation talk)
    {
        var peer = await talk.OpenAsync(new ConnectPacket { KeepAliveSeconds = 1 });
        if (peer.Answer.ServerKeepAlive is { } own and > 2)
        {
            return Finding.Absent($"the broker sets {own} s itself");
        }

        var since = Stopwatch.GetTimestamp();
        var ended = await peer.EndsAsync(TimeSpan.FromSeconds(8));
        var after = Stopwatch.GetElapsedTime(since).TotalSeconds;
        return Finding.Of(ended && after > 1, ended ? $"it ended after {after:F1} s with a keep-alive of 1 s" : "it was still open after 8 s with a keep-alive of 1 s");
    }

    [Statement(V3, "MQTT-3.2.2-5", "ends the connection after a CONNACK that refuses")]
    [Statement(V5, "MQTT-3.2.2-7", "ends the connection after a CONNACK that refuses")]
    public static async Task<Finding> Refusal(Conversation talk)
    {
        await talk.OpenAsync();
        var peer = await talk.DialAsync();
        await peer.SendAsync(talk.Five
            ? talk.With(new ConnectPacket { AuthenticationMethod = "no-such-method" })
            : talk.With(new ConnectPacket { CleanStart = false }) with { ClientId = "" });
        var answer = await peer.NextAsync();
        return answer is not ConnAckPacket { Reason: >= ReasonCode.UnspecifiedError }
            ? Finding.NotDecided($"no refusal was seen: {Peer.Words(answer)}")
            : Finding.Of(await peer.EndsAsync(), $"{Peer.Words(answer)}{(peer.Ended ? "" : ", and the connection stayed")}");
    }
}
