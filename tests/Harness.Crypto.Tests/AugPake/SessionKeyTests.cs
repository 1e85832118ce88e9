using System.Security.Cryptography;

namespace Harness.Crypto.Tests.AugPake;

public sealed class SessionKeyTests
{
    private static readonly byte[] _bytes = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Test]
    public void The_fingerprint_is_the_first_eight_bytes_of_SHA_256_over_fp_and_key()
    {
        using var key = new SessionKey(_bytes);
        var expected = Convert.ToHexStringLower(SHA256.HashData([(byte)'f', (byte)'p', .. _bytes]))[..16];
        Assert.That(key.Fingerprint, Is.EqualTo(expected));
        Assert.That(key.ToString(), Is.EqualTo(expected), "ToString shows no key");
    }

    [Test]
    public void A_disposed_key_is_gone()
    {
        var key = new SessionKey(_bytes);
        var bytes = key.Bytes;
        key.Dispose();
        Assert.That(bytes.ToArray(), Is.All.Zero);
        Assert.That(() => key.Bytes.Length, Throws.TypeOf<ObjectDisposedException>());
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void A_key_of_another_length_is_refused(int length) =>
        Assert.That(() => new SessionKey(new byte[length]), Throws.ArgumentException);
}
