namespace Harness.Adversary.Taps;

/// <summary>Compares payloads of a topic with each other, whole and by blocks of eight bytes, as a cipher without a nonce repeats them.</summary>
/// <remarks>Bytes with which all messages of the topic begin are not counted: a header or a counter's upper half looks like that too.</remarks>
[TapAttack("equal-payloads", "no two messages of a topic show that something in them is the same", Order = 5)]
internal sealed class EqualPayloads : MessageWatch
{
    private const int Block = 8;
    private const int Shortest = 4;
    private const int Enough = 4;
    private readonly HashSet<string> _whole = new(StringComparer.Ordinal);
    private readonly HashSet<string> _blocks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (byte[] First, int Common)> _topics = new(StringComparer.Ordinal);
    private int _seen;

    public override bool IsPassive => true;

    protected override IReadOnlyList<ProxyAction>? SeeMessage(ProxiedPacket packet, PublishPacket message)
    {
        var payload = message.Payload.Span;
        if (payload.Length < Shortest)
        {
            return null;
        }

        var repeats = !_whole.Add($"{message.Topic}\n{Convert.ToHexString(payload)}") ? "a whole payload" : null;
        var own = new HashSet<string>(StringComparer.Ordinal);
        var common = Common(message.Topic, payload);
        for (var at = 0; at + Block <= payload.Length; at += Block)
        {
            var block = $"{message.Topic}\n{Convert.ToHexString(payload.Slice(at, Block))}";
            repeats ??= at >= common && _blocks.Contains(block) ? "a block of eight bytes" : null;
            own.Add(block);
        }

        _blocks.UnionWith(own);
        if (repeats is not null)
        {
            Settle(Verdict.Fail, $"{repeats} of connection {packet.Connection} stood in an earlier message of the topic");
        }
        else if (++_seen == Enough)
        {
            Settle(Verdict.Pass, $"{Enough} messages without a repeated payload or block; that two had the same plaintext does not show here");
        }

        return null;
    }

    // The number of bytes with which all messages of the topic so far begin; 0 for the first.
    private int Common(string topic, ReadOnlySpan<byte> payload)
    {
        if (!_topics.TryGetValue(topic, out var seen))
        {
            _topics[topic] = (payload.ToArray(), payload.Length);
            return 0;
        }

        var common = Math.Min(seen.Common, payload.CommonPrefixLength(seen.First));
        _topics[topic] = (seen.First, common);
        return common;
    }
}
