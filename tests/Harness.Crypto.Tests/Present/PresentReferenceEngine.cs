namespace Harness.Crypto.Tests.Present;

/// <summary>PRESENT as its paper describes it, bit by bit and with the S-box as a table: the reference that the fast engine is tested against.</summary>
/// <remarks>Source: Bogdanov et al., CHES 2007, sections 3 and appendices. NOT constant time (secret-indexed table): tests only.</remarks>
internal sealed class PresentReferenceEngine : IBlockCipher
{
    private static readonly int[] _sBox = [0xC, 5, 6, 0xB, 9, 0, 0xA, 0xD, 3, 0xE, 0xF, 8, 4, 7, 1, 2];
    private readonly bool[][] _roundKeys = new bool[32][];
    private bool _forEncryption;

    public string AlgorithmName => "PRESENT";

    public bool IsPartialBlockOkay => false;

    public int GetBlockSize() => 8;

    public void Init(bool forEncryption, ICipherParameters parameters)
    {
        var key = parameters is KeyParameter k ? k.GetKey() : throw new ArgumentException("A KeyParameter is needed.", nameof(parameters));
        if (key.Length is not (10 or 16))
        {
            throw new ArgumentException("10 or 16 bytes are needed.", nameof(parameters));
        }

        _forEncryption = forEncryption;
        var register = ToBits(key);
        var n = register.Length;
        for (var round = 1; round <= 32; round++)
        {
            _roundKeys[round - 1] = register[(n - 64)..];
            var rotated = new bool[n];
            for (var i = 0; i < n; i++)
            {
                rotated[(i + 61) % n] = register[i];
            }

            register = rotated;
            SubstituteNibble(register, n - 4, _sBox);
            if (n == 128)
            {
                SubstituteNibble(register, n - 8, _sBox);
            }

            var counterAt = n == 80 ? 15 : 62;
            for (var i = 0; i < 5; i++)
            {
                register[counterAt + i] ^= ((round >> i) & 1) == 1;
            }
        }
    }

    public int ProcessBlock(byte[] inBuf, int inOff, byte[] outBuf, int outOff)
    {
        var state = ToBits(inBuf[inOff..(inOff + 8)]);
        state = _forEncryption ? Encrypt(state) : Decrypt(state);
        Array.Clear(outBuf, outOff, 8);
        for (var i = 0; i < 64; i++)
        {
            outBuf[outOff + 7 - (i / 8)] |= (byte)(state[i] ? 1 << (i % 8) : 0);
        }

        return 8;
    }

    public int ProcessBlock(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var block = input[..8].ToArray();
        ProcessBlock(block, 0, block, 0);
        block.CopyTo(output);
        return 8;
    }

    public void Reset()
    {
    }

    private bool[] Encrypt(bool[] state)
    {
        for (var round = 0; round < 31; round++)
        {
            AddRoundKey(state, round);
            Substitute(state, _sBox);
            var permuted = new bool[64];
            for (var i = 0; i < 64; i++)
            {
                permuted[Target(i)] = state[i];
            }

            state = permuted;
        }

        AddRoundKey(state, 31);
        return state;
    }

    private bool[] Decrypt(bool[] state)
    {
        var inverse = new int[16];
        for (var i = 0; i < 16; i++)
        {
            inverse[_sBox[i]] = i;
        }

        for (var round = 31; round > 0; round--)
        {
            AddRoundKey(state, round);
            var permuted = new bool[64];
            for (var i = 0; i < 64; i++)
            {
                permuted[i] = state[Target(i)];
            }

            state = permuted;
            Substitute(state, inverse);
        }

        AddRoundKey(state, 0);
        return state;
    }

    private static int Target(int i) => i == 63 ? 63 : 16 * i % 63;

    private void AddRoundKey(bool[] state, int round)
    {
        for (var i = 0; i < 64; i++)
        {
            state[i] ^= _roundKeys[round][i];
        }
    }

    private static void Substitute(bool[] state, int[] box)
    {
        for (var i = 0; i < 64; i += 4)
        {
            SubstituteNibble(state, i, box);
        }
    }

    private static void SubstituteNibble(bool[] bits, int at, int[] box)
    {
        var value = 0;
        for (var i = 0; i < 4; i++)
        {
            value |= bits[at + i] ? 1 << i : 0;
        }

        for (var i = 0; i < 4; i++)
        {
            bits[at + i] = ((box[value] >> i) & 1) == 1;
        }
    }

    /// <summary>Bit 0 is the least significant bit of the last byte.</summary>
    private static bool[] ToBits(byte[] bytes)
    {
        var bits = new bool[bytes.Length * 8];
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = ((bytes[^(1 + (i / 8))] >> (i % 8)) & 1) == 1;
        }

        return bits;
    }
}
