namespace Harness.Crypto.Groups;

/// <summary>Arithmetic modulo an odd number of fixed width, constant time in the values, on memory that can be cleared.</summary>
/// <remarks>
/// For scalars modulo q (x, y, w', z) and for P-256's curve equation: neither System.Numerics nor BouncyCastle can clear a number,
/// and neither is constant time. Values are big-endian and <see cref="Length"/> bytes; inside they are little-endian 64-bit limbs.
/// Source: Montgomery multiplication, coarsely integrated operand scanning (Koç, Acar, Kaliski 1996).
/// </remarks>
internal sealed class MontgomeryField
{
    private readonly ulong[] _modulus;
    private readonly ulong[] _rSquared;
    private readonly ulong _negatedInverse;
    private readonly byte[] _modulusMinusTwo;

    /// <param name="modulus">Odd, big-endian, a multiple of 8 bytes.</param>
    public MontgomeryField(ReadOnlySpan<byte> modulus)
    {
        if (modulus.Length % 8 != 0 || (modulus[^1] & 1) == 0)
        {
            throw new ArgumentException("An odd modulus of a multiple of 8 bytes is needed.", nameof(modulus));
        }

        Length = modulus.Length;
        _modulus = new ulong[modulus.Length / 8];
        Load(modulus, _modulus);
        ulong inverse = 1;
        for (var i = 0; i < 6; i++)
        {
            inverse *= 2 - (_modulus[0] * inverse);
        }

        _negatedInverse = unchecked(0 - inverse);
        _modulusMinusTwo = modulus.ToArray();
        SubtractSmall(_modulusMinusTwo, 2);

        // R^2 mod m, R = 2^(64 n): the big-endian bytes 01 00 .. 00 reduced.
        var rSquared = new byte[(2 * Length) + 1];
        rSquared[0] = 1;
        var reduced = new byte[Length];
        Reduce(rSquared, modulus, reduced);
        _rSquared = new ulong[_modulus.Length];
        Load(reduced, _rSquared);
    }

    /// <summary>Bytes of a value.</summary>
    public int Length { get; }

    /// <summary>result = a·b mod m; a and b below m. Buffers may overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> result)
    {
        var n = _modulus.Length;
        Span<ulong> x = stackalloc ulong[n];
        Span<ulong> y = stackalloc ulong[n];
        Load(a, x);
        Load(b, y);
        Montgomery(x, y, x);
        Montgomery(x, _rSquared, x);
        Store(x, result);
        x.Clear();
        y.Clear();
    }

    /// <summary>result = a + b mod m; a and b below m. Buffers may overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> result)
    {
        var n = _modulus.Length;
        Span<ulong> x = stackalloc ulong[n];
        Span<ulong> y = stackalloc ulong[n];
        Load(a, x);
        Load(b, y);
        ulong carry = 0;
        for (var i = 0; i < n; i++)
        {
            var sum = (UInt128)x[i] + y[i] + carry;
            x[i] = (ulong)sum;
            carry = (ulong)(sum >> 64);
        }

        SubtractOnce(x, carry, _modulus);
        Store(x, result);
        x.Clear();
        y.Clear();
    }

