using Harness.Schemes.Scram;

namespace Harness.Brokers.Audit;

/// <summary>One login by SCRAM-SHA-256 whose messages are as an audit wants them, right or wrong.</summary>
internal sealed record ScramTrial(string ClientId, string User, ReadOnlyMemory<byte> Password)
{
    private const string NoBinding = "n,,";

    /// <summary>The client's nonce; drawn anew unless one is given.</summary>
    public string Nonce { get; init; } = NewNonce();

    /// <summary>An extension before the name in the client's first message: <c>m=...,</c>; empty for none.</summary>
    public string Extension { get; init; } = "";

    /// <summary>The header that the client's last message says it sent; it sent <c>n,,</c>.</summary>
    public string HeaderAgain { get; init; } = NoBinding;

    /// <summary>True where the last message names another server nonce than the server's, with a proof over that.</summary>
    public bool OtherNonce { get; init; }

    /// <summary>True where one bit of the proof is wrong.</summary>
    public bool WrongProof { get; init; }

    /// <summary>A last message that was recorded, sent in place of this login's own; null for none.</summary>
    public byte[]? Recorded { get; init; }

    /// <summary>A nonce that was never used.</summary>
    public static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));

    /// <summary>Logs in.</summary>
    /// <exception cref="NothingSeenException">The broker sent nothing, or bytes that are no packet.</exception>
    public async Task<ScramSeen> RunAsync(AuditPath path, CancellationToken cancellationToken)
    {
        using var talk = AuditTalk.Open(path, MqttVersion.V5, null, cancellationToken);
        var peer = await talk.DialAsync().ConfigureAwait(false);
        var bare = $"{Extension}n={ScramText.Escape(User)},r={Nonce}";
        await peer.SendAsync(new ConnectPacket { ClientId = ClientId, AuthenticationMethod = ScramClient.Method, AuthenticationData = Encoding.UTF8.GetBytes(NoBinding + bare) }).ConfigureAwait(false);
        var answer = await peer.NextAsync().ConfigureAwait(false);
        if (answer is not AuthPacket { Reason: ReasonCode.ContinueAuthentication, AuthenticationData: { } challenge })
        {
            return new ScramSeen(answer, null, null, null, []);
        }

        if (!ScramServerFirst.TryDecode(challenge, out var first) || first.Iterations > ScramCredential.MaximumIterations)
        {
            return new ScramSeen(answer, challenge, first, null, []);
        }

        var (final, signature) = Recorded is null ? Final(bare, first) : (Recorded, []);
        await peer.SendAsync(new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = ScramClient.Method, AuthenticationData = final }).ConfigureAwait(false);
        answer = await peer.NextAsync().ConfigureAwait(false);
        if (answer is ConnAckPacket { Reason: ReasonCode.Success })
        {
            await peer.LeaveAsync().ConfigureAwait(false);
        }

        return new ScramSeen(answer, challenge, first, final, signature);
    }

    private (byte[] Message, byte[] Signature) Final(string bare, ScramServerFirst first)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(Password.Span, first.Salt.Span, first.Iterations, HashAlgorithmName.SHA256, ScramCredential.KeySize);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var nonce = OtherNonce ? Nonce + NewNonce() : first.Nonce;
        var withoutProof = $"c={Convert.ToBase64String(Encoding.ASCII.GetBytes(HeaderAgain))},r={nonce}";
        var message = Encoding.UTF8.GetBytes($"{bare},{first.Text},{withoutProof}");
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), message).Zip(clientKey, (a, b) => (byte)(a ^ b)).ToArray();
        proof[^1] ^= WrongProof ? (byte)1 : (byte)0;
        var signature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message);
        CryptographicOperations.ZeroMemory(salted);
        CryptographicOperations.ZeroMemory(clientKey);
        return (Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}"), signature);
    }
}

/// <summary>The broker's side of a trial.</summary>
/// <param name="Answer">Its last packet; null where it closed without one.</param>
/// <param name="Challenge">The bytes of its first message; null where it sent none.</param>
/// <param name="First">Its first message; null where there is none, or it is none of SCRAM.</param>
/// <param name="Final">The client's last message; null where it did not come to that.</param>
/// <param name="Signature">The server's signature that is due.</param>
internal sealed record ScramSeen(MqttPacket? Answer, byte[]? Challenge, ScramServerFirst? First, byte[]? Final, byte[] Signature)
{
    /// <summary>True where it let the client in.</summary>
    public bool IsIn => Answer is ConnAckPacket { Reason: ReasonCode.Success };

    /// <summary>True where it proved that it holds the key that follows from the password.</summary>
    public bool IsProved => Answer is ConnAckPacket { AuthenticationData: { } data } && ScramServerFinal.TryDecode(data, out var final) && final.Error is null
        && CryptographicOperations.FixedTimeEquals(final.Signature.Span, Signature);

    /// <summary>Its end in words.</summary>
    public string Words => IsIn ? "let in" : Peer.Words(Answer);
}
