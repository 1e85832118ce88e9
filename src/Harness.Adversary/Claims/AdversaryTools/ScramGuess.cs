namespace Harness.Adversary.Claims.AdversaryTools;

/// <summary>The proof that follows from a guess at a password of SCRAM-SHA-256 (RFC 5802 section 3), computed apart from the scheme's own code.</summary>
internal static class ScramGuess
{
    /// <summary>ClientProof, 32 bytes.</summary>
    /// <param name="password">The guess.</param>
    /// <param name="challenge">The server's first message.</param>
    /// <param name="bare">The client's first message without its header.</param>
    /// <param name="withoutProof">The client's last message without its proof.</param>
    public static byte[] Proof(string password, ScramServerFirst challenge, string bare, string withoutProof)
    {
        var salted = new byte[ScramCredential.KeySize];
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), challenge.Salt.Span, salted, challenge.Iterations, HashAlgorithmName.SHA256);
        var key = HMACSHA256.HashData(salted, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(key), Encoding.UTF8.GetBytes($"{bare},{challenge.Text},{withoutProof}"));
        for (var i = 0; i < key.Length; i++)
        {
            key[i] ^= signature[i];
        }

        return key;
    }
}
