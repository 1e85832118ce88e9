using System.Globalization;
using System.Numerics;

namespace Harness.Sessions.Tests.Foreign;

/// <summary>An AugPAKE client for modp2048-q256 written from RFC 6628 and the paper alone: it shares no code with the product.</summary>
internal sealed class ForeignAugPake(bool asPublished, string client, string server, string password)
{
    private const int ElementLength = 256;

    private static readonly Dictionary<string, BigInteger> Group = File
        .ReadAllLines(Path.Combine(AppContext.BaseDirectory, "vectors", "modp2048-q256.txt"))
        .Where(l => l.Contains('=')).Select(l => l.Split('=', 2))
        .ToDictionary(f => f[0], f => BigInteger.Parse("0" + f[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private readonly BigInteger _x = Number(RandomNumberGenerator.GetBytes(32)) % (Group["q"] - 1) + 1;
    private byte[] _bigX = [];
    private byte[] _expected = [];

    public byte[] SessionKey { get; private set; } = [];

    public string Method => asPublished ? "AUGPAKE-PAPER-MODP2048Q256" : "AUGPAKE-RFC6628-MODP2048Q256";

    public byte[] X() => _bigX = Element(BigInteger.ModPow(Group["g"], _x, Group["p"]));

    public byte[] W() => Element(BigInteger.ModPow(Group["g"], PasswordNumber(), Group["p"]));

    public byte[] Proof(byte[] y)
    {
        var q = Group["q"];
        var r = HashPrime([.. Prefix(1), .. Names, .. _bigX]);
        // z = (x + w'r)^-1 mod q, by Fermat: q is prime.
        var z = BigInteger.ModPow((_x + PasswordNumber() * r) % q, q - 2, q);
        var k = Element(BigInteger.ModPow(Number(y), z, Group["p"]));
        byte[] Tag(int i) => SHA256.HashData([.. Prefix(i), .. Names, .. _bigX, .. y, .. k]);
        (_expected, SessionKey) = (Tag(3), Tag(4));
        return Tag(2);
    }

    public bool Verifies(byte[] vs) => _expected.AsSpan().SequenceEqual(vs);

    private byte[] Names => [.. Encoding.UTF8.GetBytes(client), .. Encoding.UTF8.GetBytes(server)];

    private BigInteger PasswordNumber() => HashPrime([.. asPublished ? [] : new byte[] { 0 }, .. Names, .. Encoding.UTF8.GetBytes(password)]);

    private byte[] Prefix(int i) => asPublished ? [(byte)'0', (byte)('0' + i)] : [(byte)i];

    private static BigInteger HashPrime(byte[] m) =>
        Number([.. SHA256.HashData([.. m, 1]), .. SHA256.HashData([.. m, 2])]) % (Group["q"] - 1) + 1;

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Element(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[ElementLength - bytes.Length], .. bytes];
    }
}
