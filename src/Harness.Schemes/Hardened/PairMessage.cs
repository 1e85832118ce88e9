namespace Harness.Schemes.Hardened;

/// <summary>The kinds of what a publisher and a subscriber say to each other; the first byte of a body.</summary>
public enum PairMessageKind : byte
{
    /// <summary>Publisher: start a pair run, I hold no key for us.</summary>
    Ask = 1,

    /// <summary>Subscriber: run, method, X.</summary>
    Start = 2,

    /// <summary>Publisher: run, Y.</summary>
    Answer = 3,

    /// <summary>Subscriber: run, V_C.</summary>
    Proof = 4,

    /// <summary>Publisher: run, V_S.</summary>
    Done = 5,

    /// <summary>Either: run, reason.</summary>
    Fail = 6,

    /// <summary>Publisher: topic, count, and the keys of an epoch, sealed under KEK.</summary>
    Epoch = 7,
}

/// <summary>The reason for the end of a pair run.</summary>
public enum PairFailure : byte
{
    /// <summary>An element, a method or a message that the run does not allow here.</summary>
    Protocol = 1,

    /// <summary>A wrong V_C.</summary>
    WrongProof = 2,

    /// <summary>Too many failed runs: 10 in a day or 100 in all.</summary>
    Limit = 3,
}

/// <summary>A body of a pair message (src/Harness.Schemes/Hardened/HARDENED.md, "Pair messages"): u8 kind, then what the kind brings.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Run">Eight bytes of the subscriber's choice that name a run; empty for Ask and Epoch.</param>
/// <param name="Name">The method of Start, the topic of Epoch; else empty.</param>
/// <param name="Count">Of Epoch: the number of this message under KEK; else 0.</param>
/// <param name="Data">X, Y, V_C, V_S, the reason's byte, or the sealed keys; empty for Ask.</param>
public sealed record PairMessage(PairMessageKind Kind, ReadOnlyMemory<byte> Run, string Name, ulong Count, ReadOnlyMemory<byte> Data)
{
    /// <summary>Bytes of a run's name: 8.</summary>
    public const int RunSize = 8;

    private const int ProofSize = 32;
    private const int MostElement = 256;

    /// <summary>Start a pair run.</summary>
    public static PairMessage Ask { get; } = new(PairMessageKind.Ask, default, "", 0, default);

    /// <summary>A message of a run.</summary>
    public static PairMessage OfRun(PairMessageKind kind, ReadOnlyMemory<byte> run, ReadOnlyMemory<byte> data) => new(kind, run, "", 0, data);

    /// <summary>The end of a run.</summary>
    public static PairMessage Failed(ReadOnlyMemory<byte> run, PairFailure reason) => OfRun(PairMessageKind.Fail, run, new[] { (byte)reason });

    /// <summary>The body's bytes.</summary>
    public byte[] Encode()
    {
        byte[] kind = [(byte)Kind];
        switch (Kind)
        {
            case PairMessageKind.Ask:
                return kind;
            case PairMessageKind.Start:
                return [.. kind, .. Run.Span, .. TextField.Encode(Name, "a method"), .. Sized()];
            case PairMessageKind.Answer:
                return [.. kind, .. Run.Span, .. Sized()];
            case PairMessageKind.Epoch:
                var count = new byte[8];
                BinaryPrimitives.WriteUInt64BigEndian(count, Count);
                return [.. kind, .. TextField.Encode(Name, "a topic"), .. count, .. Data.Span];
            default:
                return [.. kind, .. Run.Span, .. Data.Span];
        }
    }

    /// <summary>Reads a body, strictly.</summary>
    /// <returns>False for an unknown kind, a wrong length, or bytes behind the end.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PairMessage? message)
    {
        message = null;
        if (body.IsEmpty || body[0] is < (byte)PairMessageKind.Ask or > (byte)PairMessageKind.Epoch)
        {
            return false;
        }

        var kind = (PairMessageKind)body[0];
        var rest = body[1..];
        if (kind == PairMessageKind.Ask)
        {
            message = Ask;
            return rest.IsEmpty;
        }

        return kind == PairMessageKind.Epoch ? TryDecodeEpoch(rest, out message) : TryDecodeRun(kind, rest, out message);
    }

    private static bool TryDecodeEpoch(ReadOnlySpan<byte> rest, out PairMessage? message)
    {
        message = null;
        if (!TextField.TryTake(ref rest, out var topic) || rest.Length < 8)
        {
            return false;
        }

        message = new PairMessage(PairMessageKind.Epoch, default, topic, BinaryPrimitives.ReadUInt64BigEndian(rest), rest[8..].ToArray());
        return true;
    }

    private static bool TryDecodeRun(PairMessageKind kind, ReadOnlySpan<byte> rest, out PairMessage? message)
    {
        message = null;
        if (rest.Length < RunSize)
        {
            return false;
        }

        var run = rest[..RunSize].ToArray();
        rest = rest[RunSize..];
        var name = "";
        if (kind == PairMessageKind.Start && !TextField.TryTake(ref rest, out name!))
        {
            return false;
        }

        if (kind is PairMessageKind.Start or PairMessageKind.Answer)
        {
            if (rest.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(rest) is var length && (length > MostElement || rest.Length != 2 + length))
            {
                return false;
            }

            rest = rest[2..];
        }
        else if (rest.Length != (kind == PairMessageKind.Fail ? 1 : ProofSize))
        {
            return false;
        }

        message = new PairMessage(kind, run, name, 0, rest.ToArray());
        return true;
    }

    private byte[] Sized()
    {
        var bytes = new byte[2 + Data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, checked((ushort)Data.Length));
        Data.Span.CopyTo(bytes.AsSpan(2));
        return bytes;
    }
}
