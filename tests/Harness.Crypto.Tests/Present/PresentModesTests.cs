namespace Harness.Crypto.Tests.Present;

public sealed class PresentModesTests
{
    private static readonly byte[] _key = Convert.FromHexString("00112233445566778899aabbccddeeff");

    private static IEnumerable<TestCaseData> Modes() => VectorFile.Section("present_modes")
        .Select(c => new TestCaseData(c).SetArgDisplayNames($"{c} {c.Bytes("key").Length * 8} bit, {c.Bytes("plaintext").Length} bytes"));

    private static IEnumerable<TestCaseData> Payloads() => VectorFile.Section("mqtt_present")
        .Select(c => new TestCaseData(c).SetArgDisplayNames(c.Name));

    [TestCaseSource(nameof(Modes))]
    public void Every_mode_gives_the_known_answer_and_back(object vector)
    {
        var v = (VectorFile.Case)vector;
        var (key, nonce, ad, plaintext) = (v.Bytes("key"), v.Bytes("nonce"), v.Bytes("ad"), v.Bytes("plaintext"));

        var ecb = PresentModes.EncryptEcb(key, plaintext);
        Assert.That(ecb, Is.EqualTo(v.Bytes("ecb_pkcs7")), "ECB");
        Assert.That(PresentModes.TryDecryptEcb(key, ecb, out var opened), Is.True);
        Assert.That(opened, Is.EqualTo(plaintext), "ECB back");

        var ctr = PresentModes.Ctr(key, nonce, plaintext);
        Assert.That(ctr, Is.EqualTo(v.Bytes("ctr_iv_nonce")), "CTR");
        Assert.That(PresentModes.Ctr(key, nonce, ctr), Is.EqualTo(plaintext), "CTR back");

        Assert.That(PresentModes.Cmac(key, plaintext), Is.EqualTo(v.Bytes("cmac")), "CMAC");

        var (ciphertext, tag) = PresentModes.EaxSeal(key, nonce, ad, plaintext);
        Assert.That(ciphertext, Is.EqualTo(v.Bytes("eax_ciphertext")), "EAX");
        Assert.That(tag, Is.EqualTo(v.Bytes("eax_tag")), "EAX tag");
        Assert.That(PresentModes.TryEaxOpen(key, nonce, ad, ciphertext, tag, out var unsealed), Is.True);
        Assert.That(unsealed, Is.EqualTo(plaintext), "EAX back");
    }

    [TestCaseSource(nameof(Payloads))]
    public void The_published_schemes_wraps_and_payload_have_their_known_answers(object vector)
    {
        var v = (VectorFile.Case)vector;
        var keyBytes = v.Element.GetProperty("key_bytes").GetInt32();
        var (skp, sks, ks) = (v.Bytes("skp"), v.Bytes("sks"), v.Bytes("ks"));
        Assert.That(skp.Zip(sks, (a, b) => (byte)(a ^ b)), Is.EqualTo(ks), "Ks");
        Assert.That(PresentModes.EncryptEcb(skp.AsSpan(0, keyBytes), ks), Is.EqualTo(v.Bytes("wrapped_for_publisher")));
        Assert.That(PresentModes.EncryptEcb(sks.AsSpan(0, keyBytes), ks), Is.EqualTo(v.Bytes("wrapped_for_subscriber")));
        Assert.That(PresentModes.EncryptEcb(ks.AsSpan(0, keyBytes), v.Bytes("payload")), Is.EqualTo(v.Bytes("published")));
    }

