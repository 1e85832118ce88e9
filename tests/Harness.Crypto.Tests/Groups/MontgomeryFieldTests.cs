namespace Harness.Crypto.Tests.Groups;

/// <summary>Compares the field with System.Numerics, which is correct but not constant time.</summary>
public sealed class MontgomeryFieldTests
{
    private static readonly string[] _moduli =
    [
        "000000000000000b",
        "ffffffffffffffc5",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "d6b210adffa9c09ea11a8a35d5d47c38a5c4e07de62c9c2b7777dafc42421d31",
        "0000000000000000000000000000000100000000000000000000000000000033",
    ];

    [TestCaseSource(nameof(_moduli))]
    public void Products_sums_and_inverses_agree_with_plain_integers(string hex)
    {
        var modulus = Convert.FromHexString(hex);
        var m = Number(modulus);
        var field = new MontgomeryField(modulus);
        var result = new byte[modulus.Length];
        foreach (var a in Values(m))
        {
            foreach (var b in Values(m))
            {
                field.Multiply(Bytes(a, modulus.Length), Bytes(b, modulus.Length), result);
                Assert.That(Number(result), Is.EqualTo(a * b % m), $"{a}·{b}");
                field.Add(Bytes(a, modulus.Length), Bytes(b, modulus.Length), result);
                Assert.That(Number(result), Is.EqualTo((a + b) % m), $"{a}+{b}");
            }

            field.Invert(Bytes(a, modulus.Length), result);
            Assert.That(Number(result), Is.EqualTo(BigInteger.ModPow(a, m - 2, m)), $"1/{a}");
        }
    }

    [TestCaseSource(nameof(_moduli))]
    public void Wide_values_are_reduced_also_modulo_even_numbers(string hex)
    {
        var modulus = Convert.FromHexString(hex);
        var random = new Random(7);
        var result = new byte[modulus.Length];
        for (var i = 0; i < 20; i++)
        {
            var wide = new byte[64];
            random.NextBytes(wide);
            if (i == 0)
            {
                Array.Fill(wide, (byte)0xFF);
            }

            MontgomeryField.Reduce(wide, modulus, result);
            Assert.That(Number(result), Is.EqualTo(Number(wide) % Number(modulus)));
            var even = (byte[])modulus.Clone();
            MontgomeryField.SubtractSmall(even, 1);
            MontgomeryField.Reduce(wide, even, result);
            Assert.That(Number(result), Is.EqualTo(Number(wide) % (Number(modulus) - 1)));
        }
    }

    [TestCase("0000000000000100", 1, "00000000000000ff")]
    [TestCase("00000000000000ff", -1, "0000000000000100")]
    [TestCase("0000000000ffffff", -1, "0000000001000000")]
    [TestCase("0000000000010001", 2, "000000000000ffff")]
    public void Small_numbers_carry_and_borrow(string from, int small, string to)
    {
        var value = Convert.FromHexString(from);
        MontgomeryField.SubtractSmall(value, small);
        Assert.That(Convert.ToHexStringLower(value), Is.EqualTo(to));
    }

    [Test]
    public void An_even_modulus_or_an_odd_size_is_refused()
    {
        Assert.That(() => new MontgomeryField([0, 0, 0, 0, 0, 0, 0, 10]), Throws.ArgumentException);
        Assert.That(() => new MontgomeryField([11]), Throws.ArgumentException);
    }

    private static IEnumerable<BigInteger> Values(BigInteger m)
    {
        yield return 0;
        yield return 1;
        yield return m - 1;
        yield return m / 2;
        var random = new Random(1);
        for (var i = 0; i < 8; i++)
        {
            var bytes = new byte[40];
            random.NextBytes(bytes);
            yield return Number(bytes) % m;
        }
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger value, int length)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }
}
