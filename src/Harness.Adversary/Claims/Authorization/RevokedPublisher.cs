using Harness.Adversary.Claims.Weak;
using Harness.Schemes;
using Harness.Schemes.MqttAuth;
using Harness.Sessions;

namespace Harness.Adversary.Claims.Authorization;

/// <summary>Who was allowed to publish goes on publishing after its token was revoked: here the publisher itself, whose token it is.</summary>
internal sealed class RevokedPublisher : Attack
{
    public override AttackCard Card { get; } = new()
    {
        Id = "a-revoked-publisher",
        Cell = new(Claim.Authorization, "revoked"),
        Schemes = [SchemeNames.MqttAuth],
        Precondition = "a publisher that showed its authentication token before it was revoked",
        Summary = "publishes on, then shows the token again and publishes",
        Observation = "the subscriber opens a message published after the revocation",
        Reference = "Calabretta et al. 2018, abstract (authentication token)",
        Control = "a broker that asks for no token, so that revoking one changes nothing (augmqtt)",
    };

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        await RogueTokens.RevokeAsync(ground, TokenKind.Authentication, cancellationToken).ConfigureAwait(false);
        var tries = new List<string>();
        var won = await PublishesAsync("right away", ground, tries, cancellationToken).ConfigureAwait(false);
        if (ground.Scheme == SchemeNames.MqttAuth)
        {
            var outcome = await ground.Publisher.Required.ShowTokenAsync(TokenOperation.Publish, ground.Topic, cancellationToken).ConfigureAwait(false);
            won |= await PublishesAsync($"token shown again ({outcome.Status})", ground, tries, cancellationToken).ConfigureAwait(false);
        }

        return new AttackResult(won, string.Join("; ", tries));
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.AsPublishedAsync(this, grounds, SchemeNames.AugMqtt, cancellationToken);

    private static async Task<bool> PublishesAsync(string how, Ground ground, List<string> tries, CancellationToken cancellationToken)
    {
        var text = Wire.Reading(ground.Random);
        var answer = "taken";
        try
        {
            await ground.Publisher.Required.PublishSealedAsync(ground.Topic, text, cancellationToken).ConfigureAwait(false);
        }
        catch (SessionRefusedException e)
        {
            answer = $"0x{(byte)e.Reason:X2}";
        }

        var read = await ground.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        var reads = read.Any(m => Wire.Carries(m, text));
        tries.Add($"{how}: {answer}, the subscriber {(reads ? $"reads {Wire.Quote(text)}" : "gets nothing")}");
        return reads;
    }
}
