namespace Harness.Crypto.Ascon;

/// <summary>The 320-bit state and Ascon's permutation (NIST SP 800-232, section 3).</summary>
internal struct AsconState
{
    private const int MostRounds = 16;
    public ulong X0;
    public ulong X1;
    public ulong X2;
    public ulong X3;
    public ulong X4;

    /// <summary>The last rounds of the 16 that have constants.</summary>
    public void Permute(int rounds)
    {
        OperationCounts.CountCipherBlocks(1);
        var (x0, x1, x2, x3, x4) = (X0, X1, X2, X3, X4);
        for (var round = MostRounds - rounds; round < MostRounds; round++)
        {
            // Constants 3c, 2d, 1e, 0f, f0, e1, ..: the high nibble falls and the low one rises.
            x2 ^= (ulong)((((19 - round) & 0xF) << 4) | ((round + 12) & 0xF));

            // The S-box on 64 columns.
            x0 ^= x4;
            x4 ^= x3;
            x2 ^= x1;
            var (t0, t1, t2, t3, t4) = (~x0 & x1, ~x1 & x2, ~x2 & x3, ~x3 & x4, ~x4 & x0);
            x0 ^= t1;
            x1 ^= t2;
            x2 ^= t3;
            x3 ^= t4;
            x4 ^= t0;
            x1 ^= x0;
            x0 ^= x4;
            x3 ^= x2;
            x2 = ~x2;

            x0 ^= BitOperations.RotateRight(x0, 19) ^ BitOperations.RotateRight(x0, 28);
            x1 ^= BitOperations.RotateRight(x1, 61) ^ BitOperations.RotateRight(x1, 39);
            x2 ^= BitOperations.RotateRight(x2, 1) ^ BitOperations.RotateRight(x2, 6);
            x3 ^= BitOperations.RotateRight(x3, 10) ^ BitOperations.RotateRight(x3, 17);
            x4 ^= BitOperations.RotateRight(x4, 7) ^ BitOperations.RotateRight(x4, 41);
        }

        (X0, X1, X2, X3, X4) = (x0, x1, x2, x3, x4);
    }

    /// <summary>Adds 16 bytes to the rate.</summary>
    public void Absorb(ReadOnlySpan<byte> block)
    {
        X0 ^= BinaryPrimitives.ReadUInt64LittleEndian(block);
        X1 ^= BinaryPrimitives.ReadUInt64LittleEndian(block[8..]);
    }

    /// <summary>Reads the rate, 16 bytes.</summary>
    public readonly void Rate(Span<byte> block)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(block, X0);
        BinaryPrimitives.WriteUInt64LittleEndian(block[8..], X1);
    }
}
