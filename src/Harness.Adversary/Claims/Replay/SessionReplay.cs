using Harness.Adversary.Claims.Weak;
using Harness.Mqtt;

namespace Harness.Adversary.Claims.Replay;

/// <summary>A message that the subscriber has read comes again at once, on either hop.</summary>
internal class SessionReplay : Attack
{
    public override AttackCard Card { get; } = new()
    {
        Id = "replay-message-at-once",
        Cell = new(Claim.Replay, "session"),
        Precondition = "a tap on the connections of publisher and subscriber",
        Summary = "sends a delivered payload again: to the subscriber, and to the broker as if the publisher had sent it",
        Observation = "the subscriber opens the same plaintext a second time",
        Reference = "Sahmi et al. 2021, section 5 d (replay attack); design: counters must rise",
        Control = "sealed payloads whose counter nobody checks",
    };

    /// <summary>Messages that the publisher sends between the recorded one and its replay.</summary>
    protected virtual int Between => 0;

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        var (toBroker, toSubscriber) = (Wire.Payloads(ground, Direction.ToBroker)[^1], Wire.Payloads(ground, Direction.ToClient)[^1]);
        for (var i = 0; i < Between; i++)
        {
            await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        }

        await Wire.InjectAsync(ground, ground.Subscriber, Direction.ToClient, ground.Topic, toSubscriber, cancellationToken).ConfigureAwait(false);
        await Wire.InjectAsync(ground, ground.Publisher, Direction.ToBroker, ground.Topic, toBroker, cancellationToken).ConfigureAwait(false);
        var read = await Wire.ReadUpToHonestAsync(ground, cancellationToken).ConfigureAwait(false);
        var again = read.Count(m => Wire.Carries(m, reading));
        return new AttackResult(again > 0, $"of 2 replays the subscriber opened {again} as the same reading again ({Wire.Describe(read)})");
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.RunAsync(this, grounds, () => new CountedGcm(checksCounter: false), cancellationToken);
}

/// <summary>The same after other messages have come: a receiver that remembers only the last one takes it.</summary>
internal sealed class LaterReplay : SessionReplay
{
    public override AttackCard Card => base.Card with { Id = "replay-message-later", Summary = "sends a delivered payload again after three others, on either hop" };

    protected override int Between => 3;
}
