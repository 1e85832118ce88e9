namespace Harness.Adversary.Claims.Authorization;

/// <summary>An account that nobody gave anything publishes on the publisher's topic.</summary>
[Attack("a-publish-without-grant", Order = 1)]
internal sealed class PublishWithoutGrant : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Authorization, "grant"),
        Schemes = SchemeSets.OfBroker,
        Precondition = "a valid account that is in no pair and holds no token but of a topic of its own; no tap, but the topic's name on the wire",
        Summary = "publishes in its own name: a text as it is, one sealed for its own hop, and pieces of two messages it saw as a subscriber; asks the token service for what is not its own",
        Observation = "the subscriber opens one of them",
        Reference = "Sahmi et al. 2021, table 3; Calabretta et al. 2018, abstract (authentication token)",
        Control = "a broker that lets every account publish and payloads in the clear",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var rogue = await testbed.RogueAsync("rogue-publisher", cancellationToken).ConfigureAwait(false);
        await RogueTokens.CreateOwnAsync(testbed, rogue, cancellationToken).ConfigureAwait(false);
        await rogue.SubscribeAsync(testbed.WireTopic, cancellationToken).ConfigureAwait(false);
        var one = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var two = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var seen = (await rogue.ReadAllAsync(cancellationToken).ConfigureAwait(false)).Where(m => testbed.IsWireTopic(m.Topic)).Select(m => m.Payload.ToArray()).ToArray();
        var asked = await AskAsync(testbed, rogue, cancellationToken).ConfigureAwait(false);

        var texts = new List<(string How, byte[] Plaintext)>();
        var reasons = new List<string>();
        async Task TryAsync(string how, byte[] plaintext, byte[] payload)
        {
            texts.Add((how, plaintext));
            var reason = await rogue.PublishAsync(testbed.WireTopic, payload, cancellationToken).ConfigureAwait(false);
            reasons.Add($"0x{(byte)reason:X2}");
        }

        var text = PayloadTraffic.Reading(testbed.Random);
        await TryAsync("in the clear", text, text).ConfigureAwait(false);
        text = PayloadTraffic.Reading(testbed.Random);
        await TryAsync("sealed for its own hop", text, rogue.Hop.Seal(testbed.Topic, text)).ConfigureAwait(false);
        if (seen is [{ Length: > 16 } first, { Length: > 16 } second])
        {
            await TryAsync("pieces of two messages", [.. one[..16], .. two[16..]], [.. first[..16], .. second[16..]]).ConfigureAwait(false);
        }

        var read = await PayloadTraffic.ReadUpToHonestAsync(testbed, cancellationToken).ConfigureAwait(false);
        var accepted = texts.Where(t => read.Any(m => PayloadTraffic.Carries(m, t.Plaintext))).ToArray();
        return accepted.Length > 0
            ? AttackResult.Win($"the subscriber opened {PayloadTraffic.Quote(accepted[0].Plaintext)} of an account without a grant ({string.Join(", ", accepted.Select(a => a.How))})")
            : AttackResult.Loss($"{texts.Count} publications got {string.Join(", ", reasons)}; the subscriber: {PayloadTraffic.Describe(read)}{asked}");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new ClearText(), cancellationToken);

    // All that might give it a token: the topic itself, one above, one below, and a token by chance.
    private static async Task<string> AskAsync(AttackTestbed testbed, RogueClient rogue, CancellationToken cancellationToken)
    {
        if (testbed.Scheme != SchemeNames.MqttAuth)
        {
            return "";
        }

        var guess = new byte[TokenRequest.TokenLength];
        testbed.Random.NextBytes(guess);
        (TokenOperation Operation, string Topic, byte[] Token)[] requests =
        [
            (TokenOperation.Create, testbed.Topic, []),
            (TokenOperation.Create, testbed.Topic[..testbed.Topic.LastIndexOf('/')], []),
            (TokenOperation.Create, testbed.Topic + "/set", []),
            (TokenOperation.Publish, testbed.Topic, guess),
            (TokenOperation.Publish, testbed.Topic, new byte[TokenRequest.TokenLength]),
        ];
        var granted = 0;
        foreach (var (operation, topic, token) in requests)
        {
            granted += await RogueTokens.AskAsync(testbed, rogue, operation, topic, token, cancellationToken).ConfigureAwait(false) == TokenStatus.Granted ? 1 : 0;
        }

        return $"; the token service granted {granted} of {requests.Length} requests";
    }
}
