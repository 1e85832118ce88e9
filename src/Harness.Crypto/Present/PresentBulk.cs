using System.Runtime.Intrinsics;

namespace Harness.Crypto.Present;

/// <summary>PRESENT on many blocks at once, on the widest registers of this processor: AVX-512, AVX2, or 128 bits (SSE2, NEON).</summary>
/// <remarks>This class chooses the path and handles the memory; <see cref="PresentSlices{T}"/> is the cipher. Blocks too few for a batch are left to the caller.</remarks>
internal static unsafe class PresentBulk
{
    /// <summary>Number of blocks from which a batch is quicker than single blocks: a batch takes 1.2 µs on x86 at any width, a block 0.17 µs.</summary>
    public const int MinimumBatch = 10;

    /// <summary>The path without registers wider than a word: one block after another.</summary>
    public const int Scalar = 64;

    private const int Alignment = 64;
    private const ulong Forward = 0;
    private const ulong Inverse = 1;
    private static readonly AsyncLocal<int> _forced = new();

    /// <summary>Every path, in bits of a register. All run everywhere: a register wider than the processor's is processed in halves.</summary>
    public static IReadOnlyList<int> Widths { get; } = [Scalar, 128, 256, 512];

    /// <summary>Bits of a register in use: the widest that the processor has, unless <see cref="Use"/> selects another.</summary>
    public static int Width => _forced.Value is var forced and not 0 ? forced
        : !BitConverter.IsLittleEndian ? Scalar
        : Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : Vector128.IsHardwareAccelerated ? 128
        : Scalar;

    /// <summary>Blocks a batch of the path in use.</summary>
    public static int Batch => Width == Scalar ? 1 : Width;

    /// <summary>Forces a path for the calling asynchronous flow, for tests and benchmarks.</summary>
    /// <param name="width">One of <see cref="Widths"/>.</param>
    /// <returns>A scope; disposing it restores the path before.</returns>
    public static IDisposable Use(int width)
    {
        var before = _forced.Value;
        _forced.Value = Widths.Contains(width) ? width : throw new ArgumentOutOfRangeException(nameof(width), width, "No such path.");
        return new Restore(before);
    }

    /// <summary>Applies CTR to the front of source in whole batches, and advances the counter.</summary>
    /// <param name="roundKeys">The 32 round keys.</param>
    /// <param name="counter">The first block's counter, then that of the first block left.</param>
    /// <param name="source">Any length.</param>
    /// <param name="target">As long; may be the same memory.</param>
    /// <returns>The bytes done, a multiple of 8.</returns>
    public static int Ctr(ReadOnlySpan<ulong> roundKeys, ref ulong counter, ReadOnlySpan<byte> source, Span<byte> target)
    {
        var done = Run(roundKeys, source, target, counter, &CtrBatches<Register128>, &CtrBatches<Register256>, &CtrBatches<Register512>);
        counter += (ulong)(done / PresentCore.BlockSize);
        return done;
    }

    /// <summary>Encrypts the front of data in ECB in whole batches, in place.</summary>
    /// <returns>The bytes done, a multiple of 8.</returns>
    public static int EncryptEcb(ReadOnlySpan<ulong> roundKeys, Span<byte> data) => Ecb(roundKeys, data, Forward);

    /// <summary>Decrypts the output of <see cref="EncryptEcb"/>.</summary>
    /// <returns>The bytes done, a multiple of 8.</returns>
    public static int DecryptEcb(ReadOnlySpan<ulong> roundKeys, Span<byte> data) => Ecb(roundKeys, data, Inverse);

    private static int Ecb(ReadOnlySpan<ulong> roundKeys, Span<byte> data, ulong direction) => Run(
        roundKeys, data, data, direction, &EcbBatches<Register128>, &EcbBatches<Register256>, &EcbBatches<Register512>);

