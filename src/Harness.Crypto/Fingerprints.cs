namespace Harness.Crypto;

/// <summary>Fingerprints of keys and tokens, which both ends may report and compare (rigs/firmware/PROTOCOL.md).</summary>
public static class Fingerprints
{
    /// <summary>SHA-256("fp"‖secret)[0..8) as 16 lower-case hex digits. For SK, Ks, tokens and traffic keys alone: the fingerprint of a password would be a dictionary oracle.</summary>
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
