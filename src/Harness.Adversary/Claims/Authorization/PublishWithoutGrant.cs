using Harness.Adversary.Claims.Weak;
using Harness.Mqtt;
using Harness.Schemes;
using Harness.Schemes.MqttAuth;

namespace Harness.Adversary.Claims.Authorization;

/// <summary>An account that nobody gave anything publishes on the publisher's topic.</summary>
internal sealed class PublishWithoutGrant : Attack
{
    public override AttackCard Card { get; } = new()
    {
        Id = "a-publish-without-grant",
        Cell = new(Claim.Authorization, "grant"),
        Precondition = "a valid account that is in no pair and holds no token but of a topic of its own; no tap",
        Summary = "publishes in its own name: a text as it is, one sealed for its own hop, and pieces of two messages it saw as a subscriber; asks the token service for what is not its own",
        Observation = "the subscriber opens one of them",
        Reference = "Sahmi et al. 2021, table 3; Calabretta et al. 2018, abstract (authentication token)",
        Control = "a broker that lets every account publish and payloads in the clear",
    };

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        var rogue = await ground.RogueAsync("rogue-publisher", cancellationToken).ConfigureAwait(false);
        await RogueTokens.CreateOwnAsync(ground, rogue, cancellationToken).ConfigureAwait(false);
        await rogue.SubscribeAsync(ground.Topic, cancellationToken).ConfigureAwait(false);
        var one = await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        var two = await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        var seen = (await rogue.ReadAllAsync(cancellationToken).ConfigureAwait(false)).Where(m => m.Topic == ground.Topic).Select(m => m.Payload.ToArray()).ToArray();
        var asked = await AskAsync(ground, rogue, cancellationToken).ConfigureAwait(false);

        var texts = new List<(string How, byte[] Plaintext)>();
        var reasons = new List<string>();
        async Task TryAsync(string how, byte[] plaintext, byte[] payload)
        {
            texts.Add((how, plaintext));
            var reason = await rogue.PublishAsync(ground.Topic, payload, cancellationToken).ConfigureAwait(false);
            reasons.Add($"0x{(byte)reason:X2}");
        }

        var text = Wire.Reading(ground.Random);
        await TryAsync("in the clear", text, text).ConfigureAwait(false);
        text = Wire.Reading(ground.Random);
        await TryAsync("sealed for its own hop", text, rogue.Hop.Seal(ground.Topic, text)).ConfigureAwait(false);
        if (seen is [{ Length: > 16 } first, { Length: > 16 } second])
        {
            await TryAsync("pieces of two messages", [.. one[..16], .. two[16..]], [.. first[..16], .. second[16..]]).ConfigureAwait(false);
        }

        var read = await Wire.ReadUpToHonestAsync(ground, cancellationToken).ConfigureAwait(false);
        var accepted = texts.Where(t => read.Any(m => Wire.Carries(m, t.Plaintext))).ToArray();
        return accepted.Length > 0
            ? AttackResult.Win($"the subscriber opened {Wire.Quote(accepted[0].Plaintext)} of an account without a grant ({string.Join(", ", accepted.Select(a => a.How))})")
            : AttackResult.Loss($"{texts.Count} publications got {string.Join(", ", reasons)}; the subscriber: {Wire.Describe(read)}{asked}");
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.RunAsync(this, grounds, () => new ClearText(), cancellationToken);

    // Whatever might give it a token: the topic itself, one above, one below, and a token by chance.
    private static async Task<string> AskAsync(Ground ground, RogueClient rogue, CancellationToken cancellationToken)
    {
        if (ground.Scheme != SchemeNames.MqttAuth)
        {
            return "";
        }

        var guess = new byte[TokenRequest.TokenLength];
        ground.Random.NextBytes(guess);
        (TokenOperation Operation, string Topic, byte[] Token)[] requests =
        [
            (TokenOperation.Create, ground.Topic, []),
            (TokenOperation.Create, ground.Topic[..ground.Topic.LastIndexOf('/')], []),
            (TokenOperation.Create, ground.Topic + "/set", []),
            (TokenOperation.Publish, ground.Topic, guess),
            (TokenOperation.Publish, ground.Topic, new byte[TokenRequest.TokenLength]),
        ];
        var granted = 0;
        foreach (var (operation, topic, token) in requests)
        {
            granted += await RogueTokens.AskAsync(ground, rogue, operation, topic, token, cancellationToken).ConfigureAwait(false) == TokenStatus.Granted ? 1 : 0;
        }

        return $"; the token service granted {granted} of {requests.Length} requests";
    }
}
