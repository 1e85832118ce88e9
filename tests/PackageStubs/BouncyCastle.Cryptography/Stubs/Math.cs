// Signatures of BouncyCastle.Cryptography 2.7.0 (tag release-2.7.0), numbers and curves; see ../README.md.
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Org.BouncyCastle.Math
{
    public sealed class BigInteger
    {
        public static readonly BigInteger One;

        public BigInteger(int sign, byte[] bytes) => throw null;

        public BigInteger(int sign, ReadOnlySpan<byte> bytes) => throw null;

        public BigInteger Mod(BigInteger m) => throw null;

        public BigInteger ModPow(BigInteger e, BigInteger m) => throw null;

        public BigInteger Multiply(BigInteger val) => throw null;

        public override bool Equals(object obj) => throw null;

        public bool Equals(BigInteger other) => throw null;

        public override int GetHashCode() => throw null;
    }
}

namespace Org.BouncyCastle.Math.EC
{
    public abstract class ECCurve
    {
        public virtual ECPoint CreatePoint(BigInteger x, BigInteger y) => throw null;
    }

    public abstract class ECPoint
    {
        public bool IsInfinity => throw null;

        public virtual ECPoint Normalize() => throw null;

        public abstract byte[] GetEncoded(bool compressed);

        public abstract ECPoint Add(ECPoint b);

        public abstract ECPoint Multiply(BigInteger b);
    }
}

namespace Org.BouncyCastle.Math.EC.Multiplier
{
    public abstract class AbstractECMultiplier
    {
        public virtual ECPoint Multiply(ECPoint p, BigInteger k) => throw null;
    }

    public class FixedPointCombMultiplier : AbstractECMultiplier;
}

namespace Org.BouncyCastle.Asn1.X9
{
    public class X9ECParameters
    {
        private X9ECParameters() => throw null;

        public ECCurve Curve => throw null;

        public ECPoint G => throw null;

        public BigInteger N => throw null;
    }
}

namespace Org.BouncyCastle.Utilities
{
    public static class BigIntegers
    {
        public static byte[] AsUnsignedByteArray(int length, BigInteger n) => throw null;
    }
}
