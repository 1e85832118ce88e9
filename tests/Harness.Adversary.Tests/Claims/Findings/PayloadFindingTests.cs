namespace Harness.Adversary.Tests.Claims.Findings;

/// <summary>Every finding about MQTT-PRESENT's keys and payloads, shown by a run; where its repair is about payloads alone, the repair ends it.</summary>
public sealed class PayloadFindingTests
{
    private static readonly string[] Ids =
    [
        "finding-partner-computes-session-key", "finding-rogue-publisher-unrolls-sessions", "finding-broker-computes-traffic-key",
        "finding-ecb-shows-equal-blocks", "finding-ecb-shows-equal-messages", "finding-block-swap-accepted", "finding-flipped-bits-accepted",
        "finding-replay-accepted", "finding-key-wrap-replay-accepted", "finding-flipped-wrap-desynchronises",
        "finding-many-subscribers-break-publishing", "finding-keys-are-truncated",
    ];

    [TestCaseSource(nameof(Ids))]
    public async Task A_findings_feature_reproduces_it_on_control_and_scheme_and_its_repair_ends_it(string id)
    {
        Assert.That(Finding(id).Repair, Is.Not.Empty);
        foreach (var keyBits in (int[])[80, 128])
        {
            var run = await AttackRunner.RunAsync(Finding(id), Options(keyBits), default);
            TestContext.Out.WriteLine(run.Result!.Evidence);
            Assert.That(run.Result.Won, run.Result.Evidence);
            Assert.That(run.Control?.Won, Is.True, run.Control?.Evidence ?? run.ControlTrouble);
            if (run.Repaired is { } repaired)
            {
                TestContext.Out.WriteLine(repaired.Evidence);
                Assert.That(repaired.Won, Is.False, repaired.Evidence);
            }
        }
    }

    private static Finding Finding(string id) => (Finding)Attacks.ById(id);

    private static AttackTestbedOptions Options(int keyBits) => new() { Scheme = SchemeNames.MqttPresent, Group = AugPakeGroup.P256, KeyBits = keyBits };
}
