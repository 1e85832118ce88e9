namespace Harness.Adversary.Claims.Authorization;

/// <summary>A publisher goes on publishing after its token was revoked: here the publisher that created the token.</summary>
[Attack("a-revoked-publisher", Order = 5)]
internal sealed class RevokedPublisher : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Authorization, "revoked"),
        Schemes = SchemeSets.MqttAuth,
        Precondition = "a publisher that showed its authentication token before it was revoked",
        Summary = "publishes on, then shows the token again and publishes",
        Observation = "the subscriber opens a message published after the revocation",
        Reference = "Calabretta et al. 2018, abstract (authentication token)",
        Control = "a broker that asks for no token, so that revoking one changes nothing (augmqtt)",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        await RogueTokens.RevokeAsync(testbed, TokenKind.Authentication, cancellationToken).ConfigureAwait(false);
        var tries = new List<string>();
        var won = await PublishesAsync("right away", testbed, tries, cancellationToken).ConfigureAwait(false);
        if (testbed.Scheme == SchemeNames.MqttAuth)
        {
            var outcome = await testbed.Publisher.RequiredSession.ShowTokenAsync(TokenOperation.Publish, testbed.Topic, cancellationToken).ConfigureAwait(false);
            won |= await PublishesAsync($"token shown again ({outcome.Status})", testbed, tries, cancellationToken).ConfigureAwait(false);
        }

        return new AttackResult(won, string.Join("; ", tries));
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.AsPublishedAsync(this, controls, SchemeNames.AugMqtt, cancellationToken);

    private static async Task<bool> PublishesAsync(string how, AttackTestbed testbed, List<string> tries, CancellationToken cancellationToken)
    {
        var text = PayloadTraffic.Reading(testbed.Random);
        var answer = "taken";
        try
        {
            await testbed.Publisher.RequiredSession.PublishSealedAsync(testbed.Topic, text, cancellationToken).ConfigureAwait(false);
        }
        catch (SessionRefusedException e)
        {
            answer = $"0x{(byte)e.Reason:X2}";
        }

        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        var reads = read.Any(m => PayloadTraffic.Carries(m, text));
        tries.Add($"{how}: {answer}, the subscriber {(reads ? $"reads {PayloadTraffic.Quote(text)}" : "gets nothing")}");
        return reads;
    }
}
