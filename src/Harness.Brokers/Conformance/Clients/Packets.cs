namespace Harness.Brokers.Conformance.Clients;

/// <summary>Judges packets that a device sent by itself, in the observed session and in the one without acknowledgements.</summary>
internal static class Packets
{
    /// <summary>The packets of a kind.</summary>
    public static async Task<List<Frame>> OfAsync(ClientTalk talk, Func<Frame, bool> which)
    {
        var observed = await talk.ObservedAsync();
        var held = await talk.HeldAsync();
        return [.. observed.Frames.Concat(held.Frames).Where(which)];
    }

    /// <summary>Holds each packet of a kind against a rule.</summary>
    /// <param name="talk">The talk.</param>
    /// <param name="which">The kind.</param>
    /// <param name="kind">The kind in words, in the plural.</param>
    /// <param name="fault">The fault of a packet in words; null where it has none.</param>
    public static async Task<Finding> EachAsync(ClientTalk talk, Func<Frame, bool> which, string kind, Func<Frame, string?> fault)
    {
        var packets = await OfAsync(talk, which);
        return packets.FirstOrDefault(p => fault(p) is not null) is { } wrong ? Finding.Violates($"{wrong}: {fault(wrong)}")
            : packets.Count == 0 ? None(talk, kind)
            : Finding.Conforms($"{packets.Count} {kind}");
    }

    /// <summary>Not decided, as the device sent none of a kind.</summary>
    public static Finding None(ClientTalk talk, string kind) => Finding.NotDecided($"the device sent no {kind} in {talk.Client.ObserveFor.TotalSeconds:0.#} s");

    public static bool Is(Frame frame, params PacketType[] types) => types.Contains(frame.Type);
}
