using Harness.Adversary.Claims.Findings;

namespace Harness.Adversary.Claims.DataIntegrity;

/// <summary>A reader that was let in makes a message, and another reader takes it for the publisher's.</summary>
[Attack("di-reader-forges", Order = 6)]
internal sealed class ReaderForgery : Attack
{
    private const string Rogue = "rogue-reader";
    private const string RogueTopic = "rogue/level";

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataIntegrity, "insider"),
        Schemes = SchemeSets.OfBroker,
        Precondition = "a valid account that may read what the publisher sends (mqtt-present: on another topic), and an eavesdropper's capture",
        Summary = "makes a message with all that a reader holds and publishes it in its own name; under hardened without a signature, with a random, a copied and its own one",
        Observation = "another subscriber opens that plaintext, which the publisher never sent",
        Reference = "Sahmi et al. 2021, equation 9; Shin et al. 2016 and Calabretta et al. 2018: the broker seals anew what it took; RFC 6979 (signatures of hardened)",
        Control = "hardened with signatures turned off",
    };

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Scheme switch
        {
            SchemeNames.Hardened => options with { Signed = true, WithSecondSubscriber = true },
            SchemeNames.MqttPresent => options.WithPairs(2, clientOf => [new KeyPair(clientOf(AttackRoles.Publisher), Rogue, RogueTopic)]),
            _ => options,
        };
    }

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(testbed);
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var forged = PayloadTraffic.Reading(testbed.Random);
        var (tried, words) = testbed.Scheme switch
        {
            SchemeNames.Hardened => await OfEpochAsync(testbed, forged, cancellationToken).ConfigureAwait(false),
            SchemeNames.MqttPresent => await OfUnrolledKeyAsync(testbed, forged, cancellationToken).ConfigureAwait(false),
            SchemeNames.AugMqtt or SchemeNames.MqttAuth => await OnItsHopAsync(testbed, forged, cancellationToken).ConfigureAwait(false),
            _ => await AsItIsAsync(testbed, forged, cancellationToken).ConfigureAwait(false),
        };
        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        if (read.Any(m => PayloadTraffic.Carries(m, forged)))
        {
            return AttackResult.Win($"the subscriber opened {PayloadTraffic.Quote(forged)}, made by another reader ({words})");
        }

        // The session must have outlived it: an honest message still comes through; but mqtt-present gave the publisher another partner's key.
        if (testbed.Scheme != SchemeNames.MqttPresent)
        {
            await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        }

        return AttackResult.Loss($"{tried} forgeries, {words}: {PayloadTraffic.Describe(read)}");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => PositiveControl.OnAsync(
        this, controls, options => options with { Scheme = SchemeNames.Hardened, Signed = false, WithSecondSubscriber = true, MorePairs = [] }, cancellationToken);

    private static async Task<(int Tried, string Words)> OfEpochAsync(AttackTestbed testbed, byte[] forged, CancellationToken cancellationToken)
    {
        using var insider = await InsiderReader.JoinAsync(testbed, testbed.SecondSubscriber, cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var forgeries = InsiderForgeries.Of(testbed, insider, forged);
        foreach (var (_, payload) in forgeries)
        {
            await insider.Client.PublishAsync(testbed.WireTopic, payload, cancellationToken).ConfigureAwait(false);
        }

        return (forgeries.Count, $"under the message key of the epoch, {string.Join(", ", forgeries.Select(f => f.Words))}");
    }

    private static async Task<(int Tried, string Words)> AsItIsAsync(AttackTestbed testbed, byte[] forged, CancellationToken cancellationToken)
    {
        var rogue = await testbed.RogueAsync(Rogue, cancellationToken).ConfigureAwait(false);
        var reason = await rogue.PublishAsync(testbed.Topic, forged, cancellationToken).ConfigureAwait(false);
        return (1, $"as it is, which got 0x{(byte)reason:X2}");
    }

    private static async Task<(int Tried, string Words)> OnItsHopAsync(AttackTestbed testbed, byte[] forged, CancellationToken cancellationToken)
    {
        var rogue = await testbed.RogueAsync(Rogue, cancellationToken).ConfigureAwait(false);
        var shown = await RogueTokensOf(testbed, rogue, cancellationToken).ConfigureAwait(false);
        await rogue.SubscribeAsync(testbed.Topic, cancellationToken).ConfigureAwait(false);
        var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        if (!(await Authorization.RogueTokens.ReadAsync(testbed, rogue, cancellationToken).ConfigureAwait(false)).Any(m => m.AsSpan().SequenceEqual(reading)))
        {
            throw new InconclusiveException("insider", "a reader that reads", $"nothing read ({shown})");
        }

        var reason = await rogue.PublishAsync(testbed.Topic, rogue.Hop.Seal(testbed.Topic, forged), cancellationToken).ConfigureAwait(false);
        return (1, $"sealed for its own hop, which got 0x{(byte)reason:X2}");
    }

    private static async Task<TokenStatus> RogueTokensOf(AttackTestbed testbed, RogueClient rogue, CancellationToken cancellationToken) => await Authorization.RogueTokens.AskAsync(
        testbed, rogue, TokenOperation.Subscribe, testbed.Topic, await testbed.LeakTokenAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private static async Task<(int Tried, string Words)> OfUnrolledKeyAsync(AttackTestbed testbed, byte[] forged, CancellationToken cancellationToken)
    {
        var rogue = await testbed.RogueAsync(Rogue, cancellationToken).ConfigureAwait(false);
        var wrap = await rogue.WaitForWrapAsync(cancellationToken).ConfigureAwait(false);
        var (keys, _) = await KeyUnrolling.OnTheWireAsync(testbed, rogue, wrap, [testbed.Publisher, testbed.Subscriber], cancellationToken).ConfigureAwait(false);
        if (!keys.TryGetValue(testbed.Publisher.Client, out var publisher) || !keys.TryGetValue(testbed.Subscriber.Client, out var subscriber))
        {
            return (0, $"{keys.Count} session keys found");
        }

        var traffic = MqttPresentCipher.Combine(publisher, subscriber);
        var payload = MqttPresentCipher.Seal(testbed.Options.KeyBits, traffic, forged);
        foreach (var key in (IEnumerable<byte[]>)[.. keys.Values, traffic])
        {
            CryptographicOperations.ZeroMemory(key);
        }

        await rogue.PublishAsync(testbed.Topic, payload, cancellationToken).ConfigureAwait(false);
        return (1, "under Ks of the other pair, unrolled from its own wrap");
    }
}
