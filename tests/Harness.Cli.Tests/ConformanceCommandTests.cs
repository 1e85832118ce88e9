using Harness.Brokers.Conformance;

namespace Harness.Cli.Tests;

/// <summary>Checks <c>harness conformance</c>: its list, its verdicts, its guard and its exit status.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed class ConformanceCommandTests : WorkFolderTests
{
    [Test]
    public async Task The_list_names_every_statement_for_programs_too()
    {
        var text = await HarnessProcess.RunAsync(_work.Path, "conformance", "--list");
        var json = await HarnessProcess.RunAsync(_work.Path, "conformance", "--list", "--json", "--mqtt", "5.0");

        Assert.That(text.Stdout, Does.Contain("MQTT 3.1.1").And.Contain("MQTT-3.1.2-24 ").And.Contain("MQTT 5.0"));
        Assert.That((text.ExitCode, json.ExitCode), Is.EqualTo((0, 0)));
        Assert.That(JsonDocument.Parse(json.Stdout).RootElement.EnumerateArray().Select(s => s.GetProperty("mqtt").GetString()), Is.All.EqualTo("5.0"));
    }

    [Test]
    public void README_states_the_number_of_statements() =>
        Assert.That(
            Documents.Read("README.md"),
            Does.Contain($"{BrokerStatement.All.Count(s => s.VersionName == "3.1.1")} of MQTT 3.1.1 and {BrokerStatement.All.Count(s => s.VersionName == "5.0")} of 5.0"));

    [Test]
    public async Task A_violation_is_named_with_its_number_and_makes_the_status_1()
    {
        var rig = _work.WriteRig("net rig.yaml", "kind: embedded", "kind: mqttnet");

        var ended = await HarnessProcess.RunAsync(_work.Path, "conformance", "--rig", rig, "--statement", "MQTT-4.7.1-3", "--statement", "MQTT-3.12.4-1", "--mqtt", "3.1.1");

        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("VIOLATES [MQTT-4.7.1-3] of MQTT 3.1.1").And.Contain("a/+/c does not match a//c").And.Contain("2 statements, 1 conform, 1 violated, 0 absent, 0 not decided"));
    }

    [Test]
    public async Task Our_own_broker_is_judged_at_an_address_and_by_a_rig()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{broker.Endpoint.Port}");
        string[] one = ["--statement", "MQTT-4.3.3-10", "--json"];

        var byAddress = await HarnessProcess.RunAsync(_work.Path, ["conformance", "--broker", address, .. one]);
        var byRig = await HarnessProcess.RunAsync(_work.Path, ["conformance", "--rig", WorkFolder.Posix, .. one]);

        foreach (var ended in new[] { byAddress, byRig })
        {
            Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
            Assert.That(JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("statements")[0].GetProperty("verdict").GetString(), Is.EqualTo("conforms"));
        }
    }

    [Test]
    public async Task A_record_stays_with_the_coverage_by_statement()
    {
        var rig = _work.WriteRig("net.yaml", "kind: embedded", "kind: mqttnet");

        var ended = await HarnessProcess.RunAsync(
            _work.Path, "conformance", "--rig", rig, "--statement", "MQTT-4.7.1-3", "--statement", "MQTT-3.12.4-1", "--mqtt", "3.1.1", "--out", "c");

        Assert.That(ended.Stdout, Does.EndWith("record: c/run.jsonl\n"));
        var record = _work.Record("c");
        var violated = record.OfType<ScenarioFinished>().Single(s => s.Verdict == Verdict.Fail);
        Assert.That((violated.Id, violated.Failure!.Item), Is.EqualTo(("conformance --mqtt 3.1.1 --statement MQTT-4.7.1-3", "[MQTT-4.7.1-3]")));
        Assert.That(violated.Failure.NextCommand, Does.StartWith("./harness conformance --rig").And.EndWith("--mqtt 3.1.1 --statement MQTT-4.7.1-3"));
        Assert.That(record.OfType<RunFinished>().Single(), Has.Property("Passed").EqualTo(1).And.Property("Failed").EqualTo(1));
        Assert.That(_work.Record("c").OfType<FilesKept>().SelectMany(k => k.Files).Select(f => f.Name), Does.Contain("conformance.md"), "under the record's end");
        Assert.That(await File.ReadAllTextAsync(_work["c/conformance.md"]), Does.Contain("2 statements, 1 conform, 1 violated").And.Contain("| MQTT-4.7.1-3 |").And.Contain("| VIOLATES |"));
        Assert.That(File.Exists(_work["c/report.html"]) && File.Exists(_work["c/junit.xml"]), Is.True);
    }

    [Test]
    public async Task A_broker_that_a_rig_starts_leaves_its_log_beside_the_record_and_ends()
    {
        _ = NeedsProgram.Find("mosquitto", "mosquitto");

        var ended = await HarnessProcess.RunAsync(_work.Path, "conformance", "--rig", "rigs/brokers/mosquitto.yaml", "--statement", "MQTT-4.8.2-1", "--out", "m");

        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("VIOLATES [MQTT-4.8.2-1]"));
        var log = Directory.GetFiles(_work["m/brokers"], "mosquitto-*.log").Single();
        Assert.That(await File.ReadAllTextAsync(log), Does.Contain("running"));
        Assert.That(Directory.GetDirectories("/proc").Where(process => HasOpen(process, log)), Is.Empty, "it ended; its port may be another's by now");
    }

    private static bool HasOpen(string process, string file)
    {
        try
        {
            return Directory.Exists(process + "/fd") && Directory.GetFiles(process + "/fd").Any(descriptor => new FileInfo(descriptor).LinkTarget == file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it ended meanwhile, or is another user's
        }
    }

    [TestCase("--i-own 192.0.2.1:1883", "--broker", "192.0.2.1:1883")]
    [TestCase("and --i-own names 192.0.2.2:1883", "--broker", "192.0.2.1:1883", "--i-own", "192.0.2.2:1883")]
    [TestCase("is no HOST:PORT", "--broker", "localhost")]
    [TestCase("named by --broker HOST:PORT, or by --rig FILE")]
    [TestCase("there is no statement MQTT-9.9.9-9", "--broker", "127.0.0.1:1", "--statement", "MQTT-9.9.9-9")]
    [TestCase("there is no such file", "--broker", "127.0.0.1:1", "--user", "u", "--password-file", "none")]
    public async Task A_wrong_line_or_a_broker_not_owned_is_status_2_and_connects_to_nothing(string says, params string[] arguments)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, ["conformance", .. arguments]);

        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says));
    }

    [Test]
    public async Task A_password_that_others_may_read_is_refused_and_not_shown()
    {
        _work.WriteProgram("password", "quite-secret\n"); // which others may read

        var ended = await HarnessProcess.RunAsync(_work.Path, "conformance", "--broker", "127.0.0.1:1", "--user", "u", "--password-file", "password");

        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("chmod 600").And.Not.Contain("quite-secret"));
    }

    [Test]
    public async Task No_broker_at_the_address_is_status_3()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "conformance", "--broker", "127.0.0.1:1");

        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("no broker at 127.0.0.1:1"));
    }

    [TestCase("--server-keep-alive 0", "--server-keep-alive", "0")]
    [TestCase("--server-keep-alive 65536", "--server-keep-alive", "65536")]
    [TestCase("is no topic filter", "--forbid", "a#")]
    public async Task Settings_of_the_broker_that_cannot_be_are_refused(string says, params string[] arguments)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, ["broker", "--port", "0", "--server-name", "lab", "--allow-anonymous", .. arguments]);

        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says));
    }
}
