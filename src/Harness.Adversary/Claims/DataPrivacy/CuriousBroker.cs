using Harness.Adversary.Claims.Weak;
using Harness.Mqtt;

namespace Harness.Adversary.Claims.DataPrivacy;

/// <summary>The broker, which keeps every rule, opens the payloads that pass through it.</summary>
internal sealed class CuriousBroker : Attack
{
    public override AttackCard Card { get; } = new()
    {
        Id = "dp-curious-broker",
        Cell = new(Claim.DataPrivacy),
        Precondition = "the broker's own state: the session keys of both handshakes",
        Summary = "opens a payload under what the broker knows: Ks = SKp xor SKs, or the key of the hop",
        Observation = "the right plaintext",
        Reference = "Sahmi et al. 2021, equation 9, against section 4 (\"the broker has no idea about the payload\")",
        Control = "payloads in the clear",
    };

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        var payload = Wire.Payloads(ground, Direction.ToBroker)[^1];
        var opened = BrokerState.Open(ground, payload).Any(candidate => candidate.AsSpan().SequenceEqual(reading));
        return opened
            ? AttackResult.Win($"the broker reads {Wire.Quote(reading)} from {payload.Length} bytes of payload")
            : AttackResult.Loss($"none of the broker's keys opens the {payload.Length} bytes of payload");
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.RunAsync(this, grounds, () => new ClearText(), cancellationToken);
}
