namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>Runs the broker's part with a W that was sniffed.</summary>
[Attack("ma-sniffed-registration", Order = 10)]
internal sealed class SniffedRegistration : RegistrationEavesdropper
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication, "registration"),
        Schemes = SchemeSets.MqttPresent,
        Precondition = "An eavesdropper at the device's registration, to whose broker the device then connects.",
        Summary = "Takes (C, W) from aug/<hex(C)>/reg and runs AugPAKE's server with it, in the broker's name.",
        Observation = "The device reports a session key, whose fingerprint is the adversary's.",
        Reference = "Sahmi et al. 2021, equation 1 and section 4 a: the client sends (C, W); RFC 6628 section 2.3.1 wants a secure channel for it",
        Control = FromTheAccountFile,
    };

    protected override Task<AttackResult> UseAsync(HandshakeTarget target, string client, byte[] verifier, string how, CancellationToken cancellationToken) =>
        ImpersonateAsync(target, client, verifier, cancellationToken);

    /// <summary>Runs a broker on W alone and lets the device log in there.</summary>
    internal static async Task<AttackResult> ImpersonateAsync(HandshakeTarget target, string client, byte[] verifier, CancellationToken cancellationToken)
    {
        using var server = new AugPakeServer(target.Group, target.Profile, client, target.Server, verifier);
        var (ends, key) = await target.ImpersonateAsync(server, cancellationToken).ConfigureAwait(false);
        return new AttackResult(ends.Succeeded && ends.Fingerprint == key, $"device and rogue broker: SK {ends.Fingerprint} and {key}; {ends.Seen}");
    }
}
