namespace Harness.Schemes.Scram;

/// <summary>The server's half of a password under SCRAM-SHA-256 (RFC 5802 section 3, RFC 7677).</summary>
/// <remarks>A thief of it can try passwords against it, and can play the server; he cannot log in.</remarks>
/// <param name="Salt">Salt, 1 byte or more; <see cref="Create"/> draws 16.</param>
/// <param name="Iterations">Iterations of PBKDF2, <see cref="MinimumIterations"/> to <see cref="MaximumIterations"/>.</param>
/// <param name="StoredKey">SHA-256 of ClientKey, 32 bytes.</param>
/// <param name="ServerKey">HMAC(SaltedPassword, "Server Key"), 32 bytes.</param>
public sealed record ScramCredential(ReadOnlyMemory<byte> Salt, int Iterations, ReadOnlyMemory<byte> StoredKey, ReadOnlyMemory<byte> ServerKey)
{
    /// <summary>Bytes of a key: 32.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of a salt that is drawn: 16.</summary>
    public const int SaltSize = 16;

    /// <summary>Least iterations (RFC 7677 section 4).</summary>
    public const int MinimumIterations = 4096;

    /// <summary>Most iterations: a server that asks for more makes a client compute for nothing.</summary>
    public const int MaximumIterations = 10_000_000;

    /// <summary>Computes the server's half of a password.</summary>
    /// <param name="password">The password; <see cref="Password.Prepare"/> may refuse it.</param>
    /// <param name="iterations">Iterations.</param>
    /// <param name="salt">The salt; empty draws one.</param>
    /// <exception cref="ArgumentException">A password that is refused.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Iterations out of bounds.</exception>
    public static ScramCredential Create(string password, int iterations = MinimumIterations, ReadOnlyMemory<byte> salt = default)
    {
        if (iterations is < MinimumIterations or > MaximumIterations)
        {
            throw new ArgumentOutOfRangeException(nameof(iterations), $"SCRAM-SHA-256 takes {MinimumIterations} to {MaximumIterations} iterations, not {iterations}");
        }

        return Unchecked(password, iterations, salt.IsEmpty ? RandomNumberGenerator.GetBytes(SaltSize) : salt);
    }

    /// <summary>Computes the server's half of a password with as few iterations as an adversary likes.</summary>
    public static ScramCredential Unchecked(string password, int iterations, ReadOnlyMemory<byte> salt)
    {
        var prepared = Password.Prepare(password);
        using var keys = ScramKeys.Derive(prepared, salt.Span, iterations);
        CryptographicOperations.ZeroMemory(prepared);
        return new ScramCredential(salt, iterations, keys.StoredKey.ToArray(), keys.ServerKey.ToArray());
    }

    /// <summary>Gets salt length and iterations; never a key.</summary>
    public override string ToString() => $"{Salt.Length} bytes of salt, {Iterations} iterations";
}

/// <summary>The keys that follow from a password, a salt and a number of iterations. Disposal wipes them.</summary>
internal sealed class ScramKeys : IDisposable
{
    private ScramKeys(byte[] clientKey, byte[] storedKey, byte[] serverKey) => (ClientKey, StoredKey, ServerKey) = (clientKey, storedKey, serverKey);

    public byte[] ClientKey { get; }

    public byte[] StoredKey { get; }

    public byte[] ServerKey { get; }

    public static ScramKeys Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations)
    {
        var salted = KeyDerivation.Pbkdf2(password, salt, iterations);
        var client = KeyDerivation.Hmac(salted, "Client Key"u8);
        var keys = new ScramKeys(client, SHA256.HashData(client), KeyDerivation.Hmac(salted, "Server Key"u8));
        CryptographicOperations.ZeroMemory(salted);
        return keys;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(ClientKey);
        CryptographicOperations.ZeroMemory(StoredKey);
        CryptographicOperations.ZeroMemory(ServerKey);
    }
}
