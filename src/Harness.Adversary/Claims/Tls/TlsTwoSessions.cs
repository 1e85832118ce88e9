using Harness.Adversary.Claims.UserAnonymity;

namespace Harness.Adversary.Claims.Tls;

/// <summary>Two sessions of one device and one of another are compared.</summary>
[Attack("ua-tls-two-sessions", Order = 51)]
internal sealed class TlsTwoSessions : TlsAttack
{
    private const int Sessions = 4;

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.UserAnonymity),
        Schemes = SchemeSets.Tls,
        Precondition = "an eavesdropper with a capture; addresses, ports, timing and lengths are excluded and not looked at. No resumption; TLS 1.3 where there are certificates, 1.2 with a key",
        Summary = "captures four sessions of the publisher and as many of the subscriber, and looks for what links the publisher's",
        Observation = "6 or more bytes that stand in every session of one client and in none of the other's",
        Reference = "RFC 8446 section 4.4 (certificates are encrypted); MQTT 5 section 3.1.3.1 (ClientId)",
        Control = Plain,
    };

    protected override async Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken)
    {
        // Constant bytes beside one that is random agree by chance in one of 256 pairs of sessions; not in four sessions in a row.
        HashSet<long>? linking = null;
        var seen = 0;
        for (var session = 0; session < Sessions; session++)
        {
            var before = scene.PublisherWire.Capture.Count;
            await scene.LogInAsync(cancellationToken).ConfigureAwait(false);
            var windows = Windows([.. scene.PublisherWire.Capture.Skip(before)]);
            seen += windows.Count;
            linking = linking is null ? windows : [.. linking.Intersect(windows)];
        }

        linking!.ExceptWith(Windows(scene.SubscriberWire.Capture));
        return new AttackResult(linking.Count > 0, linking.Count == 0
            ? $"none of {seen} strings of {LinkScan.MinimumPieceLength} bytes stands in all {Sessions} sessions of the publisher alone; addresses, ports, timing and lengths were not looked at"
            : $"{linking.Count} strings of {LinkScan.MinimumPieceLength} bytes stand in all {Sessions} sessions of the publisher and in none of the other device's");
    }

    // What records hold: their headers are lengths, which are not looked at. Anything else as it is.
    private static IEnumerable<byte[]> Pieces(byte[] bytes)
    {
        const int Header = 5;
        var at = 0;
        while (bytes.Length - at > Header && bytes[at] is >= 20 and <= 23 && bytes[at + 1] == 3)
        {
            var end = Math.Min(bytes.Length, at + Header + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 3)));
            yield return bytes[(at + Header)..end];
            at = end;
        }

        yield return bytes[at..];
    }

    private static HashSet<long> Windows(IReadOnlyList<CapturedBytes> capture)
    {
        var windows = new HashSet<long>();
        foreach (var way in capture.GroupBy(c => (c.Connection, c.Direction)))
        {
            foreach (var piece in Pieces([.. way.SelectMany(c => c.Bytes.ToArray())]))
            {
                for (var i = 0; i + LinkScan.MinimumPieceLength <= piece.Length; i++)
                {
                    windows.Add(piece.AsSpan(i, LinkScan.MinimumPieceLength).ToArray().Aggregate(0L, (sum, b) => (sum << 8) | b));
                }
            }
        }

        return windows;
    }
}
