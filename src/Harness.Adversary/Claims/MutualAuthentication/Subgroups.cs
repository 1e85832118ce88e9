using System.Numerics;
using Harness.Adversary.Claims.Hands;
using Harness.Crypto;

namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>What an adversary makes of a group's cofactor: elements of small and of smooth order.</summary>
internal static class Subgroups
{
    private const int Bound = 1 << 12;

    /// <summary>The distinct primes below 4,096 that divide the cofactor of a MODP group, ascending.</summary>
    public static IReadOnlyList<int> SmallFactors(AugPakeGroup group)
    {
        var cofactor = Cofactor(group);
        return [.. Primes().Where(prime => cofactor % prime == 0)];
    }

    /// <summary>An element of exactly a given order, which divides p-1 and is the product of distinct primes.</summary>
    public static BigInteger OfOrder(AugPakeGroup group, IReadOnlyList<int> primes)
    {
        var p = Numbers.Read(group.Prime);
        var order = primes.Aggregate(BigInteger.One, (product, prime) => product * prime);
        for (var candidate = new BigInteger(2); ; candidate++)
        {
            var element = BigInteger.ModPow(candidate, (p - 1) / order, p);
            if (primes.All(prime => !BigInteger.ModPow(element, order / prime, p).IsOne))
            {
                return element;
            }
        }
    }

    /// <summary>y modulo the product of the primes, where element = base^y and base has that order (Pohlig and Hellman).</summary>
    public static BigInteger Logarithm(AugPakeGroup group, BigInteger basis, BigInteger element, IReadOnlyList<int> primes)
    {
        var p = Numbers.Read(group.Prime);
        var order = primes.Aggregate(BigInteger.One, (product, prime) => product * prime);
        var y = BigInteger.Zero;
        foreach (var prime in primes)
        {
            var rest = order / prime;
            var (b, e) = (BigInteger.ModPow(basis, rest, p), BigInteger.ModPow(element, rest, p));
            var digit = 0;
            for (var power = BigInteger.One; power != e && digit < prime; power = power * b % p)
            {
                digit++;
            }

            // Chinese remainder: rest is 0 modulo every other prime.
            y += digit * rest * Numbers.Invert(rest, prime);
        }

        return y % order;
    }

    /// <summary>(p-1)/q of a MODP group.</summary>
    public static BigInteger Cofactor(AugPakeGroup group) => (Numbers.Read(group.Prime) - 1) / Numbers.Read(group.Order);

    /// <summary>A point (x, 0) of order 2 on y² = x³ - 3x + b' for some other b': P-256's formulas never use b. It is not on P-256.</summary>
    public static byte[] InvalidCurvePoint() => [4, .. new byte[31], 7, .. new byte[32]];

    private static IEnumerable<int> Primes() =>
        Enumerable.Range(2, Bound - 2).Where(n => Enumerable.Range(2, (int)Math.Sqrt(n)).Where(d => d <= n / d).All(d => n % d != 0));
}