    [Test]
    public void A_changed_bit_anywhere_is_refused_by_EAX()
    {
        byte[] nonce = [1, 2, 3, 4, 5, 6, 7, 8], ad = [9, 9], plaintext = new byte[13];
        var (ciphertext, tag) = PresentModes.EaxSeal(_key, nonce, ad, plaintext);
        foreach (var part in new[] { nonce, ad, ciphertext, tag })
        {
            for (var bit = 0; bit < part.Length * 8; bit++)
            {
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.That(PresentModes.TryEaxOpen(_key, nonce, ad, ciphertext, tag, out var opened), Is.False);
                Assert.That(opened, Is.Null);
                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.That(PresentModes.TryEaxOpen(_key, nonce, ad, ciphertext, tag, out _), Is.True, "restored");
    }

    [TestCase(0)]
    [TestCase(4)]
    [TestCase(7)]
    [TestCase(9)]
    public void A_tag_of_another_length_is_refused(int length)
    {
        var (ciphertext, tag) = PresentModes.EaxSeal(_key, [1], [], [1, 2, 3]);
        var cut = new byte[length];
        tag.AsSpan(0, Math.Min(length, 8)).CopyTo(cut);
        Assert.That(PresentModes.TryEaxOpen(_key, [1], [], ciphertext, cut, out _), Is.False);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(7)]
    [TestCase(9)]
    public void Ciphertext_that_is_no_whole_blocks_is_refused(int length) =>
        Assert.That(PresentModes.TryDecryptEcb(_key, new byte[length], out _), Is.False);

    [Test]
    public void Wrong_padding_is_refused_in_every_form()
    {
        // Blocks whose plaintext ends in each byte; only well-formed PKCS#7 may pass.
        for (var last = 0; last < 256; last++)
        {
            var block = new byte[8];
            block[7] = (byte)last;
            var ciphertext = PresentModes.EncryptEcb(_key, block)[..8];
            var passes = PresentModes.TryDecryptEcb(_key, ciphertext, out var plaintext);
            Assert.That(passes, Is.EqualTo(last == 1), $"last byte {last}");
            Assert.That(plaintext?.Length, Is.EqualTo(last == 1 ? 7 : null));
        }
    }

    [Test]
    public void A_counter_wraps_around_to_zero()
    {
        var wrapped = PresentModes.Ctr(_key, Enumerable.Repeat((byte)0xFF, 8).ToArray(), new byte[24]);
        Assert.That(wrapped[8..], Is.EqualTo(PresentModes.Ctr(_key, new byte[8], new byte[16])));
    }

    [Test]
    public void Padding_longer_than_a_block_is_refused()
    {
        var plaintext = Enumerable.Repeat((byte)16, 16).ToArray();
        Assert.That(PresentModes.TryDecryptEcb(_key, PresentModes.EncryptEcb(_key, plaintext)[..16], out _), Is.False);
    }

    [Test]
    public void CTR_writes_into_memory_of_the_callers_also_over_the_data_itself()
    {
        var data = new byte[3001];
        new Random(3).NextBytes(data);
        var expected = PresentModes.Ctr(_key, new byte[8], data);
        var longer = Enumerable.Repeat((byte)0xEE, 3005).ToArray();
        PresentModes.Ctr(_key, new byte[8], data, longer);
        Assert.That(longer[..3001], Is.EqualTo(expected));
        Assert.That(longer[3001..], Is.All.EqualTo((byte)0xEE), "nothing behind it");
        PresentModes.Ctr(_key, new byte[8], data, data);
        Assert.That(data, Is.EqualTo(expected), "in place");
        Assert.That(() => PresentModes.Ctr(_key, new byte[8], data, new byte[3000]), Throws.ArgumentException.With.Message.Contains("3000"));
    }

    [TestCase(0)]
    [TestCase(7)]
    [TestCase(9)]
    public void A_counter_block_of_another_size_is_refused(int length) =>
        Assert.That(() => PresentModes.Ctr(_key, new byte[length], [1]), Throws.ArgumentException);

    [Test]
    public void Keys_of_another_size_and_an_empty_EAX_nonce_are_refused()
    {
        var key = new byte[12];
        Assert.That(() => PresentModes.EncryptEcb(key, [1]), Throws.ArgumentException);
        Assert.That(() => PresentModes.TryDecryptEcb(key, new byte[8], out _), Throws.ArgumentException);
        Assert.That(() => PresentModes.Ctr(key, new byte[8], [1]), Throws.ArgumentException);
        Assert.That(() => PresentModes.Cmac(key, [1]), Throws.ArgumentException);
        Assert.That(() => PresentModes.EaxSeal(key, [1], [], [1]), Throws.ArgumentException);
        Assert.That(() => PresentModes.EaxSeal(_key, [], [], [1]), Throws.ArgumentException);
    }
}
