namespace Harness.Schemes.Tests.MqttPresent;

public sealed class MqttPresentCipherTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    [Test]
    public void Payloads_of_every_length_up_to_40_come_back([Values(80, 128)] int keyBits, [Range(0, 40)] int length)
    {
        var plaintext = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
        var ciphertext = MqttPresentCipher.Seal(keyBits, Key, plaintext);
        Assert.That(ciphertext, Has.Length.EqualTo((length / 8 * 8) + 8));
        Assert.That(MqttPresentCipher.TryOpen(keyBits, Key, ciphertext, out var opened), Is.True);
        Assert.That(opened, Is.EqualTo(plaintext));
    }

    [Test]
    public void Equal_blocks_stay_equal_as_in_the_paper()
    {
        var ciphertext = MqttPresentCipher.Seal(128, Key, new byte[16]);
        Assert.That(ciphertext[..8], Is.EqualTo(ciphertext[8..16]));
    }

    [TestCase(0)]
    [TestCase(7)]
    [TestCase(9)]
    public void A_ciphertext_of_no_whole_blocks_is_refused(int length) =>
        Assert.That(MqttPresentCipher.TryOpen(128, Key, new byte[length], out _), Is.False);

    [TestCase(0)]
    [TestCase(32)]
    [TestCase(48)]
    public void A_wrap_of_another_length_is_refused(int length) =>
        Assert.That(MqttPresentCipher.TryUnwrap(128, Key, new byte[length], out _), Is.False);

    [Test]
    public void A_wrap_of_fewer_bytes_than_a_key_is_refused()
    {
        var wrap = MqttPresentCipher.Seal(128, Key, new byte[33]);
        Assert.That(wrap, Has.Length.EqualTo(MqttPresentCipher.WrapLength));
        Assert.That(MqttPresentCipher.TryUnwrap(128, Key, wrap, out var ks), Is.False);
        Assert.That(ks, Is.Empty);
    }

    [Test]
    public void Other_key_sizes_are_an_error([Values(0, 64, 127, 256)] int keyBits) =>
        Assert.That(() => MqttPresentCipher.Seal(keyBits, Key, []), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_session_key_of_another_length_is_an_error() =>
        Assert.That(() => MqttPresentCipher.Combine(Key, Key.AsSpan(1)), Throws.ArgumentException);
}
