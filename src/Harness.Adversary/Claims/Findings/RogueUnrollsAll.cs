using System.Security.Cryptography;
using Harness.Adversary.Claims.Weak;
using Harness.Crypto;
using Harness.Schemes;
using Harness.Sessions.Accounts;

namespace Harness.Adversary.Claims.Findings;

/// <summary>One rogue publisher, paired with one subscriber, learns the session key of everybody who is connected with it by pairs.</summary>
internal sealed class RogueUnrollsAll : Finding
{
    private const string Rogue = "rogue-publisher";

    public override AttackCard Card { get; } = new()
    {
        Id = "finding-rogue-publisher-unrolls-sessions",
        Cell = new(Claim.DataConfidentiality),
        Schemes = [SchemeNames.MqttPresent],
        Precondition = "an account paired with one subscriber alone, and an eavesdropper's capture of wraps; a publisher with two subscribers is there",
        Summary = "own SK and Ks give the subscriber's SK, that opens its other wrap, which gives the publisher's SK, that opens the wrap for the second subscriber",
        Observation = "the fingerprints of three session keys that are not its own, the last of somebody it shares nothing with",
        Reference = "Sahmi et al. 2021, equation 9",
        Control = "the scheme as published, in this process",
    };

    public override string Repair => "never combine long-lived keys by xor: draw Ks at random, or derive it one way, Ks = HKDF(SKp, SKs, topic)";

    public override GroundOptions Prepare(GroundOptions options)
    {
        var clientOf = options.ClientOf ?? (role => $"{role.Replace(' ', '-')}-4");
        return options with
        {
            ClientOf = clientOf,
            WithSecondSubscriber = true,
            MorePairs = [.. options.MorePairs, new KeyPair(Rogue, clientOf(GroundRoles.Subscriber), "rogue/level")],
        };
    }

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        var rogue = await ground.RogueAsync(Rogue, cancellationToken).ConfigureAwait(false);
        var own = await rogue.WaitForWrapAsync(cancellationToken).ConfigureAwait(false);
        GroundDevice[] others = [ground.Subscriber, ground.Publisher, ground.SecondSubscriber];
        var (keys, wraps) = await KeyUnrolling.OnTheWireAsync(ground, rogue, own, others, cancellationToken).ConfigureAwait(false);
        var found = others.Where(d => keys.TryGetValue(d.Client, out var key) && Fingerprints.Of(key) == ground.Broker.SessionFingerprint(d.Client)).ToArray();
        var evidence = string.Join(", ", found.Select(d => $"{d.Role} {Fingerprints.Of(keys[d.Client])}"));
        foreach (var key in keys.Values)
        {
            CryptographicOperations.ZeroMemory(key);
        }

        return new AttackResult(found.Length == others.Length, $"session keys that follow from the rogue's own and {wraps} wraps: {evidence}");
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.AsPublishedAsync(this, grounds, SchemeNames.MqttPresent, cancellationToken);
}
