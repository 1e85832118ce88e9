using Harness.Adversary.Claims;
using Harness.Crypto;
using Harness.Schemes;

namespace Harness.Adversary.Tests.Claims.Findings;

/// <summary>Every finding about MQTT-PRESENT's keys and payloads, shown by a run; where its repair is about payloads alone, the repair ends it.</summary>
public sealed class PayloadFindingTests
{
    private static readonly string[] Ids =
    [
        "finding-partner-computes-session-key", "finding-rogue-publisher-unrolls-sessions", "finding-broker-computes-traffic-key",
        "finding-ecb-shows-equal-blocks", "finding-ecb-shows-equal-messages", "finding-block-swap-accepted", "finding-flipped-bit-accepted",
        "finding-replay-accepted", "finding-key-wrap-replay-accepted", "finding-flipped-wrap-desynchronises",
        "finding-many-subscribers-break-publishing", "finding-keys-are-truncated",
    ];

    [TestCaseSource(nameof(Ids))]
    public async Task A_finding_is_reproduced_and_its_control_wins(string id)
    {
        foreach (var keyBits in (int[])[80, 128])
        {
            var run = await AttackRun.RunAsync(Finding(id), Options(keyBits), default);
            TestContext.Out.WriteLine(run.Result.Evidence);
            Assert.That(run.Result.Won, run.Result.Evidence);
            Assert.That(run.Control.Won, run.Control.Evidence);
        }
    }

    [TestCaseSource(nameof(Ids))]
    public async Task A_repair_that_is_run_ends_the_finding(string id)
    {
        var finding = Finding(id);
        Assert.That(finding.Repair, Is.Not.Empty);
        if (finding.RunRepairedAsync(new Grounds(finding.Prepare(Options(128)) with { Seed = finding.Seed }), default) is { } repaired)
        {
            var result = await repaired;
            TestContext.Out.WriteLine(result.Evidence);
            Assert.That(result.Won, Is.False, result.Evidence);
        }
    }

    private static Finding Finding(string id) => (Finding)Attacks.ById(id);

    private static GroundOptions Options(int keyBits) => new() { Scheme = SchemeNames.MqttPresent, Group = AugPakeGroup.P256, KeyBits = keyBits };
}
