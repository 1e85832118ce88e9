using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;

namespace Harness.Crypto.Present;

/// <summary>PRESENT as a BouncyCastle block cipher: 64-bit blocks, keys of 10 (PRESENT-80) or 16 bytes (PRESENT-128).</summary>
/// <remarks>
/// Source: Bogdanov et al., CHES 2007 (31 rounds and a final key). Constant time in key and data: no secret-indexed table
/// and no secret branch, see <see cref="PresentCore"/>. BouncyCastle's modes and padding around it are not promised to be.
/// One instance serves one thread. <see cref="Dispose"/> clears the round keys; a <see cref="KeyParameter"/> keeps its own copy,
/// which <see cref="Init(bool, ReadOnlySpan{byte})"/> avoids.
/// </remarks>
public sealed class PresentEngine : IBlockCipher, IDisposable
{
    /// <summary>Bytes a block: 8.</summary>
    public const int BlockSize = PresentCore.BlockSize;

    private readonly ulong[] _roundKeys = GC.AllocateArray<ulong>(PresentCore.RoundKeys, pinned: true);
    private bool _ready;
    private bool _forEncryption;

    /// <inheritdoc/>
    public string AlgorithmName => "PRESENT";

    /// <summary>The expanded key, for the bulk path.</summary>
    internal ReadOnlySpan<ulong> RoundKeys => _roundKeys;

    /// <inheritdoc/>
    public int GetBlockSize() => BlockSize;

    /// <summary>Sets direction and key.</summary>
    /// <param name="forEncryption">True to encrypt.</param>
    /// <param name="parameters">A <see cref="KeyParameter"/> of 10 or 16 bytes.</param>
    /// <exception cref="ArgumentException">Other parameters, or a key of another size.</exception>
    public void Init(bool forEncryption, ICipherParameters parameters)
    {
        if (parameters is not KeyParameter key)
        {
            throw new ArgumentException($"PRESENT takes a KeyParameter, not {parameters?.GetType().Name ?? "null"}.", nameof(parameters));
        }

        var bytes = key.GetKey();
        Init(forEncryption, bytes);
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>Sets direction and key without a copy of the key outside this object.</summary>
    /// <param name="forEncryption">True to encrypt.</param>
    /// <param name="key">10 or 16 bytes.</param>
    /// <exception cref="ArgumentException">A key of another size.</exception>
    public void Init(bool forEncryption, ReadOnlySpan<byte> key)
    {
        PresentCore.ExpandKey(key, _roundKeys);
        _forEncryption = forEncryption;
        _ready = true;
    }

    /// <inheritdoc/>
    public int ProcessBlock(byte[] inBuf, int inOff, byte[] outBuf, int outOff)
    {
        ArgumentNullException.ThrowIfNull(inBuf);
        ArgumentNullException.ThrowIfNull(outBuf);
        return ProcessBlock(inBuf.AsSpan(inOff), outBuf.AsSpan(outOff));
    }

    /// <summary>Processes one block; input and output may be the same memory.</summary>
    /// <param name="input">At least 8 bytes; the first 8 are used.</param>
    /// <param name="output">At least 8 bytes; the first 8 are written.</param>
    /// <returns>8.</returns>
    /// <exception cref="InvalidOperationException">No key was set, or the engine was disposed.</exception>
    /// <exception cref="DataLengthException">Fewer than 8 bytes in either buffer.</exception>
    public int ProcessBlock(ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (!_ready)
        {
            throw new InvalidOperationException("PresentEngine.ProcessBlock: no key is set (state: new or disposed); call Init first.");
        }

        if (input.Length < BlockSize || output.Length < BlockSize)
        {
            throw new DataLengthException(
                $"PRESENT works on whole blocks of {BlockSize} bytes; input has {input.Length}, output {output.Length}.");
        }

        var state = BinaryPrimitives.ReadUInt64BigEndian(input);
        state = _forEncryption ? PresentCore.Encrypt(state, _roundKeys) : PresentCore.Decrypt(state, _roundKeys);
        BinaryPrimitives.WriteUInt64BigEndian(output, state);
        OperationCounts.CountCipherBlocks(1);
        return BlockSize;
    }

    /// <summary>Clears the round keys; the engine then needs a new key.</summary>
    public void Dispose()
    {
        Array.Clear(_roundKeys);
        _ready = false;
    }
}
