using Harness.Brokers.Conformance.Clients;

namespace Harness.Cli.Tests;

/// <summary>Checks <c>harness conformance --client</c>: its list, its devices by command and by hand, its record, its ends and its exit status.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed class ClientConformanceCommandTests : WorkFolderTests
{
    private static readonly string[] First = ["--statement", "MQTT-3.1.0-1"];

    [Test]
    public async Task The_list_names_the_statements_that_bind_a_client()
    {
        var json = await HarnessProcess.RunAsync(_work.Path, "conformance", "--client", "--list", "--json");

        Assert.That(json.ExitCode, Is.Zero, json.ToString());
        Assert.That(JsonDocument.Parse(json.Stdout).RootElement.EnumerateArray().Select(s => $"{s.GetProperty("mqtt")} {s.GetProperty("statement")}"), Is.EqualTo(ClientStatement.All.Select(s => $"{s.VersionName} {s.Number}")));
    }

    [Test]
    public void README_states_the_number_of_statements() =>
        Assert.That(
            Documents.Read("README.md"),
            Does.Contain($"{ClientStatement.All.Count(s => s.VersionName == "3.1.1")} statements of MQTT 3.1.1 and {ClientStatement.All.Count(s => s.VersionName == "5.0")} of 5.0"));

    [Test]
    public async Task A_command_is_judged_and_its_password_stands_in_no_file()
    {
        _ = NeedsProgram.Find("mosquitto_sub", "mosquitto-clients");
        const string device = "mosquitto_sub -h {host} -p {port} -V {mqtt} -u user -P quite-secret -t 'lab/#' -q 2";

        var ended = await HarnessProcess.RunAsync(_work.Path, ["conformance", "--client", "--run", device, "--statement", "MQTT-3.1.2-19", "--statement", "MQTT-3.8.1-1", "--mqtt", "3.1.1", "--out", "c"]);

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("2 statements, 2 conform").And.Contain("device: mosquitto_sub").And.EndWith("record: c/run.jsonl\n"));
        Assert.That(_work.Record("c").OfType<ScenarioFinished>().Select(s => (s.Id, s.Verdict)), Has.Some.EqualTo(("conformance --client --mqtt 3.1.1 --statement MQTT-3.8.1-1", Verdict.Pass)));
        Assert.That(await File.ReadAllTextAsync(_work["c/conformance.md"]), Does.Contain("| statement | the device | verdict |"));
        Assert.That(Directory.GetFiles(_work["c"], "*", SearchOption.AllDirectories).Where(file => File.ReadAllText(file).Contains("quite-secret", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task The_device_of_the_README_is_judged()
    {
        _ = NeedsProgram.Find("mosquitto_sub", "mosquitto-clients");
        var line = Documents.Lines("./harness").Single(l => l.Document == "README.md" && l.Line.Contains("--client --run", StringComparison.Ordinal)).Line;

        var ended = await HarnessProcess.RunAsync(_work.Path, [.. CommandLines.Words(line), "--observe", "1", .. First]);

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("MQTT 3.1.1: 1 statements, 1 conform"));
    }

    [Test]
    public async Task A_violation_makes_the_status_1_and_says_how_it_is_tried_again()
    {
        _work.WriteProgram("device.py", "import os, socket, time\ns = socket.create_connection((os.environ['HARNESS_HOST'], int(os.environ['HARNESS_PORT'])))\ns.sendall(b'\\xc0\\x00')\ntime.sleep(60)\n");

        var ended = await HarnessProcess.RunAsync(_work.Path, ["conformance", "--client", "--run", "python3 device.py # HARNESS_PORT", .. First, "--out", "c"]);

        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("VIOLATES [MQTT-3.1.0-1] of MQTT 5.0: the device begins each connection with CONNECT; seen: PINGREQ came first"));
        Assert.That(_work.Record("c").OfType<ScenarioFinished>().First().Failure!.NextCommand, Is.EqualTo("./harness conformance --client --run \"$DEVICE\" --mqtt 3.1.1 --statement MQTT-3.1.0-1"));
    }

    [Test]
    public async Task A_device_that_a_person_starts_finds_the_port_that_is_printed()
    {
        await using var run = HarnessProcess.Start(_work.Path, ["conformance", "--client", "--listen", "0", "--observe", "1", .. First]);
        var said = await run.WaitForAsync("start the device");
        using var device = new TcpClient();
        await device.ConnectAsync(IPEndPoint.Parse(said[(said.IndexOf("listening on ", StringComparison.Ordinal) + "listening on ".Length)..said.IndexOf(": start", StringComparison.Ordinal)]));
        await device.GetStream().WriteAsync(Convert.FromHexString("100D00044D5154540402000000016400")[..15]);

        var ended = await run.EndAsync();

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("MQTT 3.1.1: 1 statements, 1 conform").And.Contain("MQTT 5.0: 1 statements, 0 conform, 0 violated, 1 absent"));
    }

    [Test]
    public async Task An_external_device_of_a_rig_is_judged_behind_its_own_login()
    {
        _ = NeedsProgram.Find("python3", "python3");
        var line = Documents.Lines("./harness").Single(l => l.Document == "README.md" && l.Line.Contains("--client --rig", StringComparison.Ordinal)).Line;
        var words = CommandLines.Words(line).ToList();
        words[words.IndexOf("--rig") + 1] = Path.Combine(ProductPaths.Root, words[words.IndexOf("--rig") + 1]);

        var ended = await HarnessProcess.RunAsync(
            _work.Path, [.. words, "--observe", "1", .. First, "--statement", "MQTT-4.12.0-3", "--statement", "MQTT-4.12.0-5", "--statement", "MQTT-3.3.2-2", "--out", "c"]);

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("MQTT 5.0: 4 statements, 4 conform").And.Contain("device: sensor"));
        Assert.That(_work.Record("c").OfType<DeviceReady>().Select(d => (d.Device, d.Kind)), Is.EqualTo(new[] { ("sensor", "external") }));
        Assert.That(_work.Record("c").OfType<RunStarted>().Single().RigName, Is.EqualTo("external"));
    }

    [TestCase("host", "host behind the harness's client")]
    [TestCase("board", "p1 behind the harness's client")]
    public async Task A_device_of_the_bench_is_judged_behind_the_harness_s_client(string device, string shown)
    {
        var ended = await HarnessProcess.RunAsync(
            _work.Path, ["conformance", "--client", "--rig", WorkFolder.Posix, "--device", device, "--mqtt", "5.0", "--observe", "1", "--statement", "MQTT-4.12.0-5", "--statement", "MQTT-3.8.1-1", "--statement", "MQTT-3.3.2-2"]);

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("MQTT 5.0: 3 statements, 3 conform").And.Contain($"device: {shown}"));
    }

    [Test]
    public async Task A_device_of_a_rig_that_violates_is_tried_again_by_a_command_that_names_it()
    {
        _ = NeedsProgram.Find("python3", "python3");
        _work.WriteProgram("device.py", "import os, socket, sys\ns = socket.create_connection((os.environ['HARNESS_HOST'], int(os.environ['HARNESS_PORT'])))\ns.sendall(b'\\xc0\\x00')\nsys.stdin.read()\n");
        _work.Write("rig.yaml", "rig: mine\nserver: s\ndevices:\n  wrong:\n    kind: external\n    start: exec python3 device.py\n");

        var ended = await HarnessProcess.RunAsync(_work.Path, ["conformance", "--client", "--rig", "rig.yaml", "--device", "wrong", "--mqtt", "3.1.1", .. First, "--out", "c"]);

        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        Assert.That(_work.Record("c").OfType<ScenarioFinished>().Single().Failure!.NextCommand, Is.EqualTo("./harness conformance --rig rig.yaml --client --device wrong --mqtt 3.1.1 --statement MQTT-3.1.0-1"));
    }

    [TestCase(Processes.Interrupt)]
    [TestCase(Processes.Kill)]
    public async Task A_device_ends_with_the_harness_also_when_that_is_killed(int signal)
    {
        await using var run = HarnessProcess.Start(_work.Path, ["conformance", "--client", "--run", "echo $$ > pid.part; mv pid.part pid; exec sleep 600 # {port}", .. First]);
        using var watcher = new FileSystemWatcher(_work.Path, "pid");
        while (!File.Exists(_work["pid"]))
        {
            _ = watcher.WaitForChanged(WatcherChangeTypes.All, 100);
        }

        run.Signal(signal);

        Assert.That(Processes.HasEndedWithin(int.Parse(await File.ReadAllTextAsync(_work["pid"]), CultureInfo.InvariantCulture), TimeSpan.FromSeconds(20)), Is.True);
    }

    [Test]
    public async Task A_device_that_never_comes_is_status_3()
    {
        var byHand = await HarnessProcess.RunAsync(_work.Path, "conformance", "--client", "--patience", "1");
        var byCommand = await HarnessProcess.RunAsync(_work.Path, "conformance", "--client", "--run", "echo no route >&2; false # {port}");

        Assert.That((byHand.ExitCode, byCommand.ExitCode), Is.EqualTo((3, 3)), $"{byHand}\n{byCommand}");
        Assert.That(byHand.Stderr, Does.Contain("no device came within 1 s").And.Contain("next: start the device"));
        Assert.That(byCommand.Stderr, Does.Contain("ended without a connection: no route"));
    }

    [TestCase("--run names no {port}", "--client", "--run", "mosquitto_sub -t lab")]
    [TestCase("--listen takes [ADDR:]PORT", "--client", "--listen", "lab:1883")]
    [TestCase("--observe is about a device", "--broker", "127.0.0.1:1", "--observe", "3")]
    [TestCase("a broker is named too", "--client", "--broker", "127.0.0.1:1")]
    [TestCase("--device is about a device", "--rig", "rigs/sim.yaml", "--device", "host")]
    [TestCase("by --device NAME", "--client", "--rig", "rigs/sim.yaml")]
    [TestCase("--run names another", "--client", "--device", "host", "--run", "true # {port}")]
    [TestCase("no device or role 'hots'", "--client", "--device", "hots")]
    [TestCase("no statement MQTT-3.12.4-1 that binds a client", "--client", "--statement", "MQTT-3.12.4-1")]
    [TestCase("--observe is from 1 to 600", "--client", "--observe", "0")]
    public async Task A_wrong_line_is_status_2(string says, params string[] arguments)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, ["conformance", .. arguments]);

        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says));
    }
}
