namespace Harness.Adversary;

/// <summary>Byte strings that a party must refuse as X or Y (RFC 6628 section 2.3.2), by the names that features use.</summary>
public static class Elements
{
    // Points that are on the curve once a coordinate is reduced modulo p: only a check of the coordinate itself refuses their other
    // encoding. (0, sqrt(b)) and (x, 5), both solutions of y^2 = x^3 - 3x + b of FIPS 186-4, D.1.2.3.
    private const string YAtZero = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
    private const string XAtFive = "d7325d7646cd60d80a92738ceb345f844cffaf35841022cab176f692de8de1d7";

    /// <summary>The bytes of a named element.</summary>
    /// <param name="group">The group it is for.</param>
    /// <param name="name">For a MODP group <c>zero</c>, <c>one</c>, <c>p-1</c>, <c>p</c>, <c>p+1</c>; for the curve <c>off the curve</c>, <c>infinity</c>,
    /// <c>all zero</c>, <c>compressed</c>, <c>hybrid</c>, <c>x at p</c>, <c>y over p</c> (both on the curve modulo p); for both <c>one byte short</c>, <c>one byte long</c>, <c>empty</c> and
    /// <c>another valid element</c>.</param>
    /// <exception cref="ArgumentException">The group has no such element; the message lists the known.</exception>
    public static byte[] Named(AugPakeGroup group, string name)
    {
        ArgumentNullException.ThrowIfNull(group);
        var valid = Valid(group);
        return name switch
        {
            "another valid element" => valid,
            "one byte short" => valid[1..],
            "one byte long" => [0, .. valid],
            "empty" => [],
            _ when group.ElementLength == 65 => OnCurve(name, valid),
            "zero" => Encode(BigInteger.Zero, group.ElementLength),
            "one" => Encode(BigInteger.One, group.ElementLength),
            "p-1" => Encode(Modulus(group) - 1, group.ElementLength),
            "p" => Encode(Modulus(group), group.ElementLength),
            "p+1" => Encode(Modulus(group) + 1, group.ElementLength),
            _ => throw Unknown(name, "zero, one, p-1, p, p+1"),
        };
    }

    /// <summary>A random element that every party accepts.</summary>
    public static byte[] Valid(AugPakeGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        var scalar = group.DrawScalar();
        var element = group.PowerOfGenerator(scalar);
        CryptographicOperations.ZeroMemory(scalar);
        return element;
    }

    private static byte[] OnCurve(string name, byte[] valid)
    {
        var last = valid[64];
        return name switch
        {
            "off the curve" => [.. valid[..64], (byte)(last ^ 1)],
            "infinity" => [0],
            "all zero" => new byte[65],
            "compressed" => [(byte)(2 + (last & 1)), .. valid[1..33]],
            "hybrid" => [(byte)(6 + (last & 1)), .. valid[1..]],
            "x at p" => [4, .. AugPakeGroup.P256.Prime, .. Convert.FromHexString(YAtZero)],
            "y over p" => [4, .. Convert.FromHexString(XAtFive), .. Encode(Modulus(AugPakeGroup.P256) + 5, 32)],
            _ => throw Unknown(name, "off the curve, infinity, all zero, compressed, hybrid, x at p, y over p"),
        };
    }

    private static BigInteger Modulus(AugPakeGroup group) => new(group.Prime, isUnsigned: true, isBigEndian: true);

    private static byte[] Encode(BigInteger value, int length)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }

    private static ArgumentException Unknown(string name, string known) =>
        new($"no element named '{name}'; known: {known}, one byte short, one byte long, empty, another valid element", nameof(name));
}
