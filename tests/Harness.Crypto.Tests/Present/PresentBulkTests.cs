using Org.BouncyCastle.Crypto.Modes;

namespace Harness.Crypto.Tests.Present;

/// <summary>Every code path of the bulk cipher, forced: a register that the processor lacks is emulated by halves, so all run everywhere.</summary>
[TestFixtureSource(typeof(PresentBulk), nameof(PresentBulk.Widths))]
public sealed class PresentBulkTests(int width)
{
    private IDisposable _use = null!;

    [SetUp]
    public void Use() => _use = PresentBulk.Use(width);

    [TearDown]
    public void Restore() => _use.Dispose();

    [Test]
    public void The_forced_path_does_the_work()
    {
        Assert.That(PresentBulk.Width, Is.EqualTo(width));
        var roundKeys = new ulong[PresentCore.RoundKeys];
        var data = new byte[8 * 1000];
        ulong counter = 5;
        var batches = 1000 / width * width;
        var rest = 1000 - batches;
        var expected = width == PresentBulk.Scalar ? 0 : rest < PresentBulk.MinimumBatch ? batches : 1000;
        Assert.That(PresentBulk.Ctr(roundKeys, ref counter, data, data), Is.EqualTo(8 * expected));
        Assert.That(counter, Is.EqualTo(5 + (ulong)expected));
        Assert.That(PresentBulk.EncryptEcb(roundKeys, data), Is.EqualTo(8 * expected));
        Assert.That(PresentBulk.DecryptEcb(roundKeys, data), Is.EqualTo(8 * expected));
    }

    [TestCase(10)]
    [TestCase(16)]
    public void Long_messages_agree_with_BouncyCastle_on_the_reference_at_every_length(int keyLength)
    {
        // Around every boundary: no batch, part of one, whole ones, whole and a part, whole and a few single blocks. The counter wraps.
        var random = new Random(keyLength);
        var key = new byte[keyLength];
        random.NextBytes(key);
        var nonce = Convert.FromHexString("ffffffffffffffe9");
        var longest = new byte[(PresentBulk.Batch * 2 * 8) + 400];
        random.NextBytes(longest);
        var reference = new BufferedBlockCipher(new SicBlockCipher(new PresentReferenceEngine()));
        reference.Init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        var expected = reference.DoFinal(longest);
        var electronic = new BufferedBlockCipher(new PresentReferenceEngine());
        electronic.Init(true, new KeyParameter(key));
        var expectedEcb = electronic.DoFinal(longest);
        foreach (var centre in new[] { PresentBulk.MinimumBatch, PresentBulk.Batch, PresentBulk.Batch + PresentBulk.MinimumBatch, PresentBulk.Batch * 2 })
        {
            for (var length = Math.Max((centre * 8) - 9, 0); length <= (centre * 8) + 9; length++)
            {
                Assert.That(PresentModes.Ctr(key, nonce, longest.AsSpan(0, length)), Is.EqualTo(expected[..length]), $"CTR, {length} bytes");
                var ecb = PresentModes.EncryptEcb(key, longest.AsSpan(0, length));
                var whole = length / 8 * 8;
                Assert.That(ecb[..whole], Is.EqualTo(expectedEcb[..whole]), $"ECB, {length} bytes");
                Assert.That(PresentModes.TryDecryptEcb(key, ecb, out var back) && back.AsSpan().SequenceEqual(longest.AsSpan(0, length)), Is.True);
            }
        }
    }

    // Carries of every length, and none.
    [TestCase(0x0000000000000000UL)]
    [TestCase(0x00000000000001FFUL)]
    [TestCase(0x00000000FFFFFF37UL)]
    [TestCase(0x7FFFFFFFFFFFFE01UL)]
    [TestCase(0xFFFFFFFFFFFFFF00UL)]
    [TestCase(0xFFFFFFFFFFFFFFFFUL)]
    public void Counters_rise_by_one_from_any_start_and_wrap(ulong start)
    {
        var key = new byte[10];
        var nonce = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(nonce, start);
        var stream = PresentModes.Ctr(key, nonce, new byte[8 * 1100]);
        using var engine = new PresentEngine();
        engine.Init(true, key);
        var expected = new byte[stream.Length];
        for (var i = 0; i < 1100; i++)
        {
            var block = expected.AsSpan(8 * i, 8);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(block, start + (ulong)i);
            engine.ProcessBlock(block, block);
        }

        Assert.That(stream, Is.EqualTo(expected));
    }

    [Test]
    public void Blocks_done_many_at_once_are_counted_like_single_ones()
    {
        using var counts = OperationCounts.Begin();
        PresentModes.Ctr(new byte[10], new byte[8], new byte[(512 * 8) + 20]);
        Assert.That(counts.CipherBlocks, Is.EqualTo(512 + 3));
    }
}
