namespace Harness.Cli.Tests;

/// <summary>The Python sensor of rigs/external passes; copies of it with a fault fail; one that never logs in is a rig error.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ExternalDeviceTests : WorkFolderTests
{
    private const string Attack = """
        @external
        Feature: One attack

          Scenario: It is met
            Given a broker with enhanced authentication
            And the broker holds the account of external
            And a tap between external and the broker
            When the tap ATTACK
            And external is started
            Then external OUTCOME
        """;

    private const string Login = """
        @external
        Feature: One login

          Scenario: It comes
            Given a broker with enhanced authentication
            And the broker holds the account of external
            When external is started
            Then external logs in by itself
        """;

    [TestCase("device.feature", 13)]
    [TestCase("tls.feature", 5, "--filter", "not @req:TLS-2")]
    [TestCase("tls.feature", 16, Category = "Long")]
    public async Task The_sensor_in_Python_passes_every_shipped_scenario(string feature, int scenarios, params string[] more)
    {
        NeedsProgram.Find("python3", "python3");
        var ended = await HarnessProcess.RunAsync(
            _work.Path, ["run", Path.Combine(ProductPaths.Root, "features", "external", feature), "--rig", Path.Combine(ProductPaths.Root, "rigs", "external.yaml"), "--out", "r", .. more]);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(_work.Record("r").OfType<ScenarioFinished>().Select(s => s.Verdict), Has.Exactly(scenarios).EqualTo(Verdict.Pass));
        Assert.That(_work.Record("r").OfType<DeviceReady>().Select(d => d.Kind).Distinct(), Is.EqualTo(new[] { "external" }));
    }

    [Test]
    public async Task A_device_that_does_not_check_V_S_fails()
    {
        var seen = await JudgedAsync(
            Attack.Replace("ATTACK", "flips one bit of V_S").Replace("OUTCOME", "leaves without going on"), Sensor("    pake.finish(authentication(body[1:])[2])\n", ""), Verdict.Fail, 1);
        Assert.That(seen.Seen, Does.Contain("Publish"));
    }

    [Test]
    public async Task A_device_that_takes_any_element_fails()
    {
        var seen = await JudgedAsync(
            // Zero and not p-1: (p-1)^z is 1 for every second z, and the sensor refuses that K by another check.
            Attack.Replace("ATTACK", "replaces Y by zero").Replace("OUTCOME", "aborts without a proof"), Sensor("not 2 <= number(y) <= P - 2", "False"), Verdict.Fail, 1);
        Assert.That(seen.Seen, Does.Contain("wrong proof"));
    }

    [Test]
    public async Task A_device_that_hangs_after_a_wrong_V_S_is_not_passed()
    {
        var hangs = Sensor("        mqtt.close(0x80)\n", "        __import__('time').sleep(600)\n");
        await JudgedAsync(
            Attack.Replace("ATTACK", "flips one bit of V_S").Replace("OUTCOME", "leaves without going on"), hangs, Verdict.Inconclusive, 4, seconds: 12);
    }

    [Test]
    public async Task A_device_that_hangs_after_a_bad_element_is_not_passed()
    {
        var hangs = Sensor("        mqtt.close(0x80)\n", "        __import__('time').sleep(600)\n");
        var seen = await JudgedAsync(
            Attack.Replace("ATTACK", "replaces Y by p-1").Replace("OUTCOME", "aborts without a proof"), hangs, Verdict.RigError, 3, seconds: 12);
        Assert.That(seen.Seen, Does.Contain("nothing within 12 s"));
    }

    [Test]
    public async Task A_device_whose_command_ends_at_once_is_a_broken_rig_that_says_what_it_printed()
    {
        var seen = await JudgedAsync(Login, Rig("echo 'no module named sensor' >&2; exit 7"), Verdict.RigError, 3);
        Assert.That(seen.Seen, Does.Contain("status 7").And.Contain("no module named sensor"));
        Assert.That(seen.NextCommand, Does.StartWith("cd ").And.Contain("exit 7"));
    }

    [Test]
    public async Task A_device_that_a_person_forgot_to_start_is_a_broken_rig()
    {
        var seen = await JudgedAsync(Login, Rig(null), Verdict.RigError, 3, seconds: 1);
        Assert.That(seen.NextCommand, Does.StartWith("start the device so that it logs in as \"sensor-7\" at 127.0.0.1:"));
    }

    [Test]
    public async Task A_device_that_prints_its_password_does_not_get_it_into_the_record()
    {
        var seen = await JudgedAsync(Login, Rig("read -r p; echo \"told $p.\"; exit 1"), Verdict.RigError, 3);
        Assert.That(seen.Seen, Does.Contain("told <redacted>."));
    }

    [Test]
    public async Task A_device_that_says_nothing_of_TLS_is_spared_its_scenarios()
    {
        var listed = await HarnessProcess.RunAsync(_work.Path, "run", Path.Combine(ProductPaths.Root, "features", "external", "tls.feature"), "--rig", WithTime(Rig("true"), 1), "--list");
        Assert.That(listed.Stdout, Does.Contain("@tls needs a rig whose external device speaks TLS"), listed.ToString());
    }

    [Test]
    public async Task A_device_with_an_account_of_its_own_is_told_no_password()
    {
        var enrolled = await HarnessProcess.RunAsync(
            _work.Path, "its own password\n", ["enroll", "--client", "sensor-7", "--server", "harness-broker", "--group", "modp2048-q256", "--profile", "as-published"]);
        _work.Write("own.yaml", enrolled.Stdout);
        NeedsProgram.Find("python3", "python3");
        var sensor = Path.Combine(ProductPaths.Root, "rigs", "external", "sensor.py");
        var rig = Rig($"printf 'its own password\\n' | python3 '{sensor}'", "    account: own.yaml");
        var ended = await RunAsync(Login, rig, 30);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
    }

    [Test]
    public async Task On_a_rig_without_one_its_scenarios_are_left_out_and_said_so()
    {
        var listed = await HarnessProcess.RunAsync(
            _work.Path, "run", Path.Combine(ProductPaths.Root, "features", "external"), "--rig", WorkFolder.Posix, "--list");
        Assert.That(listed.Stdout, Does.Contain("0 scenarios, 29 left out"));
        Assert.That(listed.Stdout, Does.Contain("@external needs a rig with a device of kind external"));
    }

    /// <summary>Writes a rig whose device is the shipped sensor with one piece of its source replaced.</summary>
    private string Sensor(string old, string replacement)
    {
        _work.WriteSensor(old, replacement);
        return Rig("exec python3 sensor.py");
    }

    private string Rig(string? start, string more = "") => _work.Write("rig.yaml", $"""
        rig: mine
        server: harness-broker
        timeouts:
          handshake: SECONDS s
        devices:
          host:
            kind: host
          sensor:
            kind: external
            client: sensor-7
        {(start is null ? "" : $"    start: {System.Text.Json.JsonSerializer.Serialize(start)}")}
        {more}
        roles:
          host: host
          external: sensor
        """);

    private async Task<Ended> RunAsync(string feature, string rig, int seconds)
    {
        _work.Write("judged.feature", feature);
        return await HarnessProcess.RunAsync(_work.Path, "run", "judged.feature", "--rig", WithTime(rig, seconds), "--out", "r");
    }

    private static string WithTime(string rig, int seconds)
    {
        File.WriteAllText(rig, File.ReadAllText(rig).Replace("SECONDS", $"{seconds}", StringComparison.Ordinal));
        return rig;
    }

    private async Task<FailureDetail> JudgedAsync(string feature, string rig, Verdict verdict, int exit, int seconds = 30)
    {
        var ended = await RunAsync(feature, rig, seconds);
        Assert.That(ended.ExitCode, Is.EqualTo(exit), ended.ToString());
        var finished = _work.Record("r").OfType<ScenarioFinished>().Single();
        Assert.That(finished.Verdict, Is.EqualTo(verdict), ended.ToString());
        return finished.Failure!;
    }
}
