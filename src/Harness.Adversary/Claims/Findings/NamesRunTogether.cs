namespace Harness.Adversary.Claims.Findings;

/// <summary>C‖S does not say where C ends: two pairs of names have one W and one handshake.</summary>
[Attack("finding-names-run-together", Order = 2)]
internal sealed class NamesRunTogether : Finding
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.OfPapers,
        Precondition = "Runs a broker of its own, S', at which the device's owner has an account C' with the same password; C' and S' run together are C and S run together.",
        Summary = "Runs AugPAKE's server with the W of (C', S') towards the device, which is C and believes to talk to S.",
        Observation = "The device reports a session key, whose fingerprint is the adversary's.",
        Reference = "Sahmi et al. 2021, equations 1 to 8: C||S without lengths; RFC 6628 section 2.3 likewise",
        Control = "profile rfc6628, which runs the names together as well",
    };

    public override string Repair => "each field with its length before it and a label before all: profile framed";

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        var target = new SchemeHandshakeTarget(testbed);
        var (client, server) = (target.Client + target.Server[0], target.Server[1..]);
        if (server.Length == 0)
        {
            throw new InconclusiveException("names", "an S of two characters or more", target.Server);
        }

        // The owner of the device hands this over when enrolling at S', as at any broker.
        var verifier = Verifier.ComputeW(target.Group, target.Profile, client, server, testbed.Publisher.Identity.Password);
        using var aug = new AugPakeServer(target.Group, target.Profile, client, server, verifier);
        var (ends, key) = await target.ImpersonateAsync(aug, cancellationToken).ConfigureAwait(false);

        // A device whose key cannot be asked for showed it by its V_C: without it there is no key here.
        return new AttackResult(
            ends.Succeeded && key.Length > 0 && (string.IsNullOrEmpty(ends.Fingerprint) || ends.Fingerprint == key),
            $"W of ({client}, {server}) for ({target.Client}, {target.Server}): {ends.Seen}, the adversary {(key.Length == 0 ? "nothing" : key)}");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => OnAsync(controls, AugPakeProfile.Rfc6628, cancellationToken);

    public override Task<AttackResult> RunRepairedAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => OnAsync(controls, AugPakeProfile.Framed, cancellationToken);

    private Task<AttackResult> OnAsync(PositiveControlFactory controls, AugPakeProfile profile, CancellationToken cancellationToken) =>
        PositiveControl.OnAsync(this, controls, options => options with { Profile = profile }, cancellationToken);
}
