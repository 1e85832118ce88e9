namespace Harness.Brokers.Conformance.Clients;

/// <summary>A device whose connection is cut while messages are unacknowledged, and that comes back.</summary>
internal static class Resending
{
    private const MqttVersion V3 = MqttVersion.V311;
    private const MqttVersion V5 = MqttVersion.V5;

    [Statement(V3, "MQTT-4.4.0-1", "sends unacknowledged messages again when it resumes its session")]
    [Statement(V5, "MQTT-4.4.0-1", "sends unacknowledged messages again when it resumes its session, and at no other time")]
    public static async Task<Finding> Again(ClientTalk talk)
    {
        var held = (await talk.HeldAsync()).Of(PacketType.Publish).Where(f => f.Qos > 0).ToList();
        if (talk.Five && held.Where((f, i) => f.Dup && held.Take(i).Any(earlier => earlier.PacketId == f.PacketId)).FirstOrDefault() is { } untimely)
        {
            return Finding.Violates($"{untimely} came again on the same connection");
        }

        var resumed = await talk.ResumedAsync();
        var missing = resumed.Open.Count(open => Repeated(resumed).All(f => f.PacketId != open.PacketId));
        return resumed.Undecided ?? Finding.Of(missing == 0, $"{resumed.Open.Count - missing} of {resumed.Open.Count} unacknowledged messages came again");
    }

    [Statement(V3, "MQTT-2.3.1-3", "sends a message again under its identifier")]
    public static async Task<Finding> SameIdentifier(ClientTalk talk)
    {
        var resumed = await talk.ResumedAsync();
        var again = resumed.After?.Of(PacketType.Publish).Where(f => f.Dup).ToList() ?? [];
        return resumed.Undecided
            ?? (again.Count == 0 ? Finding.NotDecided("nothing came again with DUP")
                : again.FirstOrDefault(f => resumed.Open.All(open => open.PacketId != f.PacketId)) is { } other ? Finding.Violates($"{other}: no unacknowledged message has that identifier")
                : Finding.Conforms($"{again.Count} messages came again"));
    }

    [Statement(V3, "MQTT-3.3.1-1", "sets DUP in a message that it sends again")]
    [Statement(V5, "MQTT-3.3.1-1", "sets DUP in a message that it sends again")]
    public static async Task<Finding> Dup(ClientTalk talk)
    {
        var resumed = await talk.ResumedAsync();
        var again = Repeated(resumed);
        return resumed.Undecided
            ?? (again.Count == 0 ? Finding.NotDecided("no message came again")
                : again.FirstOrDefault(f => !f.Dup) is { } plain ? Finding.Violates($"{plain} came again without DUP")
                : Finding.Conforms($"{again.Count} messages came again with DUP"));
    }

    [Statement(V3, "MQTT-4.6.0-1", "sends messages again in the order in which it sent them first")]
    [Statement(V5, "MQTT-4.6.0-1", "sends messages again in the order in which it sent them first")]
    public static async Task<Finding> Order(ClientTalk talk)
    {
        var resumed = await talk.ResumedAsync();
        var again = Repeated(resumed).Select(f => f.PacketId).Distinct().ToList();
        return resumed.Undecided
            ?? (again.Count < 2 ? Finding.NotDecided("no two messages came again")
                : Finding.Of(again.SequenceEqual(resumed.Open.Select(f => f.PacketId).Distinct().Where(again.Contains)), $"first {string.Join(", ", resumed.Open.Select(f => f.PacketId))}, again {string.Join(", ", again)}"));
    }

    [Statement(V5, "MQTT-3.2.2-5", "discards its session where the server has none any more")]
    public static async Task<Finding> Discarded(ClientTalk talk)
    {
        var lost = await ClientSessions.ResumeAsync(talk, Serving.NoAcknowledgement, present: false);
        var kept = lost.After?.Frames.FirstOrDefault(f => f is { Type: PacketType.Publish, Dup: true } or { Type: PacketType.PubRel });
        return lost.Undecided ?? (kept is null ? await HangsAsync(talk, lost) : null) ?? Finding.Of(kept is null, kept is null ? "nothing of the lost session came" : $"{kept} of the lost session came");
    }

    [Statement(V5, "MQTT-4.3.3-6", "does not send a message of QoS 2 again after PUBREL")]
    public static async Task<Finding> NotAfterRelease(ClientTalk talk)
    {
        var resumed = await ClientSessions.ResumeAsync(talk, new Serving { Completes = false }, present: true);
        var released = resumed.Before.Of(PacketType.PubRel).Select(f => f.PacketId).ToHashSet();
        return resumed.Undecided
            ?? (released.Count == 0 ? Finding.NotDecided("the device sent no PUBREL before the cut")
                : Repeated(resumed).FirstOrDefault(f => f.Qos == 2 && f.Dup && released.Contains(f.PacketId)) is { } again ? Finding.Violates($"{again} came after its PUBREL")
                : await HangsAsync(talk, resumed) ?? Finding.Conforms($"{released.Count} messages were released and did not come again"));
    }

    [Statement(V5, "MQTT-4.4.0-2", "does not send a message again that was refused")]
    public static async Task<Finding> NotAfterRefusal(ClientTalk talk)
    {
        var resumed = await ClientSessions.ResumeAsync(talk, new Serving { Reason = ReasonCode.QuotaExceeded }, present: true);
        return resumed.Undecided
            ?? (Repeated(resumed).FirstOrDefault(f => f.Dup) is { } again ? Finding.Violates($"{again} came after its refusal")
                : await HangsAsync(talk, resumed) ?? Finding.Conforms($"{resumed.Open.Count} messages were refused and did not come again"));
    }

    /// <summary>The finding where a device that came back did nothing at all; else null.</summary>
    private static async Task<Finding?> HangsAsync(ClientTalk talk, Resumption resumed) =>
        await Receiving.IsAliveAsync(talk, resumed.After!) ? null : Finding.NotDecided("the device came back and sent nothing at all");

    /// <summary>Messages after the cut under an identifier and topic that were sent before it.</summary>
    private static List<Frame> Repeated(Resumption resumed) =>
        [.. resumed.After?.Of(PacketType.Publish).Where(f => f.Qos > 0 && resumed.Open.Any(open => open.PacketId == f.PacketId && open.Topic.AsSpan().SequenceEqual(f.Topic))) ?? []];
}
