namespace Harness.Brokers.Audit;

/// <summary>Talks of an audit with a broker.</summary>
internal static class AuditTalk
{
    /// <summary>Asks something in a talk of its own.</summary>
    /// <param name="plain">The way that takes plain MQTT.</param>
    /// <param name="version">MQTT version.</param>
    /// <param name="login">The user; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="ask">Asks.</param>
    /// <returns>The default where the broker did not let it in or broke off.</returns>
    public static async Task<T?> TryAsync<T>(AuditPath plain, MqttVersion version, AuditTarget? login, CancellationToken cancellationToken, Func<Conversation, Task<T>> ask)
        where T : class
    {
        using var talk = Open(plain, version, login, cancellationToken);
        try
        {
            return await ask(talk).ConfigureAwait(false);
        }
        catch (NothingSeenException)
        {
            return default;
        }
    }

    /// <summary>A talk as a user.</summary>
    public static Conversation Open(AuditPath plain, MqttVersion version, AuditTarget? login, CancellationToken cancellationToken) =>
        new(new BrokerUnderTest(plain.Address) { User = login?.User, Password = login?.Password, Tls = plain.Tls }, version, "audit", cancellationToken) { Dialed = plain.Tell };
}
