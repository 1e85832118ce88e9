namespace Harness.Cli.Tests.Plugins;

/// <summary>Verdicts that a plugin's attack, operation or broker gave are marked, also by the commands that judge without features.</summary>
public sealed class PluginMarkTests
{
    private static string Folder => BuiltPlugin.Folder;

    [Test]
    public async Task Claims_runs_a_plugin_s_attack_in_a_cell_of_its_own()
    {
        var ended = await HarnessProcess.RunAloneAsync(
            Folder, "claims", "--rig", "my-lab/rig.yaml", "--features", "my-lab/features", "--attack", "my-lab-eavesdropper", "--json", "--out", "claims");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        using var json = JsonDocument.Parse(ended.Stdout);
        var cell = json.RootElement.GetProperty("cells").EnumerateArray().Single();
        var attack = RecordReader.Read(Path.Combine(Folder, "claims", "run.jsonl")).OfType<AttackEnded>().Single();
        Assert.Multiple(() =>
        {
            Assert.That((cell.GetProperty("plugin").GetString(), cell.GetProperty("claim").GetString(), cell.GetProperty("seen").GetString()), Is.EqualTo(("my-lab", "DC", "holds")));
            Assert.That((attack.Plugin, attack.Attack, attack.Won, attack.ControlWon), Is.EqualTo(("my-lab", "my-lab-eavesdropper", false, true)));
            Assert.That(File.ReadAllText(Path.Combine(Folder, "claims", "claims.md")), Does.Contain("Decided by attacks of plugins").And.Contain("(plugin my-lab)"));
        });
        var console = await HarnessProcess.RunAloneAsync(Folder, "report", "claims");
        Assert.That(console.Stdout, Does.Contain("DC data confidentiality (plugin my-lab): holds, as expected").And.Contain("1 cell of plugin my-lab: 1 as expected"), console.ToString());
    }

    [Test]
    public async Task Claims_lists_a_plugin_s_attack_as_the_plugin_s()
    {
        var ended = await HarnessProcess.RunAloneAsync(Folder, "claims", "--list", "--attack", "my-lab-eavesdropper", "--plugin", "my-lab/bin/my-lab.dll");
        Assert.That((ended.ExitCode, ended.Stdout.Split('\n')[0]), Is.EqualTo((0, "my-lab-eavesdropper  DC  plugin my-lab  (mqtt-present)")), ended.ToString());
    }

    [Test]
    public async Task A_plugin_s_operation_is_listed_and_measured_and_marks_its_verdict()
    {
        var list = await HarnessProcess.RunAloneAsync(Folder, "measure", "--list", "--rig", "my-lab/rig.yaml", "--device", "host");
        Assert.That(list.Stdout, Does.Match("my-lab-hex +device host +per reading +a reading of 16 bytes to hex"), list.ToString());
        var ended = await HarnessProcess.RunAloneAsync(
            Folder, "measure", "my-lab-hex", "--rig", "my-lab/rig.yaml", "--device", "host", "--samples", "3", "--no-calibration", "--out", "measured");
        Assert.That((ended.ExitCode, ended.Stdout.Contains("plugin my-lab took part: operation", StringComparison.Ordinal)), Is.EqualTo((0, true)), ended.ToString());
        var finished = RecordReader.Read(Path.Combine(Folder, "measured", "run.jsonl")).OfType<ScenarioFinished>().Single();
        Assert.That(finished.PluginParts, Is.EqualTo(new[] { new PluginPart("my-lab", "operation") }));
    }

    [Test]
    public async Task A_broker_of_a_plugin_marks_the_verdicts_of_the_scenarios_that_used_it()
    {
        var rig = await File.ReadAllTextAsync(Path.Combine(Folder, "my-lab", "rig.yaml"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "my-lab", "broker.yaml"), rig + "broker: {kind: my-lab-broker}\n");
        await File.WriteAllTextAsync(Path.Combine(Folder, "login.feature"), WorkFolder.PassingHost);
        var ended = await HarnessProcess.RunAloneAsync(Folder, "run", "--rig", "my-lab/broker.yaml", "login.feature", "--out", "broker");
        var finished = RecordReader.Read(Path.Combine(Folder, "broker", "run.jsonl")).OfType<ScenarioFinished>().Single();
        Assert.That(finished.PluginParts, Is.EqualTo(new[] { new PluginPart("my-lab", "broker") }), ended.ToString());
    }
}
