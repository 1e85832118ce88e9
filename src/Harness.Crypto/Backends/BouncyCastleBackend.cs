using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;
using Org.BouncyCastle.Utilities;
using BcInteger = Org.BouncyCastle.Math.BigInteger;

namespace Harness.Crypto.Backends;

/// <summary>Group arithmetic on BouncyCastle, for systems without libcrypto.</summary>
/// <remarks>
/// Not constant time: BigInteger.ModPow and the point multipliers branch on their operands, and their numbers cannot be cleared.
/// Fit for a bench where nobody else shares the machine; libcrypto comes first for that reason.
/// </remarks>
internal sealed class BouncyCastleBackend : CryptoBackend
{
    public override string Name => "bouncycastle";

    public override string Description => $"BouncyCastle {typeof(BcInteger).Assembly.GetName().Version}";

    public override bool IsConstantTime => false;

    internal override IGroupArithmetic CreateModp(byte[] modulus, byte[] generator) => new Modp(modulus, generator);

    internal override IGroupArithmetic CreateP256() => new P256();

    private sealed class Modp(byte[] modulus, byte[] generator) : IGroupArithmetic
    {
        private readonly BcInteger _modulus = Number(modulus);
        private readonly BcInteger _generator = Number(generator);

        public int ElementLength { get; } = modulus.Length;

        public bool TryPowerOfGenerator(ReadOnlySpan<byte> exponent, Span<byte> result) =>
            TryStore(_generator.ModPow(Number(exponent), _modulus), result);

        public bool TryPower(ReadOnlySpan<byte> element, ReadOnlySpan<byte> exponent, Span<byte> result) =>
            TryStore(Number(element).ModPow(Number(exponent), _modulus), result);

        public bool TryMultiply(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> result) =>
            TryStore(Number(a).Multiply(Number(b)).Mod(_modulus), result);

        private static bool TryStore(BcInteger value, Span<byte> result)
        {
            result.Clear();
            if (value.Equals(BcInteger.One))
            {
                return false;
            }

            BigIntegers.AsUnsignedByteArray(result.Length, value).CopyTo(result);
            return true;
        }
    }

    private sealed class P256 : IGroupArithmetic
    {
        private readonly X9ECParameters _curve = CustomNamedCurves.GetByName("secp256r1");
        private readonly FixedPointCombMultiplier _comb = new();

        public int ElementLength => 65;

        public bool TryPowerOfGenerator(ReadOnlySpan<byte> exponent, Span<byte> result) =>
            TryStore(_comb.Multiply(_curve.G, Scalar(exponent)), result);

        public bool TryPower(ReadOnlySpan<byte> element, ReadOnlySpan<byte> exponent, Span<byte> result) =>
            TryStore(Point(element).Multiply(Scalar(exponent)), result);

        public bool TryMultiply(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> result) =>
            TryStore(Point(a).Add(Point(b)), result);

        /// <summary>The multipliers take scalars below the order only.</summary>
        private BcInteger Scalar(ReadOnlySpan<byte> exponent) => Number(exponent).Mod(_curve.N);

        private ECPoint Point(ReadOnlySpan<byte> element) =>
            _curve.Curve.CreatePoint(Number(element[1..33]), Number(element[33..65]));

        private static bool TryStore(ECPoint point, Span<byte> result)
        {
            result.Clear();
            if (point.IsInfinity)
            {
                return false;
            }

            point.Normalize().GetEncoded(false).CopyTo(result);
            return true;
        }
    }

    private static BcInteger Number(ReadOnlySpan<byte> bytes) => new(1, bytes.ToArray());
}
