namespace Harness.Schemes.MqttAuth;

/// <summary>The tokens that a party holds (MQTT-Auth, Calabretta et al. 2018, as reconstructed). They leave it by the secondary channel only; fingerprints may be compared.</summary>
/// <remarks>Each call throws <see cref="PartyRefusedException"/>: UNSUPPORTED where the party runs another scheme, NO-KEY before a handshake.</remarks>
public interface ITokenHolder
{
    /// <summary>Makes a request of the token service, sealed for the hop, to be published on <c>auth/&lt;hex(C)&gt;</c>.</summary>
    /// <param name="operation">The request. Publish, Subscribe and Revoke carry the party's token of the topic.</param>
    /// <param name="topic">The topic, 1 to 64 bytes of UTF-8.</param>
    /// <param name="kind">The kind of the token that <see cref="TokenOperation.Revoke"/> shows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PartyRefusedException">STATE: it holds no such token.</exception>
    ValueTask<byte[]> RequestAsync(TokenOperation operation, string topic, TokenKind kind, CancellationToken cancellationToken);

    /// <summary>Opens the broker's sealed answer and keeps the tokens in it.</summary>
    /// <exception cref="PartyRefusedException">BAD-TAG, REPLAY, or BAD-KEY where the sealed bytes are no answer.</exception>
    ValueTask<TokenOutcome> TakeAnswerAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);

    /// <summary>Gives out the authorization token of a topic: the secondary channel of the scheme. The caller hands on the 16 bytes and wipes them.</summary>
    /// <exception cref="PartyRefusedException">STATE: it holds none.</exception>
    ValueTask<byte[]> GiveAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Takes a token that came by the secondary channel.</summary>
    /// <returns>Its fingerprint, 16 hex digits.</returns>
    ValueTask<string> TakeAsync(TokenKind kind, string topic, ReadOnlyMemory<byte> token, CancellationToken cancellationToken);
}

/// <summary>The two tokens of a topic.</summary>
public enum TokenKind
{
    /// <summary>The authentication token: the right to publish; the creator's.</summary>
    Authentication,

    /// <summary>The authorization token: the right to read; handed to chosen subscribers.</summary>
    Authorization,
}

/// <summary>The broker's answer, without tokens.</summary>
/// <param name="Operation">The operation requested.</param>
/// <param name="Status">The result.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Authentication">Fingerprint of the authentication token; null unless a topic was created.</param>
/// <param name="Authorization">Fingerprint of the authorization token; null unless a topic was created.</param>
public sealed record TokenOutcome(TokenOperation Operation, TokenStatus Status, string Topic, string? Authentication = null, string? Authorization = null);
