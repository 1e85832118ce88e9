namespace Harness.Schemes.MqttAuth;

/// <summary>The tokens a party holds (design 7, mqtt-auth). They stay inside but for the secondary channel; fingerprints may be compared.</summary>
/// <remarks>Each call throws <see cref="PartyRefusedException"/>: UNSUPPORTED where the party runs another scheme, NO-KEY before a handshake.</remarks>
public interface ITokenHolder
{
    /// <summary>A request of the token service, sealed for the hop, to be published on <c>auth/&lt;hex(C)&gt;</c>.</summary>
    /// <param name="operation">What is asked. Publish, Subscribe and Revoke carry the party's token of the topic.</param>
    /// <param name="topic">The topic, 1 to 64 bytes of UTF-8.</param>
    /// <param name="kind">Which token <see cref="TokenOperation.Revoke"/> shows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PartyRefusedException">STATE: it holds no such token.</exception>
    ValueTask<byte[]> RequestAsync(TokenOperation operation, string topic, TokenKind kind, CancellationToken cancellationToken);

    /// <summary>Takes the broker's sealed answer; tokens in it are kept.</summary>
    /// <exception cref="PartyRefusedException">BAD-TAG, REPLAY, or BAD-KEY where what was sealed is no answer.</exception>
    ValueTask<TokenOutcome> TakeAnswerAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);

    /// <summary>Lets the authorization token of a topic out: the secondary channel of the scheme. The 16 bytes are the caller's to carry and wipe.</summary>
    /// <exception cref="PartyRefusedException">STATE: it holds none.</exception>
    ValueTask<byte[]> GiveAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Takes a token that came by the secondary channel.</summary>
    /// <returns>Its fingerprint, 16 hex digits.</returns>
    ValueTask<string> TakeAsync(TokenKind kind, string topic, ReadOnlyMemory<byte> token, CancellationToken cancellationToken);
}

/// <summary>The two tokens of a topic.</summary>
public enum TokenKind
{
    /// <summary>May publish; the creator's.</summary>
    Authentication,

    /// <summary>May read; handed to chosen subscribers.</summary>
    Authorization,
}

/// <summary>What the broker answered, without tokens.</summary>
/// <param name="Operation">What was asked.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Authentication">Fingerprint of the authentication token; null unless a topic was created.</param>
/// <param name="Authorization">Fingerprint of the authorization token; null unless a topic was created.</param>
public sealed record TokenOutcome(TokenOperation Operation, TokenStatus Status, string Topic, string? Authentication = null, string? Authorization = null);
