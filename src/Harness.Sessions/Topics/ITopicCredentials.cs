namespace Harness.Sessions.Topics;

/// <summary>A broker that makes users while it runs, so that a login on topics can give a client a user of its own.</summary>
public interface ITopicCredentials
{
    /// <summary>True where it makes them as it is set up now.</summary>
    bool GivesCredentials { get; }

    /// <summary>Makes a user by the client's name, bound to that ClientId, or gives the one that is there another password.</summary>
    /// <param name="client">C.</param>
    /// <param name="password">The secret; the user's password is its lower-case hex (<see cref="TopicCredential"/>).</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task GrantAsync(string client, ReadOnlyMemory<byte> password, CancellationToken cancellationToken);
}

/// <summary>The credential that both ends of a login on topics derive from SK, for a stock broker that knows users and passwords.</summary>
public static class TopicCredential
{
    /// <summary>Bytes before they are written as hex.</summary>
    public const int Length = 32;

    /// <summary>HKDF-SHA-256(SK, info = "mqtt-user" ‖ C), 32 bytes. Who reads it at the broker learns nothing of SK.</summary>
    public static byte[] Of(SessionKey key, string client)
    {
        ArgumentNullException.ThrowIfNull(key);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes.ToArray(), Length, salt: [], info: Encoding.UTF8.GetBytes("mqtt-user" + client));
    }
}
