using Harness.Adversary.Claims.DataConfidentiality;
using Harness.Crypto.Aes;
using Harness.Crypto.Present;

namespace Harness.Adversary.Tests.Claims.DataConfidentiality;

/// <summary>Equal units recognised from ciphertext alone, on ciphers that show them and on those that do not.</summary>
public sealed class BlockPatternsTests
{
    private static readonly byte[] Key = new byte[16];

    // a b a a, as units of 16 bytes.
    private static readonly byte[] Message = [.. Unit(1), .. Unit(2), .. Unit(1), .. Unit(1)];

    [Test]
    public void A_pattern_numbers_values_as_they_first_appear()
    {
        Assert.That(BlockPatterns.Of([[7], [9], [7], [1]]), Is.EqualTo(new[] { 0, 1, 0, 2 }));
    }

    [Test]
    public void Ecb_shows_which_units_are_equal_also_across_messages()
    {
        byte[][] payloads = [PresentModes.EncryptEcb(Key, Message), PresentModes.EncryptEcb(Key, [.. Unit(2), .. Unit(2), .. Unit(3), .. Unit(1)])];
        Assert.That(BlockPatterns.OfUnits(payloads, 4), Is.EqualTo(new[] { 0, 1, 0, 0, 1, 1, 2, 0 }));
    }

    [Test]
    public void Ecb_behind_a_nonce_shows_it_too()
    {
        var random = new Random(1);
        var payload = new byte[12];
        random.NextBytes(payload);
        Assert.That(BlockPatterns.OfUnits([[.. payload, .. PresentModes.EncryptEcb(Key, Message)]], 4), Is.EqualTo(new[] { 0, 1, 0, 0 }));
    }

    [Test]
    public void An_authenticated_cipher_shows_nothing()
    {
        byte[] nonce = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1];
        byte[] payload = [.. nonce, .. AesGcm128.Seal(Key, nonce, [], Message)];
        Assert.That(BlockPatterns.OfUnits([payload], 4), Is.EqualTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public void Equal_messages_under_one_nonce_are_recognised_behind_any_header()
    {
        byte[] Sealed(byte counter, byte[] text) => [.. new byte[] { 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, counter }, .. AesGcm128.Seal(Key, new byte[12], [], text)];
        Assert.That(BlockPatterns.OfMessages([Sealed(1, Message), Sealed(2, Unit(5)), Sealed(3, Message)]), Is.EqualTo(new[] { 0, 1, 0 }));
    }

    [Test]
    public void Equal_messages_under_rising_nonces_are_not()
    {
        byte[] Sealed(byte counter)
        {
            byte[] nonce = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, counter];
            return [.. nonce, .. AesGcm128.Seal(Key, nonce, [], Message)];
        }

        Assert.That(BlockPatterns.OfMessages([Sealed(1), Sealed(2), Sealed(3)]), Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [Test]
    public void Too_short_payloads_have_no_pattern()
    {
        Assert.That(BlockPatterns.OfUnits([new byte[8]], 1), Is.Empty);
    }

    private static byte[] Unit(byte value) => [.. Enumerable.Range(0, 16).Select(i => (byte)(value + (i / 8)))];
}
