namespace Harness.Sessions.Accounts;

/// <summary>One account: what the broker holds of one client for one group and profile.</summary>
/// <param name="Client">C, the ClientId.</param>
/// <param name="Server">S, the broker's name.</param>
/// <param name="Group">AugPAKE group.</param>
/// <param name="Profile">AugPAKE profile.</param>
/// <param name="Verifier">W = g^w', an element of the group; never printed, since a guess at the password can be tested against it.</param>
public sealed record Account(string Client, string Server, AugPakeGroup Group, AugPakeProfile Profile, ReadOnlyMemory<byte> Verifier)
{
    /// <summary>u, 16 bytes, where the client logs in under pseudonyms (hardened); never printed, since it names every login to come.</summary>
    public ReadOnlyMemory<byte>? PseudonymSecret { get; init; }

    /// <summary>The Authentication Method that uses this account.</summary>
    public string Method => AugPakeMethod.Of(Profile, Group);

    /// <summary>Everything but W and u.</summary>
    public override string ToString() => $"{Client} at {Server} ({Method})";
}

/// <summary>A publisher and a subscriber that MQTT-PRESENT gives a common key for one topic.</summary>
/// <param name="Publisher">ClientId of the publisher.</param>
/// <param name="Subscriber">ClientId of the subscriber.</param>
/// <param name="Topic">The topic they talk on; no wildcards.</param>
public sealed record KeyPair(string Publisher, string Subscriber, string Topic);
