namespace Harness.Crypto.Groups;

/// <summary>NIST P-256 (SEC 2 secp256r1): y² = x³ - 3x + b modulo p, cofactor 1; elements are 0x04‖x‖y, 65 bytes.</summary>
internal sealed class P256Group() : AugPakeGroup("p256", "P256", 65, Convert.FromHexString(N))
{
    private const string N = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    private static readonly byte[] _p = Convert.FromHexString("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly byte[] _b = Convert.FromHexString("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
    private static readonly byte[] _minusThree = Convert.FromHexString("ffffffff00000001000000000000000000000000fffffffffffffffffffffffc");
    private static readonly MontgomeryField _field = new(_p);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Prime => _p;

    /// <summary>Accepts exactly 65 bytes, first 0x04, both coordinates below p, on the curve; checked here, not by a library's decoder.</summary>
    public override bool IsAcceptable(ReadOnlySpan<byte> element)
    {
        if (element.Length != 65 || element[0] != 0x04)
        {
            return false;
        }

        var x = element[1..33];
        var y = element[33..65];
        if (x.SequenceCompareTo(_p) >= 0 || y.SequenceCompareTo(_p) >= 0)
        {
            return false;
        }

        // y² = (x² - 3)·x + b
        Span<byte> left = stackalloc byte[32];
        Span<byte> right = stackalloc byte[32];
        _field.Multiply(y, y, left);
        _field.Multiply(x, x, right);
        _field.Add(right, _minusThree, right);
        _field.Multiply(right, x, right);
        _field.Add(right, _b, right);
        return CryptographicOperations.FixedTimeEquals(left, right);
    }

    private protected override IGroupArithmetic Create(CryptoBackend backend) => backend.CreateP256();
}
