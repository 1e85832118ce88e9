namespace Harness.Schemes.Tests;

/// <summary>Mutated messages from a fixed seed: flipped, overwritten, cut, inserted, doubled, moved and spliced bytes, one to four at a time.</summary>
internal static class Mutations
{
    private static readonly byte[] Interesting = [0x00, 0x01, 0x02, 0x04, 0x05, 0x7F, 0x80, 0x81, 0x84, 0xC0, 0xED, 0xF8, 0xFE, 0xFF];

    /// <summary>The number of mutants in the ordinary suite, and in the long one.</summary>
    public static IEnumerable<TestCaseData> Sizes =>
        [new TestCaseData(20_000), new TestCaseData(1_000_000) { Properties = { ["Category"] = { "Long" } } }];

    /// <summary>Gets mutants of the corpus, always the same for one seed.</summary>
    public static IEnumerable<byte[]> Of(IReadOnlyList<byte[]> corpus, int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var bytes = corpus[random.Next(corpus.Count)].ToList();
            for (var n = random.Next(1, 5); n > 0; n--)
            {
                Mutate(bytes, corpus, random);
            }

            yield return [.. bytes];
        }
    }

    /// <summary>Parses mutants: an accepted one must be written again byte for byte, and both accepted and refused ones must occur.</summary>
    /// <param name="corpus">Messages to start from.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="count">The number of mutants.</param>
    /// <param name="again">Parses bytes and writes the result again; null if the parser refuses them.</param>
    public static void Check(byte[][] corpus, int seed, int count, Func<byte[], byte[]?> again)
    {
        var read = 0;
        foreach (var bytes in Of(corpus, seed, count))
        {
            if (again(bytes) is { } written)
            {
                read++;
                Assert.That(written, Is.EqualTo(bytes));
            }
        }

        Assert.That(read, Is.InRange(1, count - 1), "both ways are exercised");
    }

    private static void Mutate(List<byte> bytes, IReadOnlyList<byte[]> corpus, Random random)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.Next(256));
            return;
        }

        var at = random.Next(bytes.Count);
        var length = random.Next(1, Math.Min(17, bytes.Count - at + 1));
        switch (random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = Interesting[random.Next(Interesting.Length)];
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.Insert(at, (byte)random.Next(256));
                break;
            case 5:
                bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                break;
            case 6:
                var moved = bytes.GetRange(at, length);
                bytes.RemoveRange(at, length);
                bytes.InsertRange(random.Next(bytes.Count + 1), moved);
                break;
            default:
                var other = corpus[random.Next(corpus.Count)];
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.AsSpan(random.Next(other.Length + 1)));
                break;
        }
    }
}
