using System.Text;
using Harness.Crypto.Ecdsa;
using Harness.Schemes.Signed;

namespace Harness.Schemes.Tests.Signed;

public sealed class SignedReadingTests
{
    [Test]
    public void The_covered_bytes_are_those_of_the_page()
    {
        Assert.That(
            Convert.ToHexStringLower(SignedReading.Covered("m4", "lab/a", 42, [1, 2])),
            Is.EqualTo(Convert.ToHexStringLower(Encoding.ASCII.GetBytes("hv1-reading")) + "00026d34" + "00056c61622f61" + "000000000000002a" + "0102"));
    }

    [Test]
    public void Content_is_number_reading_and_signature()
    {
        var signature = new byte[EcdsaP256.SignatureSize];
        signature[^1] = 9;
        var content = new SignedReading(42, new byte[] { 1, 2 }, signature).Encode();
        Assert.That(content, Has.Length.EqualTo(2 + SignedReading.Overhead));
        var back = SignedReading.Decode(content)!;
        Assert.That((back.Number, Convert.ToHexString(back.Plaintext.Span)), Is.EqualTo((42UL, "0102")));
        Assert.That(back.Signature.ToArray(), Is.EqualTo(signature));
    }

    [Test]
    public void An_empty_reading_has_a_signature_too() => Assert.That(SignedReading.Decode(new byte[SignedReading.Overhead])!.Plaintext.Length, Is.Zero);

    [Test]
    public void Content_shorter_than_number_and_signature_is_none([Values(0, 8, 71)] int length) => Assert.That(SignedReading.Decode(new byte[length]), Is.Null);

    [Test]
    public void Names_that_run_together_are_told_apart() =>
        Assert.That(SignedReading.Covered("ab", "c", 1, []), Is.Not.EqualTo(SignedReading.Covered("a", "bc", 1, [])));
}
