namespace Harness.Crypto.Present;

/// <summary>PRESENT on slices: 64 registers, of which register i holds bit i of every block of a batch.</summary>
/// <remarks>
/// A batch has 64 blocks in every 64-bit lane of T (a register of 128, 256 or 512 bits): block r·lanes + l is bit r of lane l. A round is
/// Boolean operations on registers; the permutation layer is free, as it only selects the register that a result is written to. Two rounds are done at once: S-boxes
/// 4k..4k+3 of a round feed S-boxes k, k+4, k+8, k+12 of the next and no others, so 16 slices stay in registers. Constant time: no branch
/// and no index depends on key or data. Source: Biham, "A Fast New DES Implementation in Software", FSE 1997, for bit-slicing; Warren,
/// Hacker's Delight 7-3, for the transposition.
/// </remarks>
internal static unsafe partial class PresentSlices<T>
    where T : unmanaged, IRegister<T>
{
    public const int Bits = 64;

    /// <summary>Mask whose XOR with a bit's index gives the index of its slice, where slices hold numbers with their bytes swapped.</summary>
    private const int SwapBytes = 56;

    /// <summary>64-bit lanes of a register.</summary>
    public static int Lanes => sizeof(T) / sizeof(ulong);

    /// <summary>Blocks a batch.</summary>
    public static int Batch => Bits * Lanes;

    /// <summary>Slices of the counters first, first + 1, .. of a batch.</summary>
    /// <param name="first">The first block's counter; they wrap at 2^64.</param>
    /// <param name="lanes">From <see cref="LaneNumbers"/>.</param>
    /// <param name="slices">64 registers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Count(ulong first, T* lanes, T* slices)
    {
        // A sliced ripple-carry addition of the block's number, whose high six bits are the bit of the lane; above it only the carry.
        ReadOnlySpan<ulong> rows =
            [0xAAAAAAAAAAAAAAAA, 0xCCCCCCCCCCCCCCCC, 0xF0F0F0F0F0F0F0F0, 0xFF00FF00FF00FF00, 0xFFFF0000FFFF0000, 0xFFFFFFFF00000000];
        var laneBits = BitOperations.Log2((uint)Lanes);
        var carry = default(T);
        for (var bit = 0; bit < laneBits + 6; bit++)
        {
            var number = bit < laneBits ? lanes[bit] : T.Broadcast(rows[bit - laneBits]);
            var start = T.Broadcast(0UL - ((first >> bit) & 1));
            var sum = number ^ start;
            slices[bit] = sum ^ carry;
            carry = (number & start) | (sum & carry);
        }

        var high = first >> (laneBits + 6);
        var change = high ^ (high + 1);
        for (var bit = laneBits + 6; bit < Bits; bit++, high >>= 1, change >>= 1)
        {
            slices[bit] = T.Broadcast(0UL - (high & 1)) ^ (carry & T.Broadcast(0UL - (change & 1)));
        }
    }

    /// <summary>Fills one register for each bit of a lane's number, all ones where it is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LaneNumbers(T* lanes)
    {
        for (var bit = 0; 1 << bit < Lanes; bit++)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                ((ulong*)(lanes + bit))[lane] = 0UL - (((ulong)lane >> bit) & 1);
            }
        }
    }

    /// <summary>31 rounds and the final key, in place.</summary>
    /// <param name="masks">From <see cref="PresentBulk"/>: 32 round keys of 64 words, each all ones or all zeros.</param>
    /// <param name="slices">64 registers.</param>
    /// <param name="scratch">64 registers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Encrypt(ulong* masks, T* slices, T* scratch)
    {
        for (var box = 0; box < 16; box++)
        {
            var from = 4 * box;
            var (x0, x1, x2, x3) = (slices[from], slices[from + 1], slices[from + 2], slices[from + 3]);
            AddKey(masks + from, 1, ref x0, ref x1, ref x2, ref x3);
            PresentSubstitution.Forward(ref x0, ref x1, ref x2, ref x3);
            (scratch[box], scratch[box + 16], scratch[box + 32], scratch[box + 48]) = (x0, x1, x2, x3);
        }

        T* source = scratch, target = slices;
        for (var round = 1; round < PresentCore.Rounds; round += 2)
        {
            for (var group = 0; group < 4; group++)
            {
                EncryptTwoRounds(masks + (Bits * round), group, source, target);
            }

            var swap = source;
            source = target;
            target = swap;
        }

        for (var bit = 0; bit < Bits; bit++)
        {
            slices[bit] ^= T.Broadcast(masks[(Bits * PresentCore.Rounds) + bit]);
        }
    }

    /// <summary>Decrypts, the inverse of <see cref="Encrypt"/>, one round at a time: two rounds with this S-box are too large for the compiler to inline.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decrypt(ulong* masks, T* slices, T* scratch)
    {
        T* source = slices, target = scratch;
        for (var round = PresentCore.Rounds; round > 0; round--)
        {
            var keys = masks + (Bits * round);
            for (var box = 0; box < 16; box++)
            {
                var to = 4 * box;
                var (x0, x1, x2, x3) = (source[box], source[box + 16], source[box + 32], source[box + 48]);
                AddKey(keys + box, 16, ref x0, ref x1, ref x2, ref x3);
                PresentSubstitution.Inverse(ref x0, ref x1, ref x2, ref x3);
                (target[to], target[to + 1], target[to + 2], target[to + 3]) = (x0, x1, x2, x3);
            }

            var swap = source;
            source = target;
            target = swap;
        }

        // After 31 rounds the result is in the scratch registers.
        for (var bit = 0; bit < Bits; bit++)
        {
            slices[bit] = source[bit] ^ T.Broadcast(masks[bit]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EncryptTwoRounds(ulong* masks, int group, T* source, T* target)
    {
        var from = 16 * group;
        source += from;
        masks += from;
        var (a0, a1, a2, a3) = (source[0], source[1], source[2], source[3]);
        var (b0, b1, b2, b3) = (source[4], source[5], source[6], source[7]);
        var (c0, c1, c2, c3) = (source[8], source[9], source[10], source[11]);
        var (d0, d1, d2, d3) = (source[12], source[13], source[14], source[15]);
        AddKey(masks, 1, ref a0, ref a1, ref a2, ref a3);
        PresentSubstitution.Forward(ref a0, ref a1, ref a2, ref a3);
        AddKey(masks + 4, 1, ref b0, ref b1, ref b2, ref b3);
        PresentSubstitution.Forward(ref b0, ref b1, ref b2, ref b3);
        AddKey(masks + 8, 1, ref c0, ref c1, ref c2, ref c3);
        PresentSubstitution.Forward(ref c0, ref c1, ref c2, ref c3);
        AddKey(masks + 12, 1, ref d0, ref d1, ref d2, ref d3);
        PresentSubstitution.Forward(ref d0, ref d1, ref d2, ref d3);

        // Bit b of box 4k + j went to bit j of box 4b + k.
        masks += Bits - from + (4 * group);
        AddKey(masks, 1, ref a0, ref b0, ref c0, ref d0);
        PresentSubstitution.Forward(ref a0, ref b0, ref c0, ref d0);
        AddKey(masks + 16, 1, ref a1, ref b1, ref c1, ref d1);
        PresentSubstitution.Forward(ref a1, ref b1, ref c1, ref d1);
        AddKey(masks + 32, 1, ref a2, ref b2, ref c2, ref d2);
        PresentSubstitution.Forward(ref a2, ref b2, ref c2, ref d2);
        AddKey(masks + 48, 1, ref a3, ref b3, ref c3, ref d3);
        PresentSubstitution.Forward(ref a3, ref b3, ref c3, ref d3);
        target += group;
        (target[0], target[16], target[32], target[48]) = (a0, b0, c0, d0);
        (target[4], target[20], target[36], target[52]) = (a1, b1, c1, d1);
        (target[8], target[24], target[40], target[56]) = (a2, b2, c2, d2);
        (target[12], target[28], target[44], target[60]) = (a3, b3, c3, d3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddKey(ulong* masks, int stride, ref T x0, ref T x1, ref T x2, ref T x3)
    {
        x0 ^= T.Broadcast(masks[0]);
        x1 ^= T.Broadcast(masks[stride]);
        x2 ^= T.Broadcast(masks[2 * stride]);
        x3 ^= T.Broadcast(masks[3 * stride]);
    }
}
