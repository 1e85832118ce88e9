namespace Harness.Sessions.Broker;

/// <summary>A message of the broker itself, routed by subscription as every message is.</summary>
/// <param name="Client">Its receiver.</param>
/// <param name="Topic">A topic that this client alone may read.</param>
/// <param name="Payload">As it is handed to <see cref="IBrokerScheme.Outgoing"/>.</param>
internal sealed record BrokerMessage(string Client, string Topic, ReadOnlyMemory<byte> Payload);

/// <summary>The broker's side of one scheme. No I/O: it says what becomes of a message and what is to be published. Safe for use by many threads.</summary>
/// <remarks><c>proved</c> = the connection by the client's name has proved the password; an anonymous connection's name is anybody's.</remarks>
internal interface IBrokerScheme : IDisposable
{
    /// <summary>True where the broker underneath has to apply <see cref="IBrokerHooks.JudgeAsync"/> and <see cref="IBrokerHooks.Outgoing"/>.</summary>
    bool OpensPayloads { get; }

    /// <summary>Logins under other names than C: what stands in for the login by C. The default changes nothing.</summary>
    /// <param name="authenticator">The login by C.</param>
    /// <param name="reused">Takes a pseudonym that came again: C and its number.</param>
    /// <param name="replaced">Takes the ClientId of a connection that another one of the same client replaces.</param>
    IEnhancedAuthenticator Wrap(AugPakeAuthenticator authenticator, Action<string, ulong> reused, Action<string> replaced) => authenticator;

    /// <summary>Judges user names and passwords; null where the scheme knows none.</summary>
    /// <param name="ended">Notes the end of a login.</param>
    Func<PasswordLogin, ReasonCode>? Passwords(Func<AuthenticationRequest, LoginOutcome, string?, LoginRecord> ended) => null;

    /// <summary>C of a ClientId, which is the same but under pseudonyms.</summary>
    string ClientOf(string clientId) => clientId;

    /// <summary>The ClientId of a client's connection, which is C but under pseudonyms.</summary>
    string ConnectionOf(string client) => client;

    /// <summary>Takes the key of a completed handshake, a first or a later one of the connection; the scheme owns it from here.</summary>
    /// <returns>Messages to publish as a result.</returns>
    IReadOnlyList<BrokerMessage> Established(string client, AugPakeProfile profile, SessionKey key);

    /// <summary>The client's connection ended.</summary>
    void Disconnected(string client);

    /// <summary>True where a subscription outside <c>aug/</c> is granted.</summary>
    bool MaySubscribe(string client, bool proved, string filter);

    /// <summary>True where a message outside <c>aug/</c> may be sent to the client.</summary>
    bool MayReceive(string client, bool proved, string topic);

    /// <summary>Judges a message outside <c>aug/</c>.</summary>
    /// <param name="client">Its sender.</param>
    /// <param name="proved">See above.</param>
    /// <param name="message">The message received.</param>
    /// <param name="due">Makes the messages to publish as a result, when their turn comes: what carries a count is sealed in the order in which it is sent. Null for none.</param>
    PublishJudgement Take(string client, bool proved, MqttMessage message, out Func<IReadOnlyList<BrokerMessage>>? due);

    /// <summary>A payload outside <c>aug/</c> as one client gets it, in the order in which it is sent; null = not sent.</summary>
    ReadOnlyMemory<byte>? Outgoing(string client, bool proved, string topic, ReadOnlyMemory<byte> payload);

    /// <summary>Messages to publish again when a proved client subscribed to its key topic.</summary>
    IReadOnlyList<BrokerMessage> Current(string client);
}
