using System.Security.Cryptography;
using Harness.Crypto.Ecdsa;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Signers;
using BigInteger = Org.BouncyCastle.Math.BigInteger;

namespace Harness.Crypto.Tests.Ecdsa;

public sealed class EcdsaP256Tests
{
    private static readonly byte[] _private = Convert.FromHexString("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");

    // RFC 6979, A.2.5: curve NIST P-256, with SHA-256.
    [TestCase(
        "sample",
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")]
    [TestCase(
        "test",
        "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
        "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083")]
    public void Signatures_are_those_of_RFC_6979(string message, string r, string s)
    {
        var publicKey = EcdsaP256.PublicKey(_private);
        Assert.That(
            Convert.ToHexString(publicKey),
            Is.EqualTo("0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"));
        var signature = EcdsaP256.Sign(_private, Encoding.ASCII.GetBytes(message));
        Assert.That(Convert.ToHexString(signature), Is.EqualTo(r + s));
        Assert.That(EcdsaP256.Verify(publicKey, Encoding.ASCII.GetBytes(message), signature), Is.True);
    }

    [Test]
    public void Signatures_of_random_keys_agree_with_BouncyCastle()
    {
        var curve = SecNamedCurves.GetByName("secp256r1");
        for (var i = 0; i < 10; i++)
        {
            var (key, message) = (Harness.Crypto.Groups.AugPakeGroup.P256.DrawScalar(), RandomNumberGenerator.GetBytes(i * 11));
            var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
            signer.Init(true, new ECPrivateKeyParameters(new BigInteger(1, key), new ECDomainParameters(curve)));
            var expected = signer.GenerateSignature(SHA256.HashData(message)).SelectMany(n => Fixed(n.ToByteArrayUnsigned()));
            Assert.That(EcdsaP256.Sign(key, message), Is.EqualTo(expected), Convert.ToHexString(key));
        }
    }

    [Test]
    public void A_changed_bit_of_key_message_or_signature_is_refused()
    {
        byte[] publicKey = EcdsaP256.PublicKey(_private), message = [1, 2, 3], signature = EcdsaP256.Sign(_private, message);
        foreach (var part in new[] { publicKey, message, signature })
        {
            for (var bit = 0; bit < part.Length * 8; bit += part.Length > 60 ? 37 : 1)
            {
                part[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.That(EcdsaP256.Verify(publicKey, message, signature), Is.False, $"bit {bit} of {part.Length} bytes");
                part[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.That(EcdsaP256.Verify(publicKey, message, signature), Is.True, "restored");
        Assert.That(EcdsaP256.Verify(publicKey, message, signature[..63]), Is.False);
        Assert.That(EcdsaP256.Verify(publicKey[..64], message, signature), Is.False);
        Assert.That(EcdsaP256.Verify(publicKey, message, new byte[64]), Is.False, "r = s = 0");
    }

    [TestCase("0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551")]
    [TestCase("01")]
    public void A_private_key_out_of_range_is_refused(string key) =>
        Assert.That(() => EcdsaP256.Sign(Convert.FromHexString(key), [1]), Throws.ArgumentException);

    private static byte[] Fixed(byte[] number) => [.. new byte[32 - number.Length], .. number];
}
