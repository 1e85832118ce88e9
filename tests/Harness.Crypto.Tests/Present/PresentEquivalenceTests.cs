namespace Harness.Crypto.Tests.Present;

/// <summary>Compares every code path with the reference on random blocks under random keys, both ways: 10^6 of each key size in the long tests.</summary>
public sealed class PresentEquivalenceTests
{
    private const int BlocksPerKey = 10_000;

    [TestCase(10)]
    [TestCase(16)]
    public void Random_blocks_agree_with_the_reference_on_every_path(int keyLength) => Agree(keyLength, 6);

    [TestCase(10)]
    [TestCase(16)]
    [Category("Long")]
    public void A_million_random_blocks_agree_with_the_reference_on_every_path(int keyLength) => Agree(keyLength, 100);

    private static void Agree(int keyLength, int keys)
    {
        var blocks = 0;
        Parallel.For(0, keys, seed =>
        {
            var random = new Random((1000 * keyLength) + seed);
            var key = new byte[keyLength];
            var data = new byte[8 * BlocksPerKey];
            random.NextBytes(key);
            random.NextBytes(data);
            var reference = new PresentReferenceEngine();
            reference.Init(true, new KeyParameter(key));
            var expected = new byte[data.Length];
            for (var at = 0; at < data.Length; at += 8)
            {
                reference.ProcessBlock(data, at, expected, at);
            }

            foreach (var width in PresentBulk.Widths)
            {
                using var use = PresentBulk.Use(width);
                var seen = PresentModes.EncryptEcb(key, data);
                Assert.That(seen.AsSpan(0, data.Length).SequenceEqual(expected), Is.True, $"enciphered, {width} bits, seed {seed}");
                Assert.That(PresentModes.TryDecryptEcb(key, seen, out var back), Is.True, $"padding, {width} bits, seed {seed}");
                Assert.That(back.AsSpan().SequenceEqual(data), Is.True, $"deciphered, {width} bits, seed {seed}");
            }

            Interlocked.Add(ref blocks, BlocksPerKey);
        });
        Assert.That(blocks, Is.EqualTo(keys * BlocksPerKey));
    }
}