    [SkipLocalsInit]
    private static int Run(
        ReadOnlySpan<ulong> roundKeys,
        ReadOnlySpan<byte> source,
        Span<byte> target,
        ulong parameter,
        delegate*<ulong*, ReadOnlySpan<byte>, Span<byte>, ulong, void> on128,
        delegate*<ulong*, ReadOnlySpan<byte>, Span<byte>, ulong, void> on256,
        delegate*<ulong*, ReadOnlySpan<byte>, Span<byte>, ulong, void> on512)
    {
        var width = Width;
        var blocks = source.Length / PresentCore.BlockSize;
        if (width == Scalar || blocks < MinimumBatch)
        {
            return 0;
        }

        // Whole batches, and one more for the rest where a batch is quicker.
        var rest = blocks % width;
        var done = (rest < MinimumBatch ? blocks - rest : blocks) * PresentCore.BlockSize;
        var memory = stackalloc byte[(PresentCore.RoundKeys * 64 * sizeof(ulong)) + Alignment];
        var masks = (ulong*)Aligned(memory);
        Expand(roundKeys, masks);
        (width == 512 ? on512 : width == 256 ? on256 : on128)(masks, source[..done], target[..done], parameter);
        Clear(masks, PresentCore.RoundKeys * 64 * sizeof(ulong));
        OperationCounts.CountCipherBlocks(done / PresentCore.BlockSize);
        return done;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CtrBatches<T>(ulong* masks, ReadOnlySpan<byte> source, Span<byte> target, ulong counter)
        where T : unmanaged, IRegister<T>
    {
        var size = 64 * sizeof(T);
        var memory = stackalloc byte[(2 * size) + (4 * sizeof(T)) + Alignment];
        T* slices = (T*)Aligned(memory), scratch = slices + 64, lanes = scratch + 64;
        PresentSlices<T>.LaneNumbers(lanes);
        for (; source.Length > 0; counter += (ulong)PresentSlices<T>.Batch)
        {
            PresentSlices<T>.Count(counter, lanes, slices);
            PresentSlices<T>.Encrypt(masks, slices, scratch);
            PresentSlices<T>.ToBlocks(slices);
            var used = Math.Min(size, source.Length);
            Xor<T>(source[..used], slices, target);
            source = source[used..];
            target = target[used..];
        }

        Clear(slices, 2 * size);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EcbBatches<T>(ulong* masks, ReadOnlySpan<byte> source, Span<byte> target, ulong direction)
        where T : unmanaged, IRegister<T>
    {
        var size = 64 * sizeof(T);
        var memory = stackalloc byte[(2 * size) + Alignment];
        T* slices = (T*)Aligned(memory), scratch = slices + 64;
        for (; source.Length > 0;)
        {
            var used = Load(ref source, scratch, size);
            PresentSlices<T>.ToSlices(scratch, slices);
            if (direction == Forward)
            {
                PresentSlices<T>.Encrypt(masks, slices, scratch);
            }
            else
            {
                PresentSlices<T>.Decrypt(masks, slices, scratch);
            }

            PresentSlices<T>.ToBlocks(slices);
            Store(slices, ref target, used);
        }

        Clear(slices, 2 * size);
    }

    /// <summary>Every bit of every round key as a word of all ones or all zeros, without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Expand(ReadOnlySpan<ulong> roundKeys, ulong* masks)
    {
        var low = Vector256.Create(1UL, 2, 4, 8);
        foreach (var key in roundKeys)
        {
            var bits = Vector256.Create(key);
            var bit = low;
            for (var i = 0; i < 16; i++, masks += 4, bit <<= 4)
            {
                *(Vector256<ulong>*)masks = Vector256.Equals(bits & bit, bit);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Xor<T>(ReadOnlySpan<byte> source, T* keystream, Span<byte> target)
        where T : unmanaged, IRegister<T>
    {
        fixed (byte* from = source, to = target)
        {
            var at = 0;
            for (; at <= source.Length - sizeof(T); at += sizeof(T))
            {
                *(T*)(to + at) = *(T*)(from + at) ^ *(T*)((byte*)keystream + at);
            }

            for (; at < source.Length; at++)
            {
                to[at] = (byte)(from[at] ^ ((byte*)keystream)[at]);
            }
        }
    }

    private static int Load(ref ReadOnlySpan<byte> source, void* batch, int size)
    {
        var used = Math.Min(size, source.Length);
        var whole = new Span<byte>(batch, size);
        source[..used].CopyTo(whole);
        whole[used..].Clear();
        source = source[used..];
        return used;
    }

    private static void Store(void* batch, ref Span<byte> target, int used)
    {
        new ReadOnlySpan<byte>(batch, used).CopyTo(target);
        target = target[used..];
    }

    private static void* Aligned(byte* memory) => (void*)(((nint)memory + Alignment - 1) & -Alignment);

    private static void Clear(void* memory, int bytes) => CryptographicOperations.ZeroMemory(new Span<byte>(memory, bytes));

    private sealed class Restore(int before) : IDisposable
    {
        public void Dispose() => _forced.Value = before;
    }
}
