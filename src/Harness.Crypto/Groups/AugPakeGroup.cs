using System.Collections.Concurrent;
using Harness.Crypto.AugPake;

namespace Harness.Crypto.Groups;

/// <summary>A group of prime order q that AugPAKE runs in (RFC 6628 section 2.1), written multiplicatively.</summary>
/// <remarks>
/// Elements are byte strings of exactly <see cref="ElementLength"/> bytes, scalars big-endian of <see cref="ScalarLength"/> bytes, which
/// is 32 or 256.
/// No group here needs an order check: p-1 = 2qs with q and s prime, a safe prime, or cofactor 1. The operations take the back
/// end that is current for the calling flow (<see cref="CryptoBackend.Current"/>).
/// </remarks>
public abstract class AugPakeGroup
{
    private const int LongScalar = 64;
    private readonly ConcurrentDictionary<CryptoBackend, IGroupArithmetic> _arithmetic = new();
    private readonly ConcurrentDictionary<CryptoBackend, IGroupArithmetic> _scalarArithmetic = new();
    private readonly byte[] _order;
    private readonly byte[] _orderMinusTwo;
    private readonly byte[] _ephemeralBound;

    /// <param name="name">The name in rig files and accounts.</param>
    /// <param name="methodSuffix">The last part of the Authentication Method.</param>
    /// <param name="elementLength">Bytes of an element.</param>
    /// <param name="order">q, big-endian, a multiple of 8 bytes.</param>
    /// <param name="ephemeralBound">x and y are drawn from [1, this - 1]; null for q. As many bytes as the order.</param>
    private protected AugPakeGroup(string name, string methodSuffix, int elementLength, byte[] order, byte[]? ephemeralBound = null)
    {
        Name = name;
        MethodSuffix = methodSuffix;
        ElementLength = elementLength;
        _order = order;
        _orderMinusTwo = [.. order];
        MontgomeryField.SubtractSmall(_orderMinusTwo, 2);
        _ephemeralBound = ephemeralBound ?? order;
        Scalars = new MontgomeryField(order);
    }

    /// <summary>modp2048-q256: p = 2qs+1 of 2048 bits, q of 256 bits, made verifiably from a label.</summary>
    public static AugPakeGroup Modp2048Q256 { get; } = new Modp2048Q256Group();

    /// <summary>p256: NIST P-256 (secp256r1, SEC 2).</summary>
    public static AugPakeGroup P256 { get; } = new P256Group();

    /// <summary>rfc3526-14: the safe prime of RFC 3526 section 3; scalars of 256 bytes, x and y short (a stated assumption).</summary>
    public static AugPakeGroup Rfc3526Group14 { get; } = new Rfc3526Group14();

    /// <summary>Every group that runs here. Two of them have elements of 256 bytes, so a length does not identify a group.</summary>
    public static IReadOnlyList<AugPakeGroup> All { get; } = [Modp2048Q256, P256, Rfc3526Group14];

    /// <summary>Name in rig files, accounts and vectors, such as p256.</summary>
    public string Name { get; }

    /// <summary>Last part of the Authentication Method, such as P256.</summary>
    public string MethodSuffix { get; }

    /// <summary>Bytes of an element: 256 (modp) or 65 (P-256).</summary>
    public int ElementLength { get; }

    /// <summary>Bytes of a scalar: as many as q has.</summary>
    public int ScalarLength => _order.Length;

    /// <summary>q, big-endian, <see cref="ScalarLength"/> bytes.</summary>
    public ReadOnlySpan<byte> Order => _order;

    /// <summary>The prime p of the field of the elements, big-endian: the modulus of a MODP group, or that of the coordinates of a curve.</summary>
    public abstract ReadOnlySpan<byte> Prime { get; }

    /// <summary>Arithmetic modulo q.</summary>
    internal MontgomeryField Scalars { get; }

    /// <summary>The arithmetic of the current back end.</summary>
    internal IGroupArithmetic Arithmetic => _arithmetic.GetOrAdd(CryptoBackend.Current, Create);

    /// <summary>Finds the group of a name.</summary>
    /// <param name="name">Exact, such as modp2048-q256.</param>
    /// <returns>The group.</returns>
    /// <exception cref="ArgumentException">Unknown; the message lists the known ones.</exception>
    public static AugPakeGroup ByName(string name) => All.FirstOrDefault(g => g.Name == name) ?? throw new ArgumentException(
        $"Unknown group '{name}'; expected one of {string.Join(", ", All.Select(g => g.Name))}.", nameof(name));

    /// <summary>Indicates that an element received from outside may be used (RFC 6628 section 2.1): exact length, range, and on the curve.</summary>
    /// <param name="element">Any bytes.</param>
    /// <returns>True where it may be used. Never throws. Not constant time: elements are public.</returns>
    public abstract bool IsAcceptable(ReadOnlySpan<byte> element);

    /// <summary>g^exponent.</summary>
    /// <param name="exponent">Big-endian, 1 to <see cref="ScalarLength"/> bytes, any value: taken modulo q.</param>
    /// <returns><see cref="ElementLength"/> bytes.</returns>
    /// <exception cref="ArgumentException">Another length.</exception>
    /// <exception cref="AugPakeException">IdentityElement where q divides the exponent.</exception>
    public byte[] PowerOfGenerator(ReadOnlySpan<byte> exponent)
    {
        CheckExponent(exponent);
        OperationCounts.CountExponentiation();
        var result = new byte[ElementLength];
        return Arithmetic.TryPowerOfGenerator(exponent, result) ? result : throw Identity("a power of the generator");
    }

