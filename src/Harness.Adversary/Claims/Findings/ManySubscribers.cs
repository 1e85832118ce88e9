using Harness.Adversary.Claims.Weak;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions.Accounts;

namespace Harness.Adversary.Claims.Findings;

/// <summary>With two subscribers on one topic a publisher has two Ks and one payload: one subscriber cannot read; and the publisher learns both session keys.</summary>
internal sealed class ManySubscribers : Finding
{
    private const string Rogue = "rogue-publisher";

    public override AttackCard Card { get; } = new()
    {
        Id = "finding-many-subscribers-break-publishing",
        Cell = new(Claim.DataConfidentiality),
        Schemes = [SchemeNames.MqttPresent],
        Precondition = "two subscribers of one topic; then a rogue publisher with an account, paired with both",
        Summary = "publishes one message to both; the rogue opens its two wraps and computes Ks_j xor SK for each",
        Observation = "not both read the message; the rogue shows the fingerprints of both subscribers' session keys",
        Reference = "Sahmi et al. 2021, equation 9: Ks is one publisher's and one subscriber's",
        Control = "the scheme as published, in this process",
    };

    public override string Repair => "one key a topic, drawn by the publisher, and sent to each subscriber under a key of the two";

    public override GroundOptions Prepare(GroundOptions options)
    {
        var clientOf = options.ClientOf ?? (role => $"{role.Replace(' ', '-')}-3");
        return options with
        {
            ClientOf = clientOf,
            WithSecondSubscriber = true,
            MorePairs =
            [
                .. options.MorePairs,
                .. new[] { GroundRoles.Subscriber, GroundRoles.SecondSubscriber }.Select(role => new KeyPair(Rogue, clientOf(role), "rogue/level")),
            ],
        };
    }

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        GroundDevice[] readers = [ground.Subscriber, ground.SecondSubscriber];
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        foreach (var reader in readers)
        {
            await WaitForKeyAsync(ground, reader, cancellationToken).ConfigureAwait(false);
        }

        var reading = Wire.Reading(ground.Random);
        await ground.PublishAsync(reading, cancellationToken).ConfigureAwait(false);
        var read = 0;
        foreach (var reader in readers)
        {
            var messages = await reader.ReadAllAsync(cancellationToken).ConfigureAwait(false);
            if (messages.Count != 1)
            {
                throw new InconclusiveException($"message for the {reader.Role}", "1", $"{messages.Count}");
            }

            read += Wire.Carries(messages[0], reading) ? 1 : 0;
        }

        var leaked = await LeakAsync(ground, readers, cancellationToken).ConfigureAwait(false);
        return new AttackResult(
            read < readers.Length && leaked.Count == readers.Length,
            $"{read} of {readers.Length} subscribers read the message; the rogue publisher holds SK {string.Join(" and ", leaked)}");
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.AsPublishedAsync(this, grounds, SchemeNames.MqttPresent, cancellationToken);

    private static async Task<IReadOnlyList<string>> LeakAsync(Ground ground, GroundDevice[] readers, CancellationToken cancellationToken)
    {
        var rogue = await ground.RogueAsync(Rogue, cancellationToken).ConfigureAwait(false);
        var leaked = new List<string>();
        var waiting = readers.Select(r => r.Client).ToHashSet(StringComparer.Ordinal);
        while (waiting.Count > 0)
        {
            var wrap = await rogue.WaitForWrapAsync(cancellationToken).ConfigureAwait(false);
            if (waiting.Remove(wrap.Peer) && KeyUnrolling.PartnerFingerprint(ground.Options.KeyBits, rogue.SessionKey, wrap) is { } found
                && found == ground.Broker.SessionFingerprint(wrap.Peer))
            {
                leaked.Add(found);
            }
        }

        return leaked;
    }

    private static async Task WaitForKeyAsync(Ground ground, GroundDevice reader, CancellationToken cancellationToken)
    {
        var current = ground.Broker.TrafficKeyFingerprint(ground.Publisher.Client, reader.Client);
        await Ground.Required(
            $"traffic key of the {reader.Role}",
            async () => await reader.Required.WaitForTrafficKeyAsync(ground.Options.Patience, current, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
