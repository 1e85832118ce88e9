namespace Harness.Schemes.Hardened;

/// <summary>The provisioning of a device of the scheme beside its names and password.</summary>
/// <param name="Cipher">The rig's cipher.</param>
/// <param name="PseudonymSecret">u, 16 bytes.</param>
/// <param name="Memory">The store of j and the epoch, which a provisioning does not touch.</param>
/// <param name="Topic">The topic that it publishes or reads, as the devices know it.</param>
public sealed record HardenedIdentity(HardenedCipher Cipher, ReadOnlyMemory<byte> PseudonymSecret, HardenedMemory Memory, string Topic)
{
    /// <summary>Its subscribers, where it publishes; null where it does not.</summary>
    public IReadOnlyList<PairAccount>? Subscribers { get; init; }

    /// <summary>Its pause after failed logins, which a provisioning does not touch either; null where it makes none.</summary>
    public LoginBackOff? BackOff { get; init; }

    /// <summary>The publisher that it reads; null where it does not.</summary>
    public string? Publisher { get; init; }

    /// <summary>The password that it shares with that publisher; never printed.</summary>
    public string PairPassword { get; init; } = "";

    /// <summary>Its private key, where it signs what it publishes.</summary>
    public byte[]? SigningKey { get; init; }

    /// <summary>The publisher's public key, where it demands signatures.</summary>
    public byte[]? PublicKey { get; init; }

    /// <summary>Gives a publisher the TK of its next epoch, 16 bytes, where somebody must know it, as a test of leaks does; null lets it draw TK, as it must.</summary>
    public Func<byte[]>? TopicKeys { get; init; }

    /// <summary>Gets the topic and the part; never a secret.</summary>
    public override string ToString() => $"{(Subscribers is null ? Publisher is null ? "bystander" : "subscriber" : "publisher")} of {Topic} ({Cipher})";
}
