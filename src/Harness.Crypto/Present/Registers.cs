using System.Runtime.Intrinsics;

namespace Harness.Crypto.Present;

/// <summary>A register of 64-bit lanes, so that <see cref="PresentSlices{T}"/> is written once for every width.</summary>
/// <remarks>.NET's vectors have these operators, but share no public interface for them. Everything here is inlined to one instruction.</remarks>
internal interface IRegister<T> : IBitwiseOperators<T, T, T>
    where T : unmanaged, IRegister<T>
{
    /// <summary>The word in every lane.</summary>
    static abstract T Broadcast(ulong word);

    static abstract T operator <<(T a, int bits);

    static abstract T operator >>>(T a, int bits);
}

/// <summary>128 bits: SSE2 or NEON.</summary>
internal readonly struct Register128(Vector128<ulong> value) : IRegister<Register128>
{
    private readonly Vector128<ulong> _value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register128 Broadcast(ulong word) => new(Vector128.Create(word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register128 operator &(Register128 a, Register128 b) => new(a._value & b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register128 operator |(Register128 a, Register128 b) => new(a._value | b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register128 operator ^(Register128 a, Register128 b) => new(a._value ^ b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register128 operator ~(Register128 a) => new(~a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register128 operator <<(Register128 a, int bits) => new(a._value << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register128 operator >>>(Register128 a, int bits) => new(a._value >>> bits);
}

/// <summary>256 bits: AVX2.</summary>
internal readonly struct Register256(Vector256<ulong> value) : IRegister<Register256>
{
    private readonly Vector256<ulong> _value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register256 Broadcast(ulong word) => new(Vector256.Create(word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register256 operator &(Register256 a, Register256 b) => new(a._value & b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register256 operator |(Register256 a, Register256 b) => new(a._value | b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register256 operator ^(Register256 a, Register256 b) => new(a._value ^ b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register256 operator ~(Register256 a) => new(~a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register256 operator <<(Register256 a, int bits) => new(a._value << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register256 operator >>>(Register256 a, int bits) => new(a._value >>> bits);
}

/// <summary>512 bits: AVX-512.</summary>
internal readonly struct Register512(Vector512<ulong> value) : IRegister<Register512>
{
    private readonly Vector512<ulong> _value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register512 Broadcast(ulong word) => new(Vector512.Create(word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register512 operator &(Register512 a, Register512 b) => new(a._value & b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register512 operator |(Register512 a, Register512 b) => new(a._value | b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register512 operator ^(Register512 a, Register512 b) => new(a._value ^ b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register512 operator ~(Register512 a) => new(~a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register512 operator <<(Register512 a, int bits) => new(a._value << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register512 operator >>>(Register512 a, int bits) => new(a._value >>> bits);
}
