namespace Harness.Adversary.Claims.DataIntegrity;

/// <summary>Kind of change of a message.</summary>
public enum MutationKind
{
    /// <summary>One to three bits turned.</summary>
    Flip,

    /// <summary>Two pieces of equal length exchanged.</summary>
    Swap,

    /// <summary>Bytes cut off in front, behind or in the middle.</summary>
    Truncation,

    /// <summary>Bytes added: chance ones, or a piece of the message again.</summary>
    Extension,

    /// <summary>The beginning of one message and the end of another.</summary>
    Splice,
}

/// <summary>A changed message.</summary>
/// <param name="Kind">Kind of change.</param>
/// <param name="Payload">Its bytes: those of no genuine message.</param>
public sealed record Mutation(MutationKind Kind, byte[] Payload);

/// <summary>Makes changed messages from genuine ones: 200 of each kind, all different, the same for the same seed.</summary>
/// <remarks>
/// Half the cuts fall on multiples of 8, where a block cipher without authentication does not notice them; the others fall anywhere. What
/// comes out is never one of the genuine messages: to send one of those again is a replay, another claim.
/// </remarks>
public static class Mutations
{
    /// <summary>Number of mutations that decide the claim: 1,000.</summary>
    public const int Count = 1000;

    private const int Block = 8;
    private const int Tries = 200;

    private static readonly int[] Pieces = [1, 2, 4, 8, 8, 8, 12, 16];

    /// <summary>Changes a message.</summary>
    /// <param name="message">The message, at least 24 bytes: shorter ones have too few different cuts.</param>
    /// <param name="others">Other genuine messages of the same key, each of at least 24 bytes; at least one, to splice with.</param>
    /// <param name="seed">Source of random decisions.</param>
    /// <returns><see cref="Count"/> mutations, the kinds mixed.</returns>
    /// <exception cref="ArgumentException">Too short, or nothing to splice with.</exception>
    public static IReadOnlyList<Mutation> Of(ReadOnlyMemory<byte> message, IReadOnlyList<byte[]> others, int seed)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (message.Length < 3 * Block || others.Count == 0 || others.Any(o => o.Length < 3 * Block))
        {
            throw new ArgumentException($"Mutations need a message and another one, each of at least {3 * Block} bytes.", nameof(message));
        }

        var random = new Random(seed);
        var original = message.ToArray();
        var known = new HashSet<string>(others.Append(original).Select(Convert.ToHexString));
        var made = new List<Mutation>(Count);
        var kinds = Enum.GetValues<MutationKind>();
        while (made.Count < Count)
        {
            var kind = kinds[made.Count % kinds.Length];
            made.Add(Fresh(kind, known, () => Change(kind, original, others, random))
                ?? Fresh(MutationKind.Flip, known, () => Flip(original, random))
                ?? throw new InvalidOperationException($"No further change of {original.Length} bytes was found."));
        }

        return made;
    }

    private static Mutation? Fresh(MutationKind kind, HashSet<string> known, Func<byte[]> make)
    {
        for (var i = 0; i < Tries; i++)
        {
            var payload = make();
            if (known.Add(Convert.ToHexString(payload)))
            {
                return new Mutation(kind, payload);
            }
        }

        return null;
    }

    private static byte[] Change(MutationKind kind, byte[] message, IReadOnlyList<byte[]> others, Random random) => kind switch
    {
        MutationKind.Flip => Flip(message, random),
        MutationKind.Swap => Swap(message, random),
        MutationKind.Truncation => Truncate(message, random),
        MutationKind.Extension => Extend(message, random),
        _ => Splice(message, others[random.Next(others.Count)], random),
    };

    private static byte[] Flip(byte[] message, Random random)
    {
        var changed = (byte[])message.Clone();
        for (var bits = random.Next(1, 4); bits > 0; bits--)
        {
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        }

        return changed;
    }

    private static byte[] Swap(byte[] message, Random random)
    {
        var length = Pieces[random.Next(Pieces.Length)];
        length = Math.Min(length, message.Length / 2);
        var (one, other) = (Cut(message.Length - length, random), Cut(message.Length - length, random));
        var changed = (byte[])message.Clone();
        if (Math.Abs(one - other) >= length)
        {
            message.AsSpan(one, length).CopyTo(changed.AsSpan(other));
            message.AsSpan(other, length).CopyTo(changed.AsSpan(one));
        }

        return changed;
    }

    private static byte[] Truncate(byte[] message, Random random)
    {
        var (from, to) = Range(message.Length, random);
        return random.Next(3) switch
        {
            0 => message[..from],
            1 => message[to..],
            _ => [.. message[..from], .. message[to..]],
        };
    }

    private static byte[] Extend(byte[] message, Random random)
    {
        var (from, to) = Range(message.Length, random);
        var added = message[from..to];
        if (random.Next(2) == 0)
        {
            added = new byte[random.Next(1, 33)];
            random.NextBytes(added);
        }

        var at = random.Next(3) switch { 0 => 0, 1 => message.Length, _ => Cut(message.Length, random) };
        return [.. message[..at], .. added, .. message[at..]];
    }

    private static byte[] Splice(byte[] message, byte[] other, Random random)
    {
        var (head, tail) = random.Next(2) == 0 ? (message, other) : (other, message);
        var shorter = Math.Min(head.Length, tail.Length);
        var at = Cut(shorter, random);
        // Usually at the same place, as two records of one format are joined; sometimes anywhere.
        return [.. head[..at], .. tail[(random.Next(4) == 0 ? Cut(shorter, random) : at)..]];
    }

    private static (int From, int To) Range(int length, Random random)
    {
        var (one, other) = (Cut(length, random), Cut(length, random));
        return (Math.Min(one, other), Math.Max(one, other));
    }

    private static int Cut(int length, Random random) =>
        random.Next(2) == 0 ? random.Next(length + 1) : Block * random.Next((length / Block) + 1);
}