    /// <summary>result = a⁻¹ mod m for a prime m, as a^(m-2); zero gives zero. The exponent is public, the value is not.</summary>
    public void Invert(ReadOnlySpan<byte> a, Span<byte> result)
    {
        var n = _modulus.Length;
        Span<ulong> x = stackalloc ulong[n];
        Span<ulong> power = stackalloc ulong[n];
        Load(a, x);
        Montgomery(x, _rSquared, x);
        x.CopyTo(power);
        var started = false;
        foreach (var octet in _modulusMinusTwo)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                if (started)
                {
                    Montgomery(power, power, power);
                }

                if (((octet >> bit) & 1) == 0)
                {
                    continue;
                }

                if (started)
                {
                    Montgomery(power, x, power);
                }

                started = true;
            }
        }

        x.Clear();
        x[0] = 1;
        Montgomery(power, x, power);
        Store(power, result);
        x.Clear();
        power.Clear();
    }

    /// <summary>result = value mod modulus, for any modulus with its top bit free or not; constant time by shifting and subtracting.</summary>
    public static void Reduce(ReadOnlySpan<byte> value, ReadOnlySpan<byte> modulus, Span<byte> result)
    {
        var n = modulus.Length / 8;
        Span<ulong> m = stackalloc ulong[n];
        Span<ulong> rest = stackalloc ulong[n];
        Load(modulus, m);
        rest.Clear();
        foreach (var octet in value)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var carry = (ulong)((octet >> bit) & 1);
                for (var i = 0; i < n; i++)
                {
                    var limb = rest[i];
                    rest[i] = (limb << 1) | carry;
                    carry = limb >> 63;
                }

                SubtractOnce(rest, carry, m);
            }
        }

        Store(rest, result);
        rest.Clear();
    }

    /// <summary>value -= small (which may be negative), on a big-endian number that neither under- nor overflows; branch-free.</summary>
    public static void SubtractSmall(Span<byte> value, int small)
    {
        var borrow = small;
        for (var i = value.Length - 1; i >= 0; i--)
        {
            var difference = value[i] - borrow;
            value[i] = (byte)difference;
            borrow = -(difference >> 8);
        }
    }

    /// <summary>result = a·b/R mod m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Montgomery(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> result)
    {
        var n = _modulus.Length;
        Span<ulong> t = stackalloc ulong[n + 2];
        t.Clear();
        for (var i = 0; i < n; i++)
        {
            ulong carry = 0;
            for (var j = 0; j < n; j++)
            {
                carry = MultiplyAdd(a[j], b[i], ref t[j], carry);
            }

            var sum = (UInt128)t[n] + carry;
            t[n] = (ulong)sum;
            t[n + 1] = (ulong)(sum >> 64);

            var factor = t[0] * _negatedInverse;
            var dropped = t[0];
            carry = MultiplyAdd(factor, _modulus[0], ref dropped, 0);
            for (var j = 1; j < n; j++)
            {
                var limb = t[j];
                carry = MultiplyAdd(factor, _modulus[j], ref limb, carry);
                t[j - 1] = limb;
            }

            sum = (UInt128)t[n] + carry;
            t[n - 1] = (ulong)sum;
            t[n] = t[n + 1] + (ulong)(sum >> 64);
        }

        SubtractOnce(t[..n], t[n], _modulus);
        t[..n].CopyTo(result);
        t.Clear();
    }

    /// <summary>accumulator += x·y + carry; returns the high word.</summary>
    private static ulong MultiplyAdd(ulong x, ulong y, ref ulong accumulator, ulong carry)
    {
        var high = Math.BigMul(x, y, out var low);
        low += carry;
        high += low < carry ? 1UL : 0UL;
        accumulator += low;
        return high + (accumulator < low ? 1UL : 0UL);
    }

    /// <summary>value = (carry, value) - m where that is not negative, chosen by mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SubtractOnce(Span<ulong> value, ulong carry, ReadOnlySpan<ulong> m)
    {
        Span<ulong> difference = stackalloc ulong[value.Length];
        ulong borrow = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var d = (UInt128)value[i] - m[i] - borrow;
            difference[i] = (ulong)d;
            borrow = (ulong)(d >> 64) & 1;
        }

        // Keep the difference when a carry came in or nothing was borrowed.
        var keep = 0UL - (carry | (borrow ^ 1));
        for (var i = 0; i < value.Length; i++)
        {
            value[i] = (difference[i] & keep) | (value[i] & ~keep);
        }

        difference.Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Load(ReadOnlySpan<byte> bytes, Span<ulong> limbs)
    {
        for (var i = 0; i < limbs.Length; i++)
        {
            limbs[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes[(bytes.Length - (8 * (i + 1)))..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store(ReadOnlySpan<ulong> limbs, Span<byte> bytes)
    {
        for (var i = 0; i < limbs.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes[(bytes.Length - (8 * (i + 1)))..], limbs[i]);
        }
    }
}
