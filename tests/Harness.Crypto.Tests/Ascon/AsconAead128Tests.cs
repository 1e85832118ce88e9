using Harness.Crypto.Ascon;

namespace Harness.Crypto.Tests.Ascon;

public sealed class AsconAead128Tests
{
    private static readonly byte[] _key = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
    private static readonly byte[] _nonce = [.. Enumerable.Range(16, 16).Select(i => (byte)i)];

    [Test]
    public void Every_length_of_plaintext_and_associated_data_agrees_with_BouncyCastle()
    {
        for (var plain = 0; plain <= 50; plain++)
        {
            for (var associated = 0; associated <= 50; associated += plain < 34 ? 1 : 7)
            {
                byte[] plaintext = [.. Enumerable.Range(0, plain).Select(i => (byte)(i * 7))], data = [.. Enumerable.Range(0, associated).Select(i => (byte)(i + 48))];
                var output = AsconAead128.Seal(_key, _nonce, data, plaintext);
                Assert.That(output, Is.EqualTo(Reference(data, plaintext)), $"{plain} and {associated} bytes");
                Assert.That(AsconAead128.TryOpen(_key, _nonce, data, output, out var opened), Is.True);
                Assert.That(opened, Is.EqualTo(plaintext));
            }
        }
    }

    [TestCase(0)]
    [TestCase(5)]
    [TestCase(16)]
    [TestCase(33)]
    public void A_changed_bit_anywhere_is_refused(int length)
    {
        byte[] key = [.. _key], nonce = [.. _nonce], data = [1, 2, 3], output = AsconAead128.Seal(_key, _nonce, [1, 2, 3], new byte[length]);
        foreach (var part in new[] { key, nonce, data, output })
        {
            for (var bit = 0; bit < part.Length * 8; bit++)
            {
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.That(AsconAead128.TryOpen(key, nonce, data, output, out var opened), Is.False);
                Assert.That(opened, Is.Null);
                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.That(AsconAead128.TryOpen(key, nonce, data, output, out _), Is.True, "restored");
    }

    [Test]
    public void A_message_shorter_than_a_tag_is_refused() => Assert.That(AsconAead128.TryOpen(_key, _nonce, [], new byte[15], out _), Is.False);

    [Test]
    public void Keys_and_nonces_of_another_size_are_refused()
    {
        Assert.That(() => AsconAead128.Seal(_key[..15], _nonce, [], []), Throws.ArgumentException);
        Assert.That(() => AsconAead128.Seal(_key, _nonce[..12], [], []), Throws.ArgumentException);
        Assert.That(() => AsconAead128.TryOpen(_key[..15], _nonce, [], new byte[16], out _), Throws.ArgumentException);
    }

    [TestCase(0, 0, 2)]
    [TestCase(16, 0, 3)]
    [TestCase(10, 11, 3)]
    [TestCase(1024, 11, 67)]
    public void A_message_is_one_call_and_its_permutations(int plaintext, int data, int permutations)
    {
        using var counts = OperationCounts.Begin();
        AsconAead128.Seal(_key, _nonce, new byte[data], new byte[plaintext]);
        Assert.That((counts.Ciphers, counts.CipherBlocks), Is.EqualTo((1L, (long)permutations)));
    }

    private static byte[] Reference(byte[] data, byte[] plaintext)
    {
        var cipher = new Org.BouncyCastle.Crypto.Modes.AsconAead128();
        cipher.Init(true, new AeadParameters(new KeyParameter(_key), 128, _nonce, data));
        var output = new byte[cipher.GetOutputSize(plaintext.Length)];
        var written = cipher.ProcessBytes(plaintext, 0, plaintext.Length, output, 0);
        cipher.DoFinal(output, written);
        return output;
    }
}
