using Harness.Adversary.Claims.Weak;
using Harness.Mqtt;

namespace Harness.Adversary.Claims.DataIntegrity;

/// <summary>The broker makes up a message of its own choice, and the subscriber takes it for the publisher's.</summary>
internal sealed class BrokerForgery : Attack
{
    public override AttackCard Card { get; } = new()
    {
        Id = "di-broker-forges",
        Cell = new(Claim.DataIntegrity, "broker"),
        Precondition = "the broker's own state: the session keys of both handshakes",
        Summary = "seals a plaintext of its choice under what the broker knows and sends it to the subscriber",
        Observation = "the subscriber opens that plaintext, which the publisher never sent",
        Reference = "Sahmi et al. 2021, equation 9, against section 5 c (end-to-end integrity)",
        Control = "payloads in the clear",
    };

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        var forged = Wire.Reading(ground.Random);
        byte[][] candidates = [BrokerState.Forge(ground, forged), forged];
        foreach (var candidate in candidates)
        {
            await Wire.InjectAsync(ground, ground.Subscriber, Direction.ToClient, ground.Topic, candidate, cancellationToken).ConfigureAwait(false);
        }

        var read = await ground.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return read.Any(m => Wire.Carries(m, forged))
            ? AttackResult.Win($"the subscriber opened {Wire.Quote(forged)}, made by the broker")
            : AttackResult.Loss($"{candidates.Length} forgeries: {Wire.Describe(read)}");
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.RunAsync(this, grounds, () => new ClearText(), cancellationToken);
}
