namespace Harness.Adversary;

/// <summary>A piece of a plaintext on the wire.</summary>
/// <param name="Connection">Number of the connection at the tap.</param>
/// <param name="Direction">Its direction.</param>
/// <param name="Offset">Byte offset in that direction's stream.</param>
/// <param name="Encoding">Its encoding: <c>raw</c>, <c>hex</c> or <c>base64</c>.</param>
/// <param name="Plaintext">Index of the plaintext, from 0, in the order given.</param>
public sealed record PlaintextFinding(int Connection, PacketDirection Direction, int Offset, string Encoding, int Plaintext);

/// <summary>Looks for any 8 consecutive bytes of known plaintexts in every byte on the wire: raw, hex in both cases, base64 (and its URL alphabet) at all three alignments.</summary>
/// <remarks>
/// A scan proves nothing unless it can find: each one first plants every plaintext in every encoding into a copy of the capture and
/// must see them all (positive control). Encodings other than these, compression and encryption are not undone.
/// </remarks>
public sealed class PlaintextScan
{
    /// <summary>Shortest piece looked for, and shortest plaintext, bytes.</summary>
    public const int MinimumPieceLength = 8;

    private readonly List<(byte[] Bytes, string Encoding, int Plaintext)> _patterns = [];
    private readonly byte[][] _plaintexts;

    /// <summary>A scan for some plaintexts.</summary>
    /// <param name="plaintexts">At least one, each of <see cref="MinimumPieceLength"/> bytes or more.</param>
    /// <exception cref="ArgumentException">None, or a shorter one: its pieces would be found by chance.</exception>
    public PlaintextScan(params IReadOnlyList<byte[]> plaintexts)
    {
        if (plaintexts.Count == 0 || plaintexts.Any(p => p.Length < MinimumPieceLength))
        {
            throw new ArgumentException($"A scan needs plaintexts of at least {MinimumPieceLength} bytes.", nameof(plaintexts));
        }

        _plaintexts = [.. plaintexts.Select(p => (byte[])p.Clone())];
        var known = new HashSet<string>();
        for (var i = 0; i < _plaintexts.Length; i++)
        {
            for (var start = 0; start + MinimumPieceLength <= _plaintexts[i].Length; start++)
            {
                foreach (var (bytes, encoding) in Encodings(_plaintexts[i].AsSpan(start, MinimumPieceLength).ToArray()))
                {
                    if (known.Add(encoding + Convert.ToHexString(bytes)))
                    {
                        _patterns.Add((bytes, encoding, i));
                    }
                }
            }
        }
    }

    /// <summary>Scans a capture.</summary>
    /// <param name="capture">Every byte at the tap.</param>
    /// <returns>Findings, at most one for each encoding and plaintext on each way of each connection; empty where there is none.</returns>
    /// <exception cref="InconclusiveException">Nothing was captured: nothing is proven.</exception>
    /// <exception cref="RigErrorException">The positive control was not found.</exception>
    public IReadOnlyList<PlaintextFinding> Scan(IReadOnlyList<CapturedBytes> capture)
    {
        if (capture.All(c => c.Bytes.IsEmpty))
        {
            throw new InconclusiveException("plaintext scan", "bytes at the tap", "none", "bytes");
        }

        var findings = new List<PlaintextFinding>();
        foreach (var stream in capture.GroupBy(c => (c.Connection, c.Direction, c.Left)))
        {
            var bytes = Join(stream);
            Control(bytes, stream.Key.Connection);
            findings.AddRange(Find(bytes, stream.Key.Connection, stream.Key.Direction));
        }

        return [.. findings.DistinctBy(f => (f.Connection, f.Direction, f.Encoding, f.Plaintext))];
    }

    private static byte[] Join(IEnumerable<CapturedBytes> chunks)
    {
        // Joined, so that a piece cut by the network's packets is found too.
        var joined = new MemoryStream();
        foreach (var chunk in chunks)
        {
            joined.Write(chunk.Bytes.Span);
        }

        return joined.ToArray();
    }

    private static IEnumerable<(byte[] Bytes, string Encoding)> Encodings(byte[] piece)
    {
        yield return (piece, "raw");
        yield return (Encoding.ASCII.GetBytes(Convert.ToHexStringLower(piece)), "hex");
        yield return (Encoding.ASCII.GetBytes(Convert.ToHexString(piece)), "hex");
        for (var before = 0; before < 3; before++)
        {
            // Only the characters that the piece alone determines: those that share bits with its neighbours are cut off.
            var encoded = Convert.ToBase64String([.. new byte[before], .. piece]);
            var first = before == 0 ? 0 : before + 1;
            var last = (before + piece.Length) * 8 / 6;
            var inner = encoded[first..last];
            yield return (Encoding.ASCII.GetBytes(inner), "base64");
            yield return (Encoding.ASCII.GetBytes(inner.Replace('+', '-').Replace('/', '_')), "base64");
        }
    }

    private void Control(byte[] stream, int connection)
    {
        for (var i = 0; i < _plaintexts.Length; i++)
        {
            var piece = _plaintexts[i];
            byte[][] planted =
            [
                piece,
                Encoding.ASCII.GetBytes(Convert.ToHexStringLower(piece)),
                Encoding.ASCII.GetBytes(Convert.ToHexString(piece)),
                .. Enumerable.Range(0, 3).Select(n => Encoding.ASCII.GetBytes(Convert.ToBase64String([.. Enumerable.Repeat((byte)0xA5, n), .. piece, 0x5A]))),
            ];
            foreach (var plant in planted)
            {
                var at = stream.Length / 2;
                byte[] with = [.. stream[..at], .. plant, .. stream[at..]];
                if (!_patterns.Any(p => with.AsSpan(at, plant.Length).IndexOf(p.Bytes) >= 0) || !Find(with, connection, default).Any())
                {
                    throw new RigErrorException("plaintext scan", "its positive control found", "plaintext " + i + " planted and not found");
                }
            }
        }
    }

    private IEnumerable<PlaintextFinding> Find(byte[] stream, int connection, PacketDirection direction)
    {
        foreach (var (bytes, encoding, plaintext) in _patterns)
        {
            var at = stream.AsSpan().IndexOf(bytes);
            if (at >= 0)
            {
                yield return new PlaintextFinding(connection, direction, at, encoding, plaintext);
            }
        }
    }
}
