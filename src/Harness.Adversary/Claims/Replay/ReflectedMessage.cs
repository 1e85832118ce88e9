using Harness.Adversary.Claims.Weak;
using Harness.Mqtt;

namespace Harness.Adversary.Claims.Replay;

/// <summary>What a device sent comes back to it as if somebody else had: its own reading becomes an order.</summary>
internal sealed class ReflectedMessage : Attack
{
    public override AttackCard Card { get; } = new()
    {
        Id = "replay-message-reflected",
        Cell = new(Claim.Replay, "session"),
        Precondition = "a tap on the publisher's connection",
        Summary = "sends the publisher its own payload, and the subscriber's payload to the broker as the subscriber's",
        Observation = "the publisher, or whoever reads what the broker makes of it, opens the reading again",
        Reference = "Sahmi et al. 2021, equation 9: both directions share Ks; design: the nonce says which way a payload goes",
        Control = "sealed payloads whose counter and direction nobody checks",
    };

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        var (sent, received) = (Wire.Payloads(ground, Direction.ToBroker)[^1], Wire.Payloads(ground, Direction.ToClient)[^1]);
        await Wire.InjectAsync(ground, ground.Publisher, Direction.ToClient, ground.Topic, sent, cancellationToken).ConfigureAwait(false);
        var atPublisher = await ground.Publisher.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        await Wire.InjectAsync(ground, ground.Subscriber, Direction.ToBroker, ground.Topic, received, cancellationToken).ConfigureAwait(false);

        // A round trip on the connection that it was put into: the broker has judged it.
        await Ground.Required("round trip of the subscriber", () => ground.Subscriber.Required.SubscribeAsync(ground.Topic, cancellationToken)).ConfigureAwait(false);
        var atSubscriber = await Wire.ReadUpToHonestAsync(ground, cancellationToken).ConfigureAwait(false);
        var publisher = atPublisher.Any(m => Wire.Carries(m, reading));
        var subscriber = atSubscriber.Any(m => Wire.Carries(m, reading));
        return new AttackResult(
            publisher || subscriber,
            $"the publisher given its own payload: {Wire.Describe(atPublisher)}; the subscriber's sent back through the broker: {Wire.Describe(atSubscriber)}");
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.RunAsync(this, grounds, () => new CountedGcm(checksCounter: false), cancellationToken);
}
