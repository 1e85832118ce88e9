namespace Harness.Crypto.Backends;

/// <summary>The operations of a cryptographic library on one group: exponentiation and multiplication of encoded elements.</summary>
/// <remarks>
/// Elements have the group's encoding (modp: fixed-width big-endian; P-256: 65 bytes, 0x04‖x‖y) and must have been accepted by the
/// group before; exponents are big-endian, any length up to the group's scalar length, any value. Written multiplicatively: on a
/// curve a power is a scalar multiple and a product a sum. Thread-safe. Implemented on libcrypto (constant time in exponent and
/// base) and on BouncyCastle (not constant time).
/// </remarks>
public interface IGroupArithmetic
{
    /// <summary>Bytes of an element.</summary>
    int ElementLength { get; }

    /// <summary>result = g^exponent.</summary>
    /// <param name="exponent">Big-endian.</param>
    /// <param name="result"><see cref="ElementLength"/> bytes.</param>
    /// <returns>False where the result is the identity; result is then all zero.</returns>
    bool TryPowerOfGenerator(ReadOnlySpan<byte> exponent, Span<byte> result);

    /// <summary>result = element^exponent.</summary>
    /// <param name="element">An accepted element.</param>
    /// <param name="exponent">Big-endian.</param>
    /// <param name="result"><see cref="ElementLength"/> bytes; may be the memory of element.</param>
    /// <returns>False where the result is the identity; result is then all zero.</returns>
    bool TryPower(ReadOnlySpan<byte> element, ReadOnlySpan<byte> exponent, Span<byte> result);

    /// <summary>result = a·b.</summary>
    /// <param name="a">An accepted element.</param>
    /// <param name="b">An accepted element.</param>
    /// <param name="result"><see cref="ElementLength"/> bytes; may be the memory of a or b.</param>
    /// <returns>False where the result is the identity; result is then all zero.</returns>
    bool TryMultiply(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> result);
}
