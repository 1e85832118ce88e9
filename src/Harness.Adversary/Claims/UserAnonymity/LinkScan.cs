namespace Harness.Adversary.Claims.UserAnonymity;

/// <summary>A byte string that links two sessions.</summary>
/// <param name="Bytes">The string, 6 bytes or more.</param>
/// <param name="Packet">The packet of the first session it stands in, for example <c>CONNECT to the broker</c>.</param>
internal sealed record Link(byte[] Bytes, string Packet)
{
    private const int Shown = 60;

    /// <summary>As text, with a dot for what is not printable.</summary>
    public override string ToString()
    {
        var text = string.Concat(Bytes.Take(Shown).Select(b => b is >= 0x20 and < 0x7f ? (char)b : '.'));
        return $"'{text}{(Bytes.Length > Shown ? "..." : "")}' ({Bytes.Length} bytes, {Packet})";
    }
}

/// <summary>Looks for what an eavesdropper can tell two sessions of one client by: strings of 6 or more bytes in both that no session of another client holds.</summary>
/// <remarks>
/// Addresses, ports, times and lengths are not looked at. What every client sends alike (protocol name, method, S) is no link: a session of
/// another client takes it out, whose names should have the same lengths, or lengths would be found after all. Strings are looked for
/// within packets, in both directions, fields and properties alike, raw. What of a string's ends the other client sends too is cut off before
/// it is measured: "plant/4" in both sessions tells nothing where everybody's topics begin with "plant/".
/// </remarks>
internal static class LinkScan
{
    /// <summary>Shortest string that counts, bytes: two random ones of this length meet once in 2^48.</summary>
    public const int MinimumPieceLength = 6;

    // Shorter pieces meet by chance, also in another client's session.
    private const int MinimumCommonPieces = 3;

    /// <summary>The links, longest first.</summary>
    /// <exception cref="InconclusiveException">A session without CONNECT: nothing was captured, nothing is proven.</exception>
    public static IReadOnlyList<Link> Find(IReadOnlyList<ProxiedPacket> first, IReadOnlyList<ProxiedPacket> second, IReadOnlyList<ProxiedPacket> other)
    {
        foreach (var (session, name) in new[] { (first, "the first session"), (second, "the second session"), (other, "another client's session") })
        {
            if (!session.Any(p => p.Packet is ConnectPacket))
            {
                throw new InconclusiveException("captured sessions", $"a CONNECT in {name}", $"{session.Count} packets without one");
            }
        }

        var candidates = Windows(second);
        candidates.ExceptWith(Windows(other));
        var links = new Dictionary<string, Link>();
        foreach (var packet in first)
        {
            foreach (var run in Runs(packet.Raw.Span, candidates).Select(r => Trim(r, other)).Where(r => r.Length >= MinimumPieceLength))
            {
                links.TryAdd(Convert.ToHexString(run), new Link(run, $"{packet.Packet?.Type.ToString().ToUpperInvariant() ?? "undecodable"} {Way(packet.Direction)}"));
            }
        }

        return [.. links.Values.OrderByDescending(l => l.Bytes.Length)];
    }

    private static byte[] Trim(byte[] run, IReadOnlyList<ProxiedPacket> other)
    {
        var start = 0;
        for (var n = MinimumCommonPieces; n <= run.Length && Occurs(run.AsSpan(0, n), other); n++)
        {
            start = n;
        }

        var end = run.Length;
        for (var n = MinimumCommonPieces; n <= end - start && Occurs(run.AsSpan(run.Length - n), other); n++)
        {
            end = run.Length - n;
        }

        return run[start..Math.Max(start, end)];
    }

    private static bool Occurs(ReadOnlySpan<byte> bytes, IReadOnlyList<ProxiedPacket> session)
    {
        foreach (var packet in session)
        {
            if (packet.Raw.Span.IndexOf(bytes) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static string Way(PacketDirection direction) => direction == PacketDirection.ToBroker ? "to the broker" : "to the client";

    private static HashSet<ulong> Windows(IEnumerable<ProxiedPacket> session)
    {
        var windows = new HashSet<ulong>();
        foreach (var packet in session)
        {
            for (var i = 0; i + MinimumPieceLength <= packet.Raw.Length; i++)
            {
                windows.Add(Window(packet.Raw.Span[i..]));
            }
        }

        return windows;
    }

    private static List<byte[]> Runs(ReadOnlySpan<byte> bytes, HashSet<ulong> candidates)
    {
        var runs = new List<byte[]>();
        var start = -1;
        for (var i = 0; i + MinimumPieceLength <= bytes.Length + 1; i++)
        {
            var hit = i + MinimumPieceLength <= bytes.Length && candidates.Contains(Window(bytes[i..]));
            if (hit && start < 0)
            {
                start = i;
            }
            else if (!hit && start >= 0)
            {
                runs.Add(bytes[start..(i - 1 + MinimumPieceLength)].ToArray());
                start = -1;
            }
        }

        return runs;
    }

    private static ulong Window(ReadOnlySpan<byte> bytes)
    {
        var window = 0UL;
        for (var i = 0; i < MinimumPieceLength; i++)
        {
            window = (window << 8) | bytes[i];
        }

        return window;
    }
}
