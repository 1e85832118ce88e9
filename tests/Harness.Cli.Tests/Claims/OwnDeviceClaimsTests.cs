namespace Harness.Cli.Tests.Claims;

/// <summary><c>harness claims</c> against a device that logs in by itself: the sensor of rigs/external, and copies of it with a fault.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OwnDeviceClaimsTests : WorkFolderTests
{
    private const string Finish = "    pake.finish(authentication(body[1:])[2])\n";
    private const string TakesAnyProof = "    pake.tag(3)\n";
    private const string Element = "len(y) != LENGTH or not 2 <= number(y) <= P - 2";

    [TestCase("ua-two-sessions", true)]
    [TestCase("ma-wrong-verifier", false)]
    [TestCase("ma-crossed-sessions", false)]
    [TestCase("mitm-substituted-fields", false)]
    [TestCase("opg-one-run-as-broker", false)]
    [TestCase("replay-login-to-client", false, Category = "Long")]
    [TestCase("replay-message-at-once", true, Category = "Long")]
    [TestCase("dp-curious-broker", true, Category = "Long")]
    [TestCase("ua-aborted-session", true, Category = "Long")]
    [TestCase("ma-wrong-password", false, Category = "Long")]
    [TestCase("ma-tampered-client-proof", false, Category = "Long")]
    [TestCase("ma-tampered-server-proof", false, Category = "Long")]
    [TestCase("ma-reflected-proof", false, Category = "Long")]
    [TestCase("ma-unequal-keys", false, Category = "Long")]
    [TestCase("ma-small-order-y", false, Category = "Long")]
    [TestCase("mitm-two-handshakes", false, Category = "Long")]
    [TestCase("mitm-substituted-payload", true, Category = "Long")]
    [TestCase("opg-captured-handshake", false, Category = "Long")]
    [TestCase("replay-login-to-broker", false, Category = "Long")]
    [TestCase("replay-message-across-sessions", false, Category = "Long")]
    [TestCase("dc-plaintext-on-the-wire", false, Category = "Long")]
    [TestCase("dc-equal-messages", true, Category = "Long")]
    [TestCase("nr-subscriber-forges", true, Category = "Long")]
    [TestCase("a-read-by-unrolling", true, Category = "Long")]
    public async Task The_sensor_is_judged_as_a_device_in_the_harness_is(string attack, bool wins)
    {
        var ended = await TriedAsync(attack, Sensor());
        Assert.That((ended.Won, ended.ControlWon), Is.EqualTo(((bool?)wins, (bool?)true)), ended.Evidence);
        Assert.That(ended.Publisher, Is.EqualTo("sensor"));
    }

    [TestCase("mitm-substituted-payload", false)]
    [TestCase("replay-message-later", false, Category = "Long")]
    [TestCase("ua-after-connect", true, Category = "Long")]
    [TestCase("ma-unequal-keys", false, Category = "Long")]
    [TestCase("dc-equal-blocks", false, Category = "Long")]
    [TestCase("di-mutations-at-broker", false, Category = "Long")]
    [TestCase("di-broker-forges", true, Category = "Long")]
    public async Task Under_AugMQTT_too(string attack, bool wins)
    {
        var ended = await TriedAsync(attack, Sensor(more: "publishes: on-command\n    schemes: augmqtt"), scheme: "augmqtt");
        Assert.That((ended.Won, ended.ControlWon), Is.EqualTo(((bool?)wins, (bool?)true)), ended.Evidence);
    }

    [Test]
    public async Task A_sensor_under_AugMQTT_that_never_counts_repeats_itself_and_is_not_heard()
    {
        var rig = Sensor("        self.counter += 1\n", "        self.counter = 1\n", more: "publishes: on-command\n    schemes: augmqtt");
        Assert.That((await TriedAsync("dc-equal-messages", rig, exit: 4, scheme: "augmqtt")).Won, Is.Null);
    }

    [TestCase("ma-tampered-server-proof")]
    [TestCase("ma-wrong-verifier", Category = "Long")]
    [TestCase("ma-reflected-proof", Category = "Long")]
    [TestCase("ma-crossed-sessions", Category = "Long")]
    [TestCase("mitm-substituted-fields", Category = "Long")]
    [TestCase("replay-login-to-client", Category = "Long")]
    public async Task An_attack_wins_against_a_sensor_that_takes_any_V_S(string attack)
    {
        var ended = await TriedAsync(attack, Sensor(Finish, TakesAnyProof));
        Assert.That(ended.Won, Is.True, ended.Evidence);
        Assert.That(ended.Evidence, Does.Contain("went on with SUBSCRIBE after V_S"));
    }

    [Test]
    public async Task A_sensor_that_publishes_in_clear_is_found_out()
    {
        var ended = await TriedAsync("ua-two-sessions", Sensor("self.ciphers[topic].seal(plaintext)", "plaintext"));
        Assert.That(ended.Won, Is.True, ended.Evidence);

        // Its subscriber opens none of its payloads, so confidentiality cannot be judged.
        Assert.That((await TriedAsync("dc-equal-messages", Sensor("self.ciphers[topic].seal(plaintext)", "plaintext"), exit: 4)).Won, Is.Null);
    }

    [TestCase("ma-tampered-server-proof")]
    [TestCase("ma-wrong-verifier", Category = "Long")]
    public async Task An_attack_on_a_hanging_sensor_is_inconclusive(string attack)
    {
        var ended = await TriedAsync(attack, Sensor("        mqtt.close(0x80)\n", "        __import__('time').sleep(600)\n", seconds: 8), exit: 4);
        Assert.That(ended.Won, Is.Null);
        Assert.That(ended.Evidence, Does.Contain("stayed silent"));
        Assert.That(ended.Capture is not null || attack == "ma-wrong-verifier", "what an attack saw before it could not tell is kept");
    }

    [Test]
    public async Task A_device_that_takes_no_commands_is_judged_by_its_logins_alone()
    {
        var rig = Sensor(more: "publishes: by-itself");
        Assert.That((await TriedAsync("ma-tampered-server-proof", rig)).Won, Is.False);
        var mute = await TriedAsync("dc-equal-messages", rig, exit: 4);
        Assert.That(mute.Won, Is.Null);
        Assert.That(mute.Evidence, Does.Contain("publishes: on-command"));
    }

    [Test]
    public async Task A_scheme_that_it_does_not_run_is_not_asked_of_it()
    {
        var rig = Sensor();
        var ended = await HarnessProcess.RunAsync(
            _work.Path, "claims", "--rig", rig, "--publisher", "sensor", "--attack", "ma-wrong-password", "--scheme", "augmqtt", "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(4), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("schemes of sensor").And.Contain("NOT DECIDED"));
    }

    [Test]
    public async Task A_command_that_never_logs_in_is_a_broken_rig()
    {
        var rig = Rig("echo 'no such module' >&2; exit 7", "", 30);
        var ended = await HarnessProcess.RunAsync(
            _work.Path, "claims", "--rig", rig, "--publisher", "sensor", "--attack", "ua-two-sessions", "--scheme", "mqtt-present", "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("status 7").And.Contain("no such module"));
    }

    private async Task<AttackEnded> TriedAsync(string attack, string rig, int? exit = null, string scheme = "mqtt-present")
    {
        var folder = $"r{Guid.NewGuid():n}";
        var ended = await HarnessProcess.RunAsync(
            _work.Path, "claims", "--rig", rig, "--publisher", "sensor", "--attack", attack, "--scheme", scheme, "--out", folder);
        if (exit is { } status)
        {
            Assert.That(ended.ExitCode, Is.EqualTo(status), ended.ToString());
        }

        return _work.Record(folder).OfType<AttackEnded>().First();
    }

    private string Sensor(string? old = null, string replacement = "", int seconds = 30, string more = "publishes: on-command")
    {
        _work.WriteSensor(old ?? Element, old is null ? Element : replacement);
        return Rig("exec python3 sensor.py", more, seconds);
    }

    private string Rig(string start, string more, int seconds) => _work.Write("rig.yaml", $"""
        rig: mine
        server: harness-broker
        timeouts:
          handshake: {seconds} s
        devices:
          host:
            kind: host
          sensor:
            kind: external
            client: sensor-7
            start: {System.Text.Json.JsonSerializer.Serialize(start)}
            {more}
        roles:
          host: host
          external: sensor
        """);
}
