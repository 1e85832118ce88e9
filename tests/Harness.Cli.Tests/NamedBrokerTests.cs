namespace Harness.Cli.Tests;

/// <summary>The rig's broker on MQTTnet: the same features; those that its server cannot run are reported, not failed.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.Self)]
public sealed class NamedBrokerTests : WorkFolderTests
{
    [Test]
    public async Task Schemes_that_open_payloads_at_the_broker_run_on_mqttnet_and_only_re_authentication_and_passwords_cannot_be_judged()
    {
        var rig = _work.WriteRig("mqttnet.yaml", "kind: embedded", "kind: mqttnet\n  client: mqttnet");
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "features/schemes", "--filter", "not @scheme:esfahani-2019", "--rig", rig, "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(4), ended.ToString());
        var scenarios = _work.Record("r").OfType<ScenarioFinished>().ToList();
        Assert.That(scenarios.Where(s => s.Verdict != Verdict.Pass), Has.All.Matches<ScenarioFinished>(
            s => s.Verdict == Verdict.Inconclusive && s.Failure!.Seen.Contains("mqttnet", StringComparison.OrdinalIgnoreCase)
                && (s.Name.Contains("re-authentication", StringComparison.Ordinal) || s.Failure.Item == "scheme password")));
        Assert.That(scenarios.Where(s => s.Verdict == Verdict.Pass).Select(s => s.Name), Has.Some.Contains("augmqtt").And.Some.Contains("mqtt-auth"));
    }
}
