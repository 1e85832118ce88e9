using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Harness.Crypto;

/// <summary>PRESENT encryption of many blocks at once, bit-sliced over SIMD registers.</summary>
/// <remarks>
/// Slice i holds bit i of every block of a batch, so a round is Boolean operations on slices, and the permutation layer is only
/// where a result is written. Constant time for the same reasons as <see cref="PresentCore"/>. Source: Biham, "A Fast New DES
/// Implementation in Software", FSE 1997, for bit-slicing; Warren, Hacker's Delight 7-3, for the transposition.
/// </remarks>
internal static class PresentBulk
{
    private const int Bits = 64;

    /// <summary>Blocks a batch: 64 in every 64-bit lane of a SIMD register; 256 with AVX2, 128 on Arm.</summary>
    public static int Batch => Bits * Vector<ulong>.Count;

    /// <summary>From this many blocks on, one batch is quicker than block after block (measured with AVX2: about 22).</summary>
    public const int Worthwhile = 24;

    /// <summary>Without SIMD (32-bit Arm) a batch is never quicker.</summary>
    private static bool IsWorthwhile(int blocks) => blocks >= Worthwhile && Vector.IsHardwareAccelerated;

    /// <summary>CTR on the front of data, in place, as far as that is worthwhile; moves the counter on.</summary>
    /// <returns>The bytes done, a multiple of 8.</returns>
    public static int XorKeystream(ReadOnlySpan<ulong> roundKeys, Span<byte> counter, Span<byte> data)
    {
        Span<ulong> batch = stackalloc ulong[Batch];
        var next = BinaryPrimitives.ReadUInt64BigEndian(counter);
        var done = 0;
        while ((data.Length - done) / PresentCore.BlockSize is var left && IsWorthwhile(left))
        {
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i] = next + (ulong)i;
            }

            Encrypt(roundKeys, batch);
            var used = Math.Min(left, batch.Length);
            for (var i = 0; i < used; i++, done += PresentCore.BlockSize)
            {
                var block = data[done..];
                BinaryPrimitives.WriteUInt64LittleEndian(
                    block, BinaryPrimitives.ReadUInt64LittleEndian(block) ^ BinaryPrimitives.ReverseEndianness(batch[i]));
            }

            next += (ulong)used;
            OperationCounts.CountCipherBlocks(used);
        }

        batch.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(counter, next);
        return done;
    }

    /// <summary>ECB on the front of data, in place, as far as that is worthwhile.</summary>
    /// <returns>The bytes done, a multiple of 8.</returns>
    public static int EncryptEcb(ReadOnlySpan<ulong> roundKeys, Span<byte> data)
    {
        Span<ulong> batch = stackalloc ulong[Batch];
        batch.Clear();
        var done = 0;
        while ((data.Length - done) / PresentCore.BlockSize is var left && IsWorthwhile(left))
        {
            var used = Math.Min(left, batch.Length);
            for (var i = 0; i < used; i++)
            {
                batch[i] = BinaryPrimitives.ReadUInt64BigEndian(data[(done + (i * PresentCore.BlockSize))..]);
            }

            Encrypt(roundKeys, batch);
            for (var i = 0; i < used; i++, done += PresentCore.BlockSize)
            {
                BinaryPrimitives.WriteUInt64BigEndian(data[done..], batch[i]);
            }

            OperationCounts.CountCipherBlocks(used);
        }

        batch.Clear();
        return done;
    }

    /// <summary>Encrypts in place; blocks are numbers, their first byte the most significant.</summary>
    /// <param name="roundKeys">The 32 round keys.</param>
    /// <param name="blocks">Exactly <see cref="Batch"/> blocks.</param>
    public static void Encrypt(ReadOnlySpan<ulong> roundKeys, Span<ulong> blocks)
    {
        Span<Vector<ulong>> state = stackalloc Vector<ulong>[Bits];
        Span<Vector<ulong>> next = stackalloc Vector<ulong>[Bits];
        for (var row = 0; row < Bits; row++)
        {
            state[row] = new Vector<ulong>(blocks[(row * Vector<ulong>.Count)..]);
        }

        Transpose(state);
        for (var round = 0; round < PresentCore.Rounds; round++)
        {
            Round(roundKeys[round], state, next);
            var swap = state;
            state = next;
            next = swap;
        }

        for (var bit = 0; bit < Bits; bit++)
        {
            state[bit] ^= Spread(roundKeys[PresentCore.Rounds], bit);
        }

        Transpose(state);
        for (var row = 0; row < Bits; row++)
        {
            state[row].CopyTo(blocks[(row * Vector<ulong>.Count)..]);
        }

        state.Clear();
        next.Clear();
    }

    private static void Round(ulong key, ReadOnlySpan<Vector<ulong>> state, Span<Vector<ulong>> next)
    {
        // One length check for all: the loop indexes 0..63 in both.
        state = state[..Bits];
        next = next[..Bits];
        for (var nibble = 0; nibble < 16; nibble++)
        {
            var at = 4 * nibble;
            var x0 = state[at] ^ Spread(key, at);
            var x1 = state[at + 1] ^ Spread(key, at + 1);
            var x2 = state[at + 2] ^ Spread(key, at + 2);
            var x3 = state[at + 3] ^ Spread(key, at + 3);

            // The circuit of PresentCore.Substitute.
            var t1 = x1 ^ x2;
            var t2 = x2 & t1;
            var t3 = x3 ^ t2;
            var y0 = x0 ^ t3;
            t2 = t1 & t3;
            t1 ^= y0;
            t2 ^= x2;
            var y1 = t1 ^ (x0 | t2);
            t2 ^= ~x0;
            next[nibble] = y0;
            next[nibble + 16] = y1;
            next[nibble + 32] = t3 ^ (t2 | t1);
            next[nibble + 48] = y1 ^ t2;
        }
    }

    /// <summary>Bit of the key in every position: all ones or all zeros, without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ulong> Spread(ulong key, int bit) => new(0UL - ((key >> bit) & 1));

    /// <summary>In each lane, row r bit c goes to row c bit r.</summary>
    private static void Transpose(Span<Vector<ulong>> rows)
    {
        var mask = 0x00000000FFFFFFFFUL;
        for (var distance = 32; distance != 0; distance >>= 1)
        {
            var wide = new Vector<ulong>(mask);
            for (var row = 0; row < Bits; row = ((row | distance) + 1) & ~distance)
            {
                var t = ((rows[row] >>> distance) ^ rows[row | distance]) & wide;
                rows[row | distance] ^= t;
                rows[row] ^= t << distance;
            }

            mask ^= mask << (distance >> 1);
        }
    }
}
