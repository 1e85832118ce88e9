using System.Security.Cryptography;

namespace Harness.Crypto;

/// <summary>What both ends may report of a key or token and compare (design 5).</summary>
public static class Fingerprints
{
    /// <summary>SHA-256("fp"‖secret)[0..8) as 16 lower-case hex digits. For SK, Ks, tokens and traffic keys alone: of a password it would be a dictionary oracle.</summary>
    public static string Of(ReadOnlySpan<byte> secret)
    {
        var input = new byte[2 + secret.Length];
        "fp"u8.CopyTo(input);
        secret.CopyTo(input.AsSpan(2));
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 8));
        CryptographicOperations.ZeroMemory(input);
        return fingerprint;
    }
}
