namespace Harness.Crypto;

/// <summary>Counts the cryptographic operations of one asynchronous flow, in the units that the papers use.</summary>
/// <remarks>
/// <see cref="Begin"/> opens a scope that the current flow and everything it awaits or starts counts into; scopes nest, and an
/// inner one adds to the outer ones too. Counting is thread-safe. Outside of any scope nothing is counted.
/// </remarks>
public sealed class OperationCounts : IDisposable
{
    private static readonly AsyncLocal<OperationCounts?> _current = new();
    private readonly OperationCounts? _outer;
    private long _hashes;
    private long _exponentiations;
    private long _ciphers;
    private long _shaBlocks;
    private long _cipherBlocks;

    private OperationCounts(OperationCounts? outer) => _outer = outer;

    /// <summary>Calls of H or H' (the papers' T_h; one H' is one call and two SHA-256 runs).</summary>
    public long Hashes => Interlocked.Read(ref _hashes);

    /// <summary>Exponentiations, or scalar multiplications on a curve (T_ex).</summary>
    public long Exponentiations => Interlocked.Read(ref _exponentiations);

    /// <summary>Calls of a mode: one for each message encrypted, decrypted or authenticated (T_ed).</summary>
    public long Ciphers => Interlocked.Read(ref _ciphers);

    /// <summary>SHA-256 compressions: 64-byte blocks, padding included.</summary>
    public long Sha256Blocks => Interlocked.Read(ref _shaBlocks);

    /// <summary>Block cipher calls.</summary>
    public long CipherBlocks => Interlocked.Read(ref _cipherBlocks);

    /// <summary>Opens a scope; disposing it stops the counting. The numbers stay readable.</summary>
    /// <returns>The scope.</returns>
    public static OperationCounts Begin() => _current.Value = new OperationCounts(_current.Value);

    /// <summary>Ends the scope.</summary>
    public void Dispose()
    {
        if (ReferenceEquals(_current.Value, this))
        {
            _current.Value = _outer;
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Hashes} h, {Exponentiations} exp, {Ciphers} cipher, {Sha256Blocks} SHA-256 blocks, {CipherBlocks} cipher blocks";

    internal static void CountHash(int runs, int inputLength)
    {
        for (var scope = _current.Value; scope is not null; scope = scope._outer)
        {
            Interlocked.Increment(ref scope._hashes);
            Interlocked.Add(ref scope._shaBlocks, runs * ((inputLength + 9L + 63) / 64));
        }
    }

    internal static void CountSha256Blocks(long blocks)
    {
        for (var scope = _current.Value; scope is not null; scope = scope._outer)
        {
            Interlocked.Add(ref scope._shaBlocks, blocks);
        }
    }

    internal static void CountExponentiation()
    {
        for (var scope = _current.Value; scope is not null; scope = scope._outer)
        {
            Interlocked.Increment(ref scope._exponentiations);
        }
    }

    internal static void CountCipher()
    {
        for (var scope = _current.Value; scope is not null; scope = scope._outer)
        {
            Interlocked.Increment(ref scope._ciphers);
        }
    }

    internal static void CountCipherBlocks(int blocks)
    {
        for (var scope = _current.Value; scope is not null; scope = scope._outer)
        {
            Interlocked.Add(ref scope._cipherBlocks, blocks);
        }
    }
}
