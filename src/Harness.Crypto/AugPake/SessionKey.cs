namespace Harness.Crypto.AugPake;

/// <summary>A 32-byte session key. It prints its fingerprint only, and is cleared when disposed.</summary>
public sealed class SessionKey : IDisposable
{
    /// <summary>Bytes: 32.</summary>
    public const int Length = 32;

    private readonly byte[] _bytes = GC.AllocateArray<byte>(Length, pinned: true);
    private bool _disposed;

    /// <summary>Copies a key; the caller clears its own copy.</summary>
    /// <param name="bytes">32 bytes.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public SessionKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A session key has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        bytes.CopyTo(_bytes);
        Fingerprint = Fingerprints.Of(bytes);
    }

    /// <summary>The key.</summary>
    /// <exception cref="ObjectDisposedException">The key was cleared.</exception>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>SHA-256("fp"‖key)[0..8), 16 lower-case hex digits (rigs/firmware/PROTOCOL.md), which both ends may report and compare.</summary>
    public string Fingerprint { get; }

    /// <summary>The fingerprint, never the key.</summary>
    /// <returns><see cref="Fingerprint"/>.</returns>
    public override string ToString() => Fingerprint;

    /// <summary>Clears the key.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _disposed = true;
    }
}
