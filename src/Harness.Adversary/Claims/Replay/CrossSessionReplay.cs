using Harness.Adversary.Claims.Weak;
using Harness.Mqtt;

namespace Harness.Adversary.Claims.Replay;

/// <summary>A message of one session comes again after publisher, subscriber or both have opened a new one.</summary>
internal sealed class CrossSessionReplay : Attack
{
    public override AttackCard Card { get; } = new()
    {
        Id = "replay-message-across-sessions",
        Cell = new(Claim.Replay, "sessions"),
        Precondition = "a tap on the connections of publisher and subscriber; the session keys change in between, nothing else is disturbed",
        Summary = "sends a payload of an earlier session on either hop after each renewal: subscriber, publisher and both log in again, subscriber re-authenticates",
        Observation = "the subscriber opens the plaintext of the earlier session (a wrong key passes PKCS#7 once in 256: other plaintexts do not count)",
        Reference = "Sahmi et al. 2021, equation 9 and section 5 d; design: new keys hold after AUTH 0x00, the old one is kept for reading 10 s",
        Control = "payloads under a key that no session changes, counters unchecked",
    };

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        var seen = new List<string>();
        var won = 0;
        (string Name, Func<Task> Renew)[] renewals =
        [
            ("subscriber logged in again", () => LogInAsync(ground, ground.Subscriber, cancellationToken)),
            ("publisher logged in again", () => LogInAsync(ground, ground.Publisher, cancellationToken)),
            ("both logged in again", () => ground.LogInAsync(cancellationToken)),
            ("subscriber re-authenticated", () => Wire.ReauthenticateAsync(ground, ground.Subscriber, cancellationToken)),
        ];
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (name, renew) in renewals)
        {
            if (!ground.Broker.SupportsReauthentication && name.EndsWith("re-authenticated", StringComparison.Ordinal))
            {
                continue;
            }

            var reading = await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
            var (toBroker, toSubscriber) = (Wire.Payloads(ground, Direction.ToBroker)[^1], Wire.Payloads(ground, Direction.ToClient)[^1]);
            await renew().ConfigureAwait(false);
            await Wire.InjectAsync(ground, ground.Subscriber, Direction.ToClient, ground.Topic, toSubscriber, cancellationToken).ConfigureAwait(false);
            await Wire.InjectAsync(ground, ground.Publisher, Direction.ToBroker, ground.Topic, toBroker, cancellationToken).ConfigureAwait(false);
            var read = await Wire.ReadUpToHonestAsync(ground, cancellationToken).ConfigureAwait(false);
            var again = read.Count(m => Wire.Carries(m, reading));
            won += again;
            seen.Add($"{name}: {again} opened as the earlier reading ({Wire.Describe(read)})");
        }

        return new AttackResult(won > 0, string.Join("; ", seen));
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.RunAsync(this, grounds, () => new CountedGcm(checksCounter: false), cancellationToken);

    private static async Task LogInAsync(Ground ground, GroundDevice device, CancellationToken cancellationToken)
    {
        await device.LogInAsync(cancellationToken).ConfigureAwait(false);
        await ground.AdmitAsync(device, cancellationToken).ConfigureAwait(false);
        await ground.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
    }
}
