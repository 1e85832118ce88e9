namespace Harness.Crypto.Tests;

public sealed class KeyDerivationTests
{
    [Test]
    public void HKDF_without_salt_gives_the_answer_of_RFC_5869_case_3() => Assert.That(
        Convert.ToHexStringLower(KeyDerivation.Hkdf(Enumerable.Repeat((byte)0x0B, 22).ToArray(), "", [], 42)),
        Is.EqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"));

    [Test]
    public void Label_and_context_make_up_info() => Assert.That(
        KeyDerivation.Hkdf([1, 2, 3], "kek", "topic"u8, 16), Is.EqualTo(KeyDerivation.Hkdf([1, 2, 3], "ke", "ktopic"u8, 16)));

    [Test]
    public void HMAC_gives_the_answer_of_RFC_4231_case_2() => Assert.That(
        Convert.ToHexStringLower(KeyDerivation.Hmac("Jefe"u8, Encoding.ASCII.GetBytes("what do ya want for nothing?"))),
        Is.EqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));

    [Test]
    public void SHA_256_blocks_are_counted_with_the_padded_keys()
    {
        using var counts = OperationCounts.Begin();
        KeyDerivation.Hmac(new byte[16], new byte[8]);
        Assert.That(counts.Sha256Blocks, Is.EqualTo(4), "two blocks inside, two outside");
        KeyDerivation.Hkdf(new byte[32], "kek", [], 16);
        Assert.That(counts.Sha256Blocks, Is.EqualTo(12), "an HMAC to extract, one to expand");
    }
}
