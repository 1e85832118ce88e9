namespace Harness.Cli.Tests;

/// <summary>Rigs whose broker is a program of its own: what is shown of it, what doctor finds, and a run on it.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed class StandAloneBrokerTests : WorkFolderTests
{
    [TestCase("mosquitto", "dynamic security")]
    [TestCase("rabbitmq", "MQTT 3.1.1, QoS 0 and 1")]
    [TestCase("activemq", "no MQTT 5")]
    [TestCase("mqttnet", "no re-authentication")]
    [TestCase("external", "neither started nor stopped")]
    public async Task Rig_show_says_what_the_broker_can(string kind, string words)
    {
        var text = await HarnessProcess.RunAsync(_work.Path, "rig", "show", $"rigs/brokers/{kind}.yaml");
        var json = await HarnessProcess.RunAsync(_work.Path, "rig", "show", $"rigs/brokers/{kind}.yaml", "--json");

        Assert.That(text.Stdout, Does.Contain($"broker {kind} at 127.0.0.1:").And.Contain(words), text.ToString());
        var broker = JsonDocument.Parse(json.Stdout).RootElement.GetProperty("broker");
        Assert.That(broker.GetProperty("kind").GetString(), Is.EqualTo(kind));
        Assert.That(broker.GetProperty("can").GetString(), Does.Contain(words));
    }

    [Test]
    public async Task Logins_on_topics_pass_at_Mosquitto_and_its_log_lies_in_the_run()
    {
        _ = NeedsProgram.Find("mosquitto", "mosquitto");

        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "features/handshake/topics.feature", "--rig", "rigs/brokers/mosquitto.yaml", "--filter", "not board", "--out", "r");

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(_work.Record("r").OfType<ScenarioFinished>().Select(s => s.Verdict).ToList(), Has.Count.AtLeast(7).And.All.EqualTo(Verdict.Pass));
        Assert.That(Directory.GetFiles(_work["r/brokers"], "mosquitto-*.log"), Has.Length.AtLeast(7));
    }

    [Test]
    public async Task A_scenario_that_a_stock_broker_cannot_carry_is_inconclusive_and_no_device_fails()
    {
        _ = NeedsProgram.Find("mosquitto", "mosquitto");

        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "features/handshake/login.feature", "features/schemes/talk.feature", "--rig", "rigs/brokers/mosquitto.yaml", "--filter", "not board", "--out", "r");

        Assert.That(ended.ExitCode, Is.EqualTo(4), ended.ToString());
        Assert.That(_work.Record("r").OfType<ScenarioFinished>().Select(s => s.Verdict), Has.None.EqualTo(Verdict.Fail).And.None.EqualTo(Verdict.RigError).And.Some.EqualTo(Verdict.Inconclusive));
    }

    [Test]
    public async Task Doctor_says_what_the_broker_can_and_that_others_may_read_its_password()
    {
        _work.Write("pw", "quite-secret\n");
        var rig = _work.Write("lab.yaml", (await File.ReadAllTextAsync(Path.Combine(ProductPaths.Root, "rigs/brokers/mosquitto.yaml")))
            .Replace("  rights: open", "  user: tester\n  password_file: pw\n  rights: password", StringComparison.Ordinal));
#pragma warning disable CA1416 // modes of files: Linux
        File.SetUnixFileMode(_work["pw"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
#pragma warning restore CA1416

        var ended = await HarnessProcess.RunAsync(_work.Path, "doctor", "--rig", rig);
        var run = await HarnessProcess.RunAsync(_work.Path, "conformance", "--rig", rig, "--statement", "MQTT-3.12.4-1");

        Assert.That(ended.Stdout, Does.Contain("broker mosquitto").And.Contain("chmod 600").And.Not.Contain("quite-secret"), ended.ToString());
        Assert.That(run.ExitCode, Is.EqualTo(2), run.ToString());
        Assert.That(run.Stderr, Does.Contain("chmod 600").And.Not.Contain("quite-secret"));
    }

    [TestCase("mosquitto", "/usr/sbin/mosquitto")]
    [TestCase("rabbitmq", "/usr/lib/rabbitmq/bin/rabbitmq-server", Category = "Long")]
    [TestCase("activemq", "/usr/share/java/activemq-mqtt.jar", Category = "Long")]
    public async Task A_broker_starts_where_the_temporary_folder_has_blanks_and_letters_of_its_own_and_leaves_nothing_there(string kind, string program)
    {
        Needs.That(File.Exists(program), kind, $"./harness conformance --rig rigs/brokers/{kind}.yaml");
        Directory.CreateDirectory(_work["größe x"]);

        var ended = await HarnessProcess.RunProgramAsync(
            _work.Path, "", "env", $"TMPDIR={_work["größe x"]}", "LC_ALL=C", $"HARNESS_ROOT={ProductPaths.Root}", "dotnet", HarnessProcess.Program,
            "conformance", "--rig", $"rigs/brokers/{kind}.yaml", "--mqtt", "3.1.1", "--statement", "MQTT-3.12.4-1", "--out", "c");

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(Directory.GetFileSystemEntries(_work["größe x"], "harness-*"), Is.Empty);
    }

    [TestCase("mqttnet", "  rights: acl", "key \"rights\" does not go with kind: mqttnet")]
    [TestCase("rabbitmq", "  tls: true", "key \"tls\" does not go with kind: rabbitmq")]
    [TestCase("rabbitmq", "  rights: acl", "rights: acl does not go with kind: rabbitmq in broker, which sets up open, password")]
    [TestCase("activemq", "  rights: dynamic-security", "rights: dynamic-security does not go with kind: activemq")]
    [TestCase("mosquitto", "  user: tester\n  password_file: pw", "go with rights: password, but rights is open", Description = "the broker would let everybody in")]
    public async Task A_setting_that_a_driver_does_not_read_is_refused(string kind, string line, string says)
    {
        var rig = _work.Write("lab.yaml", $"rig: lab\nserver: s\nbroker:\n  kind: {kind}\n{line}\ndevices:\n  host:\n    kind: host\n");

        var ended = await HarnessProcess.RunAsync(_work.Path, "rig", "show", rig);

        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says));
    }

    [TestCase(Processes.Interrupt)]
    [TestCase(Processes.Kill)]
    public async Task A_broker_ends_with_the_harness_also_when_that_is_killed_and_its_folder_goes(int signal)
    {
        _ = NeedsProgram.Find("mosquitto", "mosquitto");
        await using var run = HarnessProcess.Start(_work.Path, "conformance", "--rig", "rigs/brokers/mosquitto.yaml", "--out", "m");
        await run.WaitForAsync("mosquitto listens on");
        var broker = Processes.Below(run.Id);
        Assert.That(broker, Is.Not.Empty);
        var settings = broker.SelectMany(process => File.ReadAllText($"/proc/{process.Id}/cmdline").Split('\0')).First(word => word.EndsWith("mosquitto.conf", StringComparison.Ordinal));
        Assert.That(File.Exists(settings), settings);

        run.Signal(signal);

        Assert.That(broker.Select(process => Processes.HasEndedWithin(process.Id, TimeSpan.FromSeconds(20))), Is.All.True);
        Assert.That(SpinWait.SpinUntil(() => !Directory.Exists(Path.GetDirectoryName(settings)), TimeSpan.FromSeconds(20)), $"{settings} is there still");
    }

    [Test]
    public async Task The_folder_of_a_broker_that_died_goes_when_the_harness_is_killed_after_it()
    {
        _ = NeedsProgram.Find("mosquitto", "mosquitto");
        await using var run = HarnessProcess.Start(_work.Path, "conformance", "--rig", "rigs/brokers/mosquitto.yaml", "--out", "m");
        await run.WaitForAsync("mosquitto listens on");
        var broker = Processes.Below(run.Id).Single(process => File.ReadAllText($"/proc/{process.Id}/comm").TrimEnd() == "mosquitto").Id;
        var settings = (await File.ReadAllTextAsync($"/proc/{broker}/cmdline")).Split('\0').Single(word => word.EndsWith("mosquitto.conf", StringComparison.Ordinal));
        run.Signal(Processes.Stop); // it must not take the folder away itself

        Processes.Signal(broker, Processes.Kill);
        Assert.That(Processes.HasEndedWithin(broker, TimeSpan.FromSeconds(60)), Is.True);
        run.Signal(Processes.Kill);

        Assert.That(SpinWait.SpinUntil(() => !Directory.Exists(Path.GetDirectoryName(settings)), TimeSpan.FromSeconds(60)), $"{settings} is there still");
    }

    /// <summary>The leash that ends a broker with its harness and takes its folder away is killed too, as the end of a batch job kills all at once.</summary>
    [Test]
    public async Task The_folder_of_a_broker_that_was_killed_with_harness_and_leash_goes_at_the_next_start()
    {
        _ = NeedsProgram.Find("mosquitto", "mosquitto");
        var temporary = Directory.CreateDirectory(_work["temporary files"]).FullName;
        string[] Folders() => Directory.GetDirectories(temporary, "harness-mosquitto-*");
        HarnessProcess Start(params string[] arguments) => HarnessProcess.StartProgram(
            _work.Path, "env", [$"TMPDIR={temporary}", "dotnet", HarnessProcess.Program, "conformance", "--rig", "rigs/brokers/mosquitto.yaml", .. arguments]);
        await using (var run = Start("--out", "m"))
        {
            await run.WaitForAsync("mosquitto listens on");
            var broker = Processes.Below(run.Id);
            run.Signal(Processes.Stop); // it must not take the folder away itself
            foreach (var process in broker)
            {
                Processes.SignalGroup(process.Id, Processes.Kill);
            }

            Assert.That(broker.Select(process => Processes.HasEndedWithin(process.Id, TimeSpan.FromSeconds(60))), Is.All.True);
            run.Signal(Processes.Kill);
            Assert.That(Processes.HasEndedWithin(run.Id, TimeSpan.FromSeconds(60)), Is.True);
        }

        Assert.That(Folders(), Has.Length.EqualTo(1), "nobody is left who could take it away");
        await using var next = Start("--out", "n", "--statement", "MQTT-3.12.4-1");
        var ended = await next.EndAsync();
        Assert.That((ended.ExitCode, Folders()), Is.EqualTo((0, Array.Empty<string>())), ended.ToString());
    }

    [Test]
    public async Task An_external_broker_beyond_this_machine_is_tried_only_where_it_is_typed_again()
    {
        var rig = _work.Write("far.yaml", (await File.ReadAllTextAsync(Path.Combine(ProductPaths.Root, "rigs/brokers/external.yaml"))).Replace("host: 127.0.0.1 ", "host: 192.0.2.1 ", StringComparison.Ordinal));

        var ended = await HarnessProcess.RunAsync(_work.Path, "conformance", "--rig", rig, "--statement", "MQTT-3.12.4-1");

        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("--i-own 192.0.2.1:1883"));
    }
}
