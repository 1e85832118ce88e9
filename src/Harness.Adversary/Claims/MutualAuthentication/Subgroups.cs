namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>An adversary's use of a group's cofactor: elements of small and of smooth order.</summary>
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
        var p = ModularArithmetic.Read(group.Prime);
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
        var p = ModularArithmetic.Read(group.Prime);
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
            y += digit * rest * ModularArithmetic.Invert(rest, prime);
        }

        return y % order;
    }

    /// <summary>(p-1)/q of a MODP group.</summary>
    public static BigInteger Cofactor(AugPakeGroup group) => (ModularArithmetic.Read(group.Prime) - 1) / ModularArithmetic.Read(group.Order);

    /// <summary>A point (x, 0) of order 2 on y² = x³ - 3x + b' for some other b': P-256's formulas never use b. It is not on P-256.</summary>
    public static byte[] InvalidCurvePoint() => [4, .. new byte[31], 7, .. new byte[32]];

    private static IEnumerable<int> Primes() =>
        Enumerable.Range(2, Bound - 2).Where(n => Enumerable.Range(2, (int)Math.Sqrt(n)).Where(d => d <= n / d).All(d => n % d != 0));
}

/// <summary>An X whose order is the product of all small primes of the cofactor, and what it reads out of Y.</summary>
/// <param name="Bytes">X.</param>
/// <param name="Words">Description, for evidence.</param>
/// <param name="Order">Its order.</param>
/// <param name="Exponent">y from Y, right where it is smaller than the order; never zero.</param>
internal sealed record SmoothElement(byte[] Bytes, string Words, BigInteger Order, Func<byte[], BigInteger> Exponent)
{
    public static SmoothElement Of(AugPakeGroup group)
    {
        if (group == AugPakeGroup.P256)
        {
            return new SmoothElement(Subgroups.InvalidCurvePoint(), "order 2 on another curve", 2, _ => BigInteger.One);
        }

        var primes = Subgroups.SmallFactors(group);
        var (p, q) = (ModularArithmetic.Read(group.Prime), ModularArithmetic.Read(group.Order));
        var element = Subgroups.OfOrder(group, primes);
        var order = primes.Aggregate(BigInteger.One, (product, prime) => product * prime);
        var words = primes.Count == 1 ? $"order {order}" : $"order {order.GetBitLength()} bits ({primes.Count} primes up to {primes[^1]})";
        return new SmoothElement(ModularArithmetic.Write(element, group.ElementLength), words, order, y =>
        {
            // W^r has order q and vanishes in Y^q; what is left is X^(yq), an element of the small subgroup.
            var found = Subgroups.Logarithm(group, BigInteger.ModPow(element, q, p), BigInteger.ModPow(ModularArithmetic.Read(y), q, p), primes);
            return found.IsZero ? BigInteger.One : found;
        });
    }
}
