using System.Text.Unicode;

namespace Harness.Adversary.Taps;

/// <summary>Reads payloads as text.</summary>
[TapAttack("payload-in-clear", "no payload is text for whoever reads the wire", Order = 4)]
internal sealed class PayloadInClear : MessageWatch
{
    private const int Shortest = 3; // a shorter one is text by chance too often
    private const int Enough = 4;
    private int _seen;

    public override bool IsPassive => true;

    protected override IReadOnlyList<ProxyAction>? SeeMessage(ProxiedPacket packet, PublishPacket message)
    {
        var payload = message.Payload.Span;
        if (payload.Length >= Shortest && IsText(payload))
        {
            Settle(Verdict.Fail, $"a message of connection {packet.Connection} is {payload.Length} bytes of text");
        }
        else if (payload.Length >= Shortest && ++_seen == Enough)
        {
            Settle(Verdict.Pass, $"{Enough} messages, none of them text; numbers in clear would not show so");
        }

        return null;
    }

    /// <summary>True for UTF-8 without control characters but those of lines and tabs.</summary>
    internal static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or 0x7F)
            {
                return false;
            }
        }

        return Utf8.IsValid(bytes);
    }
}
