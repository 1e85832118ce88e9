using System.Runtime.Intrinsics.X86;

namespace Harness.Crypto.Present;

/// <summary>PRESENT's round function and key schedule without a table: every step is a fixed sequence of word operations.</summary>
/// <remarks>
/// Source: Bogdanov et al., "PRESENT: An Ultra-Lightweight Block Cipher", CHES 2007; ISO/IEC 29192-2.
/// Bit 4j+k of the state is bit k of nibble j; the permutation layer sends it to 16k+j. So the layer collects the four bit planes
/// of the S-boxes into four 16-bit lanes, and the S-box can run on all 16 nibbles at once, as Boolean functions of those lanes.
/// Constant time: no branch and no index depends on key or data. Where BMI2's PEXT is used, its mask is a constant.
/// </remarks>
internal static class PresentCore
{
    public const int BlockSize = 8;
    public const int Rounds = 31;
    public const int RoundKeys = Rounds + 1;
    private const ulong PlaneZero = 0x1111111111111111;

    /// <summary>Fills the 32 round keys of a 10- or 16-byte key.</summary>
    public static void ExpandKey(ReadOnlySpan<byte> key, Span<ulong> roundKeys)
    {
        if (key.Length is not (10 or 16))
        {
            throw new ArgumentException($"A PRESENT key has 10 or 16 bytes, not {key.Length}.", nameof(key));
        }

        if (key.Length == 10)
        {
            ExpandKey80(BinaryPrimitives.ReadUInt64BigEndian(key), BinaryPrimitives.ReadUInt16BigEndian(key[8..]), roundKeys);
        }
        else
        {
            ExpandKey128(BinaryPrimitives.ReadUInt64BigEndian(key), BinaryPrimitives.ReadUInt64BigEndian(key[8..]), roundKeys);
        }
    }

    /// <summary>The register's bits 79..16 and 15..0 after a rotation by 61: bit j of the upper part becomes its bit j + 19, or wraps round from below.</summary>
    private static void ExpandKey80(ulong high, ulong low, Span<ulong> roundKeys)
    {
        roundKeys[0] = high;
        for (var round = 1UL; round <= Rounds; round++)
        {
            (high, low) = ((high >> 19) | (low << 45) | (high << 61), (high >> 3) & 0xFFFF);
            var top = high >> 60;
            high ^= (top ^ (SubstituteByte(top) & 0xF)) << 60;
            high ^= round >> 1;
            low ^= (round & 1) << 15;
            roundKeys[(int)round] = high;
        }
    }

    private static void ExpandKey128(ulong high, ulong low, Span<ulong> roundKeys)
    {
        roundKeys[0] = high;
        for (var round = 1UL; round <= Rounds; round++)
        {
            (high, low) = ((high << 61) | (low >> 3), (low << 61) | (high >> 3));
            var top = high >> 56;
            high ^= (top ^ SubstituteByte(top)) << 56;
            high ^= round >> 2;
            low ^= round << 62;
            roundKeys[(int)round] = high;
        }
    }

    public static ulong Encrypt(ulong state, ReadOnlySpan<ulong> roundKeys)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var lanes = Permute(state ^ roundKeys[round]);
            ulong x0 = lanes, x1 = lanes >> 16, x2 = lanes >> 32, x3 = lanes >> 48;
            PresentSubstitution.Forward(ref x0, ref x1, ref x2, ref x3);
            state = Join(x0, x1, x2, x3);
        }

        return state ^ roundKeys[Rounds];
    }

    public static ulong Decrypt(ulong state, ReadOnlySpan<ulong> roundKeys)
    {
        for (var round = Rounds; round > 0; round--)
        {
            state ^= roundKeys[round];
            ulong x0 = state, x1 = state >> 16, x2 = state >> 32, x3 = state >> 48;
            PresentSubstitution.Inverse(ref x0, ref x1, ref x2, ref x3);
            state = PermuteInverse(Join(x0, x1, x2, x3));
        }

        return state ^ roundKeys[0];
    }

    /// <summary>The S-box on both nibbles of a byte.</summary>
    private static ulong SubstituteByte(ulong pair)
    {
        ulong x0 = pair, x1 = pair >> 1, x2 = pair >> 2, x3 = pair >> 3;
        PresentSubstitution.Forward(ref x0, ref x1, ref x2, ref x3);
        return (x0 & 0x11) | ((x1 & 0x11) << 1) | ((x2 & 0x11) << 2) | ((x3 & 0x11) << 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Join(ulong x0, ulong x1, ulong x2, ulong x3) =>
        (ushort)x0 | ((ulong)(ushort)x1 << 16) | ((ulong)(ushort)x2 << 32) | (x3 << 48);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Permute(ulong x) => Bmi2.X64.IsSupported
        ? Bmi2.X64.ParallelBitExtract(x, PlaneZero)
            | (Bmi2.X64.ParallelBitExtract(x, PlaneZero << 1) << 16)
            | (Bmi2.X64.ParallelBitExtract(x, PlaneZero << 2) << 32)
            | (Bmi2.X64.ParallelBitExtract(x, PlaneZero << 3) << 48)
        : PermutePortable(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PermuteInverse(ulong x) => Bmi2.X64.IsSupported
        ? Bmi2.X64.ParallelBitDeposit(x, PlaneZero)
            | Bmi2.X64.ParallelBitDeposit(x >> 16, PlaneZero << 1)
            | Bmi2.X64.ParallelBitDeposit(x >> 32, PlaneZero << 2)
            | Bmi2.X64.ParallelBitDeposit(x >> 48, PlaneZero << 3)
        : PermuteInversePortable(x);

    /// <summary>The layer rotates the 6-bit position by two: four swaps of position bits.</summary>
    internal static ulong PermutePortable(ulong x)
    {
        x = Swap(x, 30, 0x00000000CCCCCCCC);
        x = Swap(x, 6, 0x00CC00CC00CC00CC);
        x = Swap(x, 15, 0x0000AAAA0000AAAA);
        return Swap(x, 3, 0x0A0A0A0A0A0A0A0A);
    }

    internal static ulong PermuteInversePortable(ulong x)
    {
        x = Swap(x, 3, 0x0A0A0A0A0A0A0A0A);
        x = Swap(x, 15, 0x0000AAAA0000AAAA);
        x = Swap(x, 6, 0x00CC00CC00CC00CC);
        return Swap(x, 30, 0x00000000CCCCCCCC);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Swap(ulong x, int distance, ulong mask)
    {
        var t = ((x >> distance) ^ x) & mask;
        return x ^ t ^ (t << distance);
    }
}
