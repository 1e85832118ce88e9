namespace Harness.Adversary.Claims.Replay;

/// <summary>A message of one session comes again after publisher, subscriber or both have opened a new one.</summary>
[Attack("replay-message-across-sessions", Order = 6)]
internal sealed class CrossSessionReplay : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Replay, "sessions"),
        Schemes = SchemeSets.OfBroker,
        Precondition = "a tap on the connections of publisher and subscriber; the session keys change in between, nothing else is disturbed",
        Summary = "sends a payload of an earlier session on either hop after each renewal: subscriber, publisher and both log in again, subscriber re-authenticates",
        Observation = "the subscriber opens the plaintext of the earlier session (a wrong key passes PKCS#7 once in 256: other plaintexts do not count)",
        Reference = "Sahmi et al. 2021, equation 9 and section 5 d; design rule: new keys hold after AUTH 0x00, the old one is kept for reading 10 s",
        Control = "payloads under a key that no session changes, counters unchecked",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        var seen = new List<string>();
        var won = 0;
        (string Name, Func<Task> Renew)[] renewals =
        [
            ("subscriber logged in again", () => LogInAsync(testbed, testbed.Subscriber, cancellationToken)),
            ("publisher logged in again", () => LogInAsync(testbed, testbed.Publisher, cancellationToken)),
            ("both logged in again", () => testbed.LogInAsync(cancellationToken)),
            ("subscriber re-authenticated", () => PayloadTraffic.ReauthenticateAsync(testbed, testbed.Subscriber, cancellationToken)),
        ];
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (name, renew) in renewals)
        {
            if ((!testbed.Broker.SupportsReauthentication || testbed.Scheme == SchemeNames.Password) && name.EndsWith("re-authenticated", StringComparison.Ordinal))
            {
                continue;
            }

            var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
            var (toBroker, toSubscriber) = (PayloadTraffic.Payloads(testbed, PacketDirection.ToBroker)[^1], PayloadTraffic.Payloads(testbed, PacketDirection.ToClient)[^1]);
            var earlier = testbed.WireTopic;
            await renew().ConfigureAwait(false);
            foreach (var topic in (IEnumerable<string>)[earlier, .. testbed.WireTopic == earlier ? Array.Empty<string>() : [testbed.WireTopic]])
            {
                await PayloadTraffic.InjectAsync(testbed, testbed.Subscriber, PacketDirection.ToClient, topic, toSubscriber, cancellationToken).ConfigureAwait(false);
                await PayloadTraffic.InjectAsync(testbed, testbed.Publisher, PacketDirection.ToBroker, topic, toBroker, cancellationToken).ConfigureAwait(false);
            }

            var read = await PayloadTraffic.ReadUpToHonestAsync(testbed, cancellationToken).ConfigureAwait(false);
            var again = read.Count(m => PayloadTraffic.Carries(m, reading));
            won += again;
            seen.Add($"{name}: {again} opened as the earlier reading ({PayloadTraffic.Describe(read)})");
        }

        return new AttackResult(won > 0, string.Join("; ", seen));
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new CountedGcm(checksCounter: false), cancellationToken);

    private static async Task LogInAsync(AttackTestbed testbed, TestbedDevice device, CancellationToken cancellationToken)
    {
        await device.LogInAsync(cancellationToken).ConfigureAwait(false);
        await testbed.AdmitAsync(device, cancellationToken).ConfigureAwait(false);
        await testbed.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
    }
}
