namespace Harness.Schemes.Scram;

/// <summary>The server's side of one exchange of SCRAM-SHA-256 (RFC 5802, RFC 7677). It does the same work for a right proof and a wrong one.</summary>
/// <param name="first">The client's first message.</param>
/// <param name="credential">Its half of the password, or what stands for one.</param>
/// <param name="nonce">The server's part of the nonce; null draws 18 bytes.</param>
public sealed class ScramServer(ScramClientFirst first, ScramCredential credential, string? nonce = null)
{
    private readonly ScramServerFirst _challenge =
        ScramServerFirst.Of(first.Nonce + (nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(18))), credential.Salt, credential.Iterations);

    /// <summary>The server's first message.</summary>
    public byte[] Challenge => _challenge.Encode();

    /// <summary>ServerSignature, 32 bytes; empty before <see cref="TryVerify"/>.</summary>
    public ReadOnlyMemory<byte> Signature { get; private set; }

    /// <summary>True where a message repeats nonce and GS2 header of this exchange; then its proof may be judged.</summary>
    public bool Continues(ScramClientFinal final)
    {
        ArgumentNullException.ThrowIfNull(final);
        return final.Nonce == _challenge.Nonce && final.Header.Span.SequenceEqual(Encoding.ASCII.GetBytes(first.Header));
    }

    /// <summary>Judges a proof in constant time.</summary>
    /// <param name="final">The client's last message, which <see cref="Continues"/> this exchange.</param>
    /// <param name="mask">All ones; 0 judges no proof at all, which takes as long and is never right.</param>
    public bool TryVerify(ScramClientFinal final, byte mask = 0xff)
    {
        ArgumentNullException.ThrowIfNull(final);
        var message = ScramProofs.AuthMessage(first.Bare, _challenge.Text, final.WithoutProof);
        var clientKey = ScramProofs.Xor(final.Proof.Span, KeyDerivation.Hmac(credential.StoredKey.Span, message));
        for (var i = 0; i < clientKey.Length; i++)
        {
            clientKey[i] &= mask;
        }

        var right = CryptographicOperations.FixedTimeEquals(SHA256.HashData(clientKey), credential.StoredKey.Span);
        Signature = KeyDerivation.Hmac(credential.ServerKey.Span, message);
        CryptographicOperations.ZeroMemory(clientKey);
        return right;
    }

    /// <summary>The server's last message, for a proof that was right.</summary>
    public byte[] Final() => Encoding.ASCII.GetBytes($"v={Convert.ToBase64String(Signature.Span)}");
}
