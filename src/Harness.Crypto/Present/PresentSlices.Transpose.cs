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
    private static void Columns(T* rows) =>
        Eight(rows, 8, rows, 8, 32, 0x00000000FFFFFFFF, 0x0000FFFF0000FFFF, 0x00FF00FF00FF00FF);

    /// <summary>The same in place, on rows in swapped byte order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ColumnsSwapped(T* rows) =>
        Eight(rows + 56, -8, rows, 8, 32, 0x00000000FFFFFFFF, 0x0000FFFF0000FFFF, 0x00FF00FF00FF00FF);

    /// <summary>The steps of 4, 2 and 1 rows, on eight rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(T* from, T* to) =>
        Eight(from, 1, to, 1, 4, 0x0F0F0F0F0F0F0F0F, 0x3333333333333333, 0x5555555555555555);

    /// <summary>Three steps on eight registers, each a constant stride from the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(T* from, int fromStride, T* to, int toStride, int distance, ulong mask0, ulong mask1, ulong mask2)
    {
        var (r0, r1, r2, r3) = (from[0], from[fromStride], from[2 * fromStride], from[3 * fromStride]);
        var (r4, r5, r6, r7) = (from[4 * fromStride], from[5 * fromStride], from[6 * fromStride], from[7 * fromStride]);
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
        (to[0], to[toStride], to[2 * toStride], to[3 * toStride]) = (r0, r1, r2, r3);
        (to[4 * toStride], to[5 * toStride], to[6 * toStride], to[7 * toStride]) = (r4, r5, r6, r7);
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
