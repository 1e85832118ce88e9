namespace Harness.Crypto.Present;

/// <summary>PRESENT under one key on up to one batch of independent blocks at a time, for modes that chain blocks within a message but not between messages.</summary>
/// <remarks>
/// The expanded key stays between calls, which <see cref="PresentBulk"/> makes anew for each message. Constant time, see <see cref="PresentSlices{T}"/>. Not thread-safe.
/// <see cref="Dispose"/> clears key and blocks.
/// </remarks>
internal sealed unsafe class PresentBatch : IDisposable
{
    private const int Masks = PresentCore.RoundKeys * 64;
    private const int Alignment = 8; // words: 64 bytes
    private readonly int _width = PresentBulk.Width;
    private readonly ulong[] _memory;
    private readonly int _start;

    /// <summary>Takes the path that is in use now, which must not be <see cref="PresentBulk.Scalar"/>.</summary>
    /// <param name="roundKeys">The 32 round keys.</param>
    public PresentBatch(ReadOnlySpan<ulong> roundKeys)
    {
        _memory = GC.AllocateArray<ulong>(Masks + (2 * Capacity) + Alignment, pinned: true);
        var address = (nint)Unsafe.AsPointer(ref _memory[0]) / sizeof(ulong);
        _start = (int)(((address + Alignment - 1) / Alignment * Alignment) - address);
        fixed (ulong* masks = &_memory[_start])
        {
            PresentBulk.Expand(roundKeys, masks);
        }
    }

    /// <summary>Most blocks at a time: the bits of a register.</summary>
    public int Capacity => _width;

    /// <summary>The blocks to encrypt, <see cref="Capacity"/> words whose bytes in memory are the blocks' bytes.</summary>
    public Span<ulong> Blocks => _memory.AsSpan(_start + Masks, Capacity);

    /// <summary>Encrypts the blocks in place. The caller counts those that it needs.</summary>
    public void Encrypt()
    {
        fixed (ulong* masks = &_memory[_start])
        {
            switch (_width)
            {
                case 512:
                    Encrypt<Register512>(masks);
                    break;
                case 256:
                    Encrypt<Register256>(masks);
                    break;
                default:
                    Encrypt<Register128>(masks);
                    break;
            }
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_memory.AsSpan()));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Encrypt<T>(ulong* masks)
        where T : unmanaged, IRegister<T>
    {
        T* blocks = (T*)(masks + Masks), slices = blocks + 64;
        PresentSlices<T>.ToSlices(blocks, slices);
        PresentSlices<T>.Encrypt(masks, slices, blocks);
        PresentSlices<T>.ToBlocks(slices);
        for (var i = 0; i < 64; i++)
        {
            blocks[i] = slices[i];
        }
    }
}
