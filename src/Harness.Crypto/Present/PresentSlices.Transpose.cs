using System.Numerics;
using System.Runtime.CompilerServices;

namespace Harness.Crypto.Present;

/// <content>Transposition between blocks and bit slices.</content>
internal static unsafe partial class PresentSlices<T>
{
    /// <summary>Transposes blocks, whose first byte is the most significant, to slices.</summary>
    /// <param name="blocks">The batch; clobbered.</param>
    /// <param name="slices">64 registers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToSlices(T* blocks, T* slices)
    {
        for (var column = 0; column < 8; column++)
        {
            Columns(blocks + column);
        }

        for (var row = 0; row < Bits; row += 8)
        {
            Rows(blocks + row, slices + (row ^ SwapBytes));
        }
    }

    /// <summary>Transposes slices to blocks, whose first byte is the most significant, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToBlocks(T* slices)
    {
        for (var column = 0; column < 8; column++)
        {
            ColumnsSwapped(slices + column);
        }

        for (var row = 0; row < Bits; row += 8)
        {
            Rows(slices + row, slices + row);
        }
    }

    /// <summary>The steps of 32, 16 and 8 rows of the transposition, on every eighth row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns(T* rows)
    {
        var (r0, r1, r2, r3) = (rows[0], rows[8], rows[16], rows[24]);
        var (r4, r5, r6, r7) = (rows[32], rows[40], rows[48], rows[56]);
        Eight(32, 0x00000000FFFFFFFF, 0x0000FFFF0000FFFF, 0x00FF00FF00FF00FF, ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        (rows[0], rows[8], rows[16], rows[24]) = (r0, r1, r2, r3);
        (rows[32], rows[40], rows[48], rows[56]) = (r4, r5, r6, r7);
    }

    /// <summary>The same in place, on rows in swapped byte order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ColumnsSwapped(T* rows)
    {
        var (r7, r6, r5, r4) = (rows[0], rows[8], rows[16], rows[24]);
        var (r3, r2, r1, r0) = (rows[32], rows[40], rows[48], rows[56]);
        Eight(32, 0x00000000FFFFFFFF, 0x0000FFFF0000FFFF, 0x00FF00FF00FF00FF, ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        (rows[0], rows[8], rows[16], rows[24]) = (r0, r1, r2, r3);
        (rows[32], rows[40], rows[48], rows[56]) = (r4, r5, r6, r7);
    }

    /// <summary>The steps of 4, 2 and 1 rows, on eight rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(T* from, T* to)
    {
        var (r0, r1, r2, r3) = (from[0], from[1], from[2], from[3]);
        var (r4, r5, r6, r7) = (from[4], from[5], from[6], from[7]);
        Eight(4, 0x0F0F0F0F0F0F0F0F, 0x3333333333333333, 0x5555555555555555, ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        (to[0], to[1], to[2], to[3]) = (r0, r1, r2, r3);
        (to[4], to[5], to[6], to[7]) = (r4, r5, r6, r7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(
        int distance, ulong mask0, ulong mask1, ulong mask2,
        ref T r0, ref T r1, ref T r2, ref T r3, ref T r4, ref T r5, ref T r6, ref T r7)
    {
        var mask = T.Broadcast(mask0);
        Swap(ref r0, ref r4, distance, mask);
        Swap(ref r1, ref r5, distance, mask);
        Swap(ref r2, ref r6, distance, mask);
        Swap(ref r3, ref r7, distance, mask);
        distance >>= 1;
        mask = T.Broadcast(mask1);
        Swap(ref r0, ref r2, distance, mask);
        Swap(ref r1, ref r3, distance, mask);
        Swap(ref r4, ref r6, distance, mask);
        Swap(ref r5, ref r7, distance, mask);
        distance >>= 1;
        mask = T.Broadcast(mask2);
        Swap(ref r0, ref r1, distance, mask);
        Swap(ref r2, ref r3, distance, mask);
        Swap(ref r4, ref r5, distance, mask);
        Swap(ref r6, ref r7, distance, mask);
    }

    /// <summary>Swaps the high bits of the upper row with the low bits of the lower one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Swap(ref T upper, ref T lower, int distance, T mask)
    {
        var t = ((upper >>> distance) ^ lower) & mask;
        lower ^= t;
        upper ^= t << distance;
    }
}
