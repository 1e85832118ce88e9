namespace Harness.Schemes.Scram;

/// <summary>The client's side of one exchange of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding.</summary>
/// <remarks>
/// SCRAM agrees on no key: payloads travel as they are. The server proves that it holds ServerKey; its name is no part of that, so that
/// a server with the same password and salt is not told apart.
/// </remarks>
[Scheme(SchemeNames.Scram, Order = 20, Label = "RFC 7677", Group = SchemeNames.Today, IsAugPake = false, HasBroker = true,
    Choose = "when a login must pass no password and leave none at the broker, passwords are long and random, and TLS or nothing at all protects payloads")]
public sealed class ScramClient : IDisposable
{
    /// <summary>The name of the mechanism, which is the Authentication Method.</summary>
    public const string Method = "SCRAM-SHA-256";

    private const string Header = "n,,";
    private readonly byte[] _password;
    private readonly string _nonce;
    private readonly string _bare;
    private readonly int _minimumIterations;
    private byte[] _signature = [];

    /// <summary>A client.</summary>
    /// <param name="name">The user's name, which is the ClientId.</param>
    /// <param name="password">The password as SASLprep leaves it; it is copied, and the copy is wiped.</param>
    /// <param name="nonce">The nonce; null draws 18 bytes.</param>
    /// <param name="minimumIterations">Least iterations that it accepts; lower than RFC 7677's for a weakened control alone.</param>
    public ScramClient(string name, ReadOnlySpan<byte> password, string? nonce = null, int minimumIterations = ScramCredential.MinimumIterations)
    {
        _password = GC.AllocateUninitializedArray<byte>(password.Length, pinned: true);
        password.CopyTo(_password);
        _nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        _bare = $"n={ScramText.Escape(name)},r={_nonce}";
        _minimumIterations = minimumIterations;
    }

    /// <summary>ServerSignature of the exchange, 32 bytes; empty before <see cref="Respond"/>.</summary>
    public ReadOnlyMemory<byte> ServerSignature => _signature;

    /// <summary>Gets the first message.</summary>
    public byte[] Start() => Encoding.UTF8.GetBytes(Header + _bare);

    /// <summary>Takes the server's first message; gives the last one.</summary>
    /// <exception cref="ScramException">Malformed, ForeignNonce or Iterations.</exception>
    public byte[] Respond(ReadOnlySpan<byte> serverFirst)
    {
        if (!ScramServerFirst.TryDecode(serverFirst, out var challenge))
        {
            throw new ScramException(ScramFailure.Malformed, $"{serverFirst.Length} bytes that are no server-first-message");
        }

        if (challenge.Nonce.Length <= _nonce.Length || !challenge.Nonce.StartsWith(_nonce, StringComparison.Ordinal))
        {
            throw new ScramException(ScramFailure.ForeignNonce, "the nonce does not extend the client's");
        }

        if (challenge.Iterations < _minimumIterations || challenge.Iterations > ScramCredential.MaximumIterations)
        {
            throw new ScramException(ScramFailure.Iterations, $"{challenge.Iterations} iterations, of {_minimumIterations} to {ScramCredential.MaximumIterations}");
        }

        using var keys = ScramKeys.Derive(_password, challenge.Salt.Span, challenge.Iterations);
        var withoutProof = $"c={Convert.ToBase64String(Encoding.ASCII.GetBytes(Header))},r={challenge.Nonce}";
        var message = ScramProofs.AuthMessage(_bare, challenge.Text, withoutProof);
        var proof = ScramProofs.Xor(keys.ClientKey, KeyDerivation.Hmac(keys.StoredKey, message));
        _signature = KeyDerivation.Hmac(keys.ServerKey, message);
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    /// <summary>Checks the server's last message.</summary>
    /// <exception cref="ScramException">Malformed or WrongSignature.</exception>
    public void Finish(ReadOnlySpan<byte> serverFinal)
    {
        if (!ScramServerFinal.TryDecode(serverFinal, out var final))
        {
            throw new ScramException(ScramFailure.Malformed, $"{serverFinal.Length} bytes that are no server-final-message");
        }

        if (_signature.Length == 0 || final.Error is not null || !CryptographicOperations.FixedTimeEquals(final.Signature.Span, _signature))
        {
            throw new ScramException(ScramFailure.WrongSignature, final.Error is null ? "the server's signature is wrong" : "the server reported an error in place of its signature");
        }
    }

    /// <summary>Wipes the password.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_password);
}

/// <summary>The message that both proofs are over (RFC 5802 section 3).</summary>
internal static class ScramProofs
{
    public static byte[] AuthMessage(string clientFirstBare, string serverFirst, string clientFinalWithoutProof) =>
        Encoding.UTF8.GetBytes($"{clientFirstBare},{serverFirst},{clientFinalWithoutProof}");

    public static byte[] Xor(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var result = new byte[one.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (byte)(one[i] ^ other[i]);
        }

        return result;
    }
}
