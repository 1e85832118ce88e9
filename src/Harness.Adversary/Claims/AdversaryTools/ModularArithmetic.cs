namespace Harness.Adversary.Claims.AdversaryTools;

/// <summary>The adversary's arithmetic: plain, not constant-time, for it has no secret to lose.</summary>
internal static class ModularArithmetic
{
    public static BigInteger Read(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    public static byte[] Write(BigInteger value, int length)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }

    /// <summary>A scalar of the group.</summary>
    public static byte[] Scalar(AugPakeGroup group, BigInteger value) => Write(Modulo(value, Read(group.Order)), group.ScalarLength);

    /// <summary>value⁻¹ mod a prime.</summary>
    public static BigInteger Invert(BigInteger value, BigInteger prime) => BigInteger.ModPow(Modulo(value, prime), prime - 2, prime);

    public static BigInteger Modulo(BigInteger value, BigInteger modulus)
    {
        var rest = value % modulus;
        return rest.Sign < 0 ? rest + modulus : rest;
    }

    /// <summary>1/(x + w·r) mod q: AugPAKE's z.</summary>
    public static byte[] Z(AugPakeGroup group, BigInteger x, BigInteger w, BigInteger r)
    {
        var q = Read(group.Order);
        return Scalar(group, Invert(x + (w * r), q));
    }
}
