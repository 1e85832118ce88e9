using Org.BouncyCastle.Crypto.Modes;

namespace Harness.Crypto.Tests.Present;

public sealed class PresentEaxTests
{
    private static readonly byte[] _key = Convert.FromHexString("00112233445566778899aabbccddeeff");
    private static readonly byte[] _topic = "lab/climate"u8.ToArray();

    private static IEnumerable<TestCaseData> Modes() => VectorFile.Section("present_modes")
        .Select(c => new TestCaseData(c).SetArgDisplayNames($"{c} {c.Bytes("key").Length * 8} bit, {c.Bytes("plaintext").Length} bytes"));

    [TestCaseSource(nameof(Modes))]
    public void A_sealed_message_is_the_known_answer_and_opens_again(object vector)
    {
        var v = (VectorFile.Case)vector;
        using var eax = new PresentEax(v.Bytes("key"));
        for (var time = 0; time < 2; time++)
        {
            var output = eax.Seal(v.Bytes("nonce"), v.Bytes("ad"), v.Bytes("plaintext"));
            Assert.That(output, Is.EqualTo((byte[])[.. v.Bytes("eax_ciphertext"), .. v.Bytes("eax_tag")]), $"time {time}");
            Assert.That(eax.TryOpen(v.Bytes("nonce"), v.Bytes("ad"), output, out var opened), Is.True);
            Assert.That(opened, Is.EqualTo(v.Bytes("plaintext")));
        }
    }

    [Test]
    public void Every_length_agrees_with_BouncyCastle()
    {
        var random = new Random(5);
        using var eax = new PresentEax(_key);
        for (var length = 0; length <= 200; length += length < 40 ? 1 : 13)
        {
            var nonce = Bytes(random, 1 + (length % 19));
            var data = Bytes(random, length % 21);
            var plaintext = Bytes(random, length);
            Assert.That(eax.Seal(nonce, data, plaintext), Is.EqualTo(Reference(_key, nonce, data, plaintext)), $"{length} bytes");
        }
    }

    [TestCase(64)]
    [TestCase(128)]
    [TestCase(256)]
    [TestCase(512)]
    public void Messages_sealed_together_are_those_sealed_one_by_one(int width)
    {
        using var use = PresentBulk.Use(width);
        var random = new Random(width);
        using var eax = new PresentEax(_key);
        foreach (var lengths in new int[][]
        {
            [], [0], [.. Enumerable.Repeat(0, 9)], [.. Enumerable.Range(0, 65)], [.. Enumerable.Repeat(24, 300)],
            [.. Enumerable.Range(0, 40).Select(i => i % 3 == 0 ? 0 : 8 * i)], [1, 100, 7, 8, 9, 0, 16, 3, 3, 300],
        })
        {
            var messages = lengths.Select(n => new EaxMessage(Bytes(random, 16), Bytes(random, n), new byte[n + PresentEax.TagSize])).ToArray();
            eax.SealTogether(_topic, messages);
            foreach (var (message, at) in messages.Select((m, i) => (m, i)))
            {
                Assert.That(
                    message.Sealed.ToArray(),
                    Is.EqualTo(Reference(_key, message.Nonce.ToArray(), _topic, message.Plaintext.ToArray())),
                    $"message {at} of {lengths.Length}, {lengths[at]} bytes");
            }
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(8)]
    [TestCase(10)]
    [TestCase(16)]
    [TestCase(1000)]
    public void From_the_second_message_on_n_blocks_cost_2n_and_2_cipher_calls(int length)
    {
        using var eax = new PresentEax(_key);
        eax.Seal(Nonce(1), _topic, new byte[length]);
        using (var counts = OperationCounts.Begin())
        {
            eax.Seal(Nonce(2), _topic, new byte[length]);
            Assert.That((counts.Ciphers, counts.CipherBlocks), Is.EqualTo((1L, (2L * ((length + 7) / 8)) + 2)), "sealing");
        }

        var output = eax.Seal(Nonce(3), _topic, new byte[length]);
        using (var counts = OperationCounts.Begin())
        {
            Assert.That(eax.TryOpen(Nonce(3), _topic, output, out _), Is.True);
            Assert.That((counts.Ciphers, counts.CipherBlocks), Is.EqualTo((1L, (2L * ((length + 7) / 8)) + 2)), "opening");
        }
    }

    [Test]
    public void Messages_sealed_together_are_counted_like_those_sealed_one_by_one()
    {
        using var use = PresentBulk.Use(256);
        using var eax = new PresentEax(_key);
        eax.Seal(Nonce(0), _topic, []);
        var messages = Enumerable.Range(0, 20).Select(i => new EaxMessage(Nonce(i + 1), new byte[i], new byte[i + PresentEax.TagSize])).ToArray();
        using var counts = OperationCounts.Begin();
        eax.SealTogether(_topic, messages);
        Assert.That((counts.Ciphers, counts.CipherBlocks), Is.EqualTo((20L, Enumerable.Range(0, 20).Sum(n => (2L * ((n + 7) / 8)) + 2))));
    }

    [Test]
    public void A_changed_bit_anywhere_is_refused()
    {
        using var eax = new PresentEax(_key);
        var (nonce, topic, output) = (Nonce(1), _topic.ToArray(), eax.Seal(Nonce(1), _topic, new byte[13]));
        foreach (var part in new[] { nonce, topic, output })
        {
            for (var bit = 0; bit < part.Length * 8; bit++)
            {
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.That(eax.TryOpen(nonce, topic, output, out var opened), Is.False);
                Assert.That(opened, Is.Null);
                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.That(eax.TryOpen(nonce, topic, output, out _), Is.True, "restored");
    }

    [Test]
    public void A_message_shorter_than_a_tag_is_refused() => Assert.Multiple(() =>
    {
        using var eax = new PresentEax(_key);
        Assert.That(eax.TryOpen(Nonce(1), _topic, new byte[7], out _), Is.False);
        Assert.That(eax.TryOpen(Nonce(1), _topic, [], out _), Is.False);
    });

    [Test]
    public void An_output_of_another_length_and_an_empty_nonce_seal_nothing()
    {
        using var eax = new PresentEax(_key);
        Assert.That(() => eax.Seal(Nonce(1), _topic, new byte[3], new byte[10]), Throws.ArgumentException);
        Assert.That(() => eax.Seal([], _topic, [1]), Throws.ArgumentException);
        var good = new EaxMessage(Nonce(1), new byte[4], new byte[12]);
        Assert.That(() => eax.SealTogether(_topic, [good, good with { Sealed = new byte[11] }]), Throws.ArgumentException);
        Assert.That(() => eax.SealTogether(_topic, [good, good with { Nonce = default }]), Throws.ArgumentException);
        Assert.That(good.Sealed.ToArray(), Is.All.Zero, "the one before it neither");
    }

    [Test]
    public void A_disposed_key_seals_nothing()
    {
        var eax = new PresentEax(_key);
        eax.Dispose();
        Assert.That(() => eax.Seal(Nonce(1), _topic, [1]), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static byte[] Reference(byte[] key, byte[] nonce, byte[] data, byte[] plaintext)
    {
        var eax = new EaxBlockCipher(new PresentReferenceEngine());
        eax.Init(true, new AeadParameters(new KeyParameter(key), 64, nonce, data));
        var output = new byte[eax.GetOutputSize(plaintext.Length)];
        var written = eax.ProcessBytes(plaintext, 0, plaintext.Length, output, 0);
        eax.DoFinal(output, written);
        return output;
    }

    private static byte[] Nonce(int counter) => [.. new byte[15], (byte)counter];

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