    /// <summary>element^exponent.</summary>
    /// <param name="element">An element that <see cref="IsAcceptable"/> accepts.</param>
    /// <param name="exponent">Big-endian, 1 to <see cref="ScalarLength"/> bytes.</param>
    /// <returns><see cref="ElementLength"/> bytes.</returns>
    /// <exception cref="ArgumentException">Another length, or an element that is not acceptable.</exception>
    /// <exception cref="AugPakeException">IdentityElement where the result is the identity.</exception>
    public byte[] Power(ReadOnlySpan<byte> element, ReadOnlySpan<byte> exponent)
    {
        CheckElement(element);
        CheckExponent(exponent);
        OperationCounts.CountExponentiation();
        var result = new byte[ElementLength];
        return Arithmetic.TryPower(element, exponent, result) ? result : throw Identity("a power");
    }

    /// <summary>a·b.</summary>
    /// <param name="a">An acceptable element.</param>
    /// <param name="b">An acceptable element.</param>
    /// <returns><see cref="ElementLength"/> bytes.</returns>
    /// <exception cref="ArgumentException">An element that is not acceptable.</exception>
    /// <exception cref="AugPakeException">IdentityElement where the product is the identity.</exception>
    public byte[] Multiply(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        CheckElement(a);
        CheckElement(b);
        var result = new byte[ElementLength];
        return Arithmetic.TryMultiply(a, b, result) ? result : throw Identity("a product");
    }

    /// <summary>A fresh x or y, uniform in the group's ephemeral range, from the system's generator.</summary>
    /// <returns><see cref="ScalarLength"/> bytes; the caller clears them.</returns>
    public byte[] DrawScalar()
    {
        var scalar = GC.AllocateArray<byte>(ScalarLength, pinned: true);
        do
        {
            // Rejection sampling keeps it uniform; a rejected value is thrown away, so its timing says nothing about the value that is kept.
            RandomNumberGenerator.Fill(scalar);
            var top = _ephemeralBound.AsSpan().IndexOfAnyExcept((byte)0);
            scalar.AsSpan(0, top).Clear();
            scalar[top] &= (byte)((2 << BitOperations.Log2(_ephemeralBound[top])) - 1);
        }
        while (!IsEphemeral(scalar));

        return scalar;
    }

    /// <summary>Gets the group's name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public sealed override string ToString() => Name;

    /// <summary>result = scalar⁻¹ mod q, as scalar^(q-2); zero gives zero. The buffers may overlap.</summary>
    /// <remarks>
    /// A constant-time back end is an order of magnitude quicker at 2047 bits than <see cref="MontgomeryField"/>, which is constant time
    /// everywhere and is used for short scalars and beside a back end that is not constant time.
    /// </remarks>
    internal void InvertScalar(ReadOnlySpan<byte> scalar, Span<byte> result)
    {
        var backend = CryptoBackend.Current;
        if (!backend.IsConstantTime || ScalarLength <= LongScalar)
        {
            Scalars.Invert(scalar, result);
            return;
        }

        // The generator of this field is never used; its inverse being one (false, and zeros) means that the scalar was one.
        var field = _scalarArithmetic.GetOrAdd(backend, b => b.CreateModp(_order, _order));
        if (!field.TryPower(scalar, _orderMinusTwo, result))
        {
            result[^1] = 1;
        }
    }

    /// <summary>True where x is in the range that ephemeral scalars are drawn from.</summary>
    internal bool IsEphemeral(ReadOnlySpan<byte> scalar) =>
        scalar.Length == ScalarLength && scalar.ContainsAnyExcept((byte)0) && scalar.SequenceCompareTo(_ephemeralBound) < 0;

    /// <summary>True where a secret is in [1, q-1]; constant time in its value.</summary>
    internal bool IsScalar(ReadOnlySpan<byte> scalar)
    {
        if (scalar.Length != ScalarLength)
        {
            return false;
        }

        var (any, borrow) = (0, 0);
        for (var i = scalar.Length - 1; i >= 0; i--)
        {
            any |= scalar[i];
            borrow = ((scalar[i] - _order[i] - borrow) >> 8) & 1;
        }

        return any != 0 & borrow == 1;
    }

    /// <summary>A given x or y at full length, or null where it is outside the range.</summary>
    internal byte[]? Known(ReadOnlySpan<byte> scalar)
    {
        if (scalar.Length > ScalarLength)
        {
            return null;
        }

        var full = GC.AllocateArray<byte>(ScalarLength, pinned: true);
        scalar.CopyTo(full.AsSpan(ScalarLength - scalar.Length));
        return IsEphemeral(full) ? full : null;
    }

    private protected abstract IGroupArithmetic Create(CryptoBackend backend);

    private static AugPakeException Identity(string what) =>
        new(AugPakeFailure.IdentityElement, $"{what} is the identity");

    private void CheckExponent(ReadOnlySpan<byte> exponent)
    {
        if (exponent.Length < 1 || exponent.Length > ScalarLength)
        {
            throw new ArgumentException($"An exponent of {Name} has 1 to {ScalarLength} bytes, not {exponent.Length}.", nameof(exponent));
        }
    }

    private void CheckElement(ReadOnlySpan<byte> element)
    {
        if (!IsAcceptable(element))
        {
            throw new ArgumentException($"{element.Length} bytes are no acceptable element of {Name}.", nameof(element));
        }
    }
}
