namespace Harness.Cli.Tests;

/// <summary>Checks <c>harness audit</c>: its findings, its record, what its capture leaves out, its guard.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed class AuditCommandTests : WorkFolderTests
{
    [Test]
    public async Task An_open_broker_is_judged_with_evidence_and_mending_and_no_payload_is_kept()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        await broker.PublishAsync("plant/1", "the secret recipe"u8.ToArray(), QualityOfService.AtLeastOnce, retain: true);
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{broker.Endpoint.Port}");
        _work.WriteSecret("pw", "quite-secret\n");

        var ended = await HarnessProcess.RunAsync(_work.Path, "audit", "--broker", address, "--listen", "1", "--out", "a", "--user", "u", "--password-file", "pw");

        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("HIGH login.anonymous: let in by MQTT 3.1.1 and 5.0").And.Contain("mended by: mosquitto: allow_anonymous false").And.Contain("1 messages on 1 topics in 1 s, 1 of them retained"));
        var record = _work.Record("a");
        Assert.That(record.OfType<ScenarioFinished>().Where(s => s.Verdict == Verdict.Fail).Select(s => s.Id), Does.Contain("audit login.anonymous").And.Contain("audit read.anonymous.all"));
        Assert.That(record.OfType<RunFinished>().Single().ExitCode, Is.EqualTo(1));
        Assert.That(new FileInfo(_work["a/audit.pcapng"]).Length, Is.Positive);
        var findings = record.OfType<NoteTaken>().Select(n => n.Text).Where(t => t.Contains("mended by", StringComparison.Ordinal)).ToList();
        Assert.That(findings, Has.Count.GreaterThan(4).And.All.Matches(@"capture: findings/[a-z.-]+\.pcapng$"));
        Assert.That(ended.Stdout, Does.Contain("capture: findings/login.anonymous.pcapng"));
        Assert.That(Connects("a/findings/read.anonymous.all.pcapng"), Is.EqualTo(1), "the connections of its own question");
        Assert.That(Connects("a/findings/login.anonymous.pcapng"), Is.EqualTo(2), "by MQTT 3.1.1 and 5.0");
        Assert.That(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(_work["a/findings/tls.offered.pcapng"])), Does.Contain("hellos"));
        Assert.That(record.OfType<FilesKept>().SelectMany(k => k.Files).Select(f => f.Name), Does.Contain("audit.pcapng"), "under the record's end");
        foreach (var file in Directory.EnumerateFiles(_work["a"], "*", SearchOption.AllDirectories))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.That(text, Does.Not.Contain("secret recipe").And.Not.Contain("quite-secret"), file);
        }
    }

    [Test]
    public async Task Proofs_of_SCRAM_stand_in_no_capture()
    {
        await using var testbed = new Harness.Sessions.Testbed.SchemeTestbed(new Harness.Sessions.Testbed.TestbedOptions { Scheme = SchemeNames.Scram });
        var device = testbed.AddHost("tester", new PartyIdentity("tester", "broker.test", "quite-secret", "p256", "rfc6628") { Scheme = SchemeNames.Scram });
        await testbed.StartAsync(CancellationToken.None);
        Assert.That((await device.TryLogInAsync(Harness.Sessions.Testbed.LoginRequest.Default, CancellationToken.None)).Succeeded, Is.True);
        _work.WriteSecret("pw", "quite-secret\n");

        var ended = await HarnessProcess.RunAsync(
            _work.Path, "audit", "--broker", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{testbed.Endpoint.Port}"), "--listen", "1", "--out", "a", "--json", "--active", "--client", "tester", "--user", "tester", "--password-file", "pw");

        var checks = JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("id").GetString()!, c => c.GetProperty("outcome").GetString());
        Assert.That((checks["scram.replay"], checks["scram.proof"], checks["scram.server"]), Is.EqualTo(("ok", "ok", "ok")), ended.ToString());
        Assert.That((checks["login.user"], ended.ExitCode), Is.EqualTo(("ok", 0)), "a user who comes in by SCRAM alone is not refused");
        var capture = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(_work["a/audit.pcapng"]));
        Assert.That(capture, Does.Contain("i=4096").And.Contain(",p=....").And.Contain("v=....").And.Not.Match("[pv]=[A-Za-z0-9+/]{10}"));
    }

    [Test]
    public async Task A_broker_without_findings_is_status_0_for_programs_too()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions());
        var ended = await HarnessProcess.RunAsync(_work.Path, "audit", "--broker", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{broker.Endpoint.Port}"), "--listen", "1", "--json");

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var checks = JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("id").GetString()!, c => c.GetProperty("outcome").GetString());
        Assert.That((checks["login.anonymous"], checks["read.anonymous.all"]), Is.EqualTo(("ok", "not tried")));
    }

    [Test]
    public async Task Active_questions_and_fuzz_are_asked_only_where_they_are_asked_for()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{broker.Endpoint.Port}");

        var ended = await HarnessProcess.RunAsync(
            _work.Path, "audit", "--broker", address, "--listen", "1", "--active", "--client", "m4", "--topic", "plant/valve", "--fuzz", "20", "--seed", "5", "--json", "--out", "a");

        Assert.That(ended.ExitCode, Is.EqualTo(1), ended.ToString());
        var checks = JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("id").GetString()!, c => c.GetProperty("outcome").GetString());
        Assert.That((checks["acl.write plant/valve"], checks["acl.will plant/valve"], checks["takeover.stranger m4"], checks["fuzz"]), Is.EqualTo(("high", "high", "not tried", "ok")));
    }

    [Test]
    public async Task A_user_who_is_refused_is_status_4_in_the_record_too_and_the_next_command_is_the_whole_one()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions());
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{broker.Endpoint.Port}");

        var ended = await HarnessProcess.RunAsync(_work.Path, "wrong\n", ["audit", "--broker", address, "--listen", "1", "--user", "a b", "--active", "--client", "m 4", "--out", "a"]);

        Assert.That(ended.ExitCode, Is.EqualTo(4), ended.ToString());
        var record = _work.Record("a");
        Assert.That(record.OfType<RunFinished>().Single().ExitCode, Is.EqualTo(4));
        var open = record.OfType<ScenarioFinished>().Where(s => s.Verdict == Verdict.Inconclusive).ToDictionary(s => s.Id, s => s.Failure!.NextCommand);
        Assert.That(open.Keys, Is.EqualTo(new[] { "audit login.user" }), "what does not apply is a note alone");
        Assert.That(open["audit login.user"], Is.EqualTo($"./harness audit --broker {address} --user 'a b' --active --client 'm 4'"));
    }

    [Test]
    public async Task An_audit_without_findings_is_status_0_in_its_record_too()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions());
        await HarnessProcess.RunAsync(_work.Path, "audit", "--broker", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{broker.Endpoint.Port}"), "--listen", "1", "--out", "a");

        Assert.That(_work.Record("a").OfType<RunFinished>().Single().ExitCode, Is.Zero);
        Assert.That(_work.Record("a").OfType<NoteTaken>().Select(n => n.Text), Has.Some.StartsWith("read.anonymous.all: ").And.Some.Contains("not tried: no login"));
    }

    [TestCase("--i-own 192.0.2.1:1883", "--broker", "192.0.2.1:1883")]
    [TestCase("are tried with --active alone", "--broker", "127.0.0.1:1", "--guesses", "4")]
    [TestCase("are tried with --active alone", "--broker", "127.0.0.1:1", "--seed", "4")]
    [TestCase("no password of --user \"tester\" came", "--broker", "127.0.0.1:1", "--user", "tester")]
    [TestCase("named by --broker HOST:PORT")]
    [TestCase("are tried with --active alone", "--broker", "127.0.0.1:1", "--client", "m4")]
    [TestCase("--timing needs --user", "--broker", "127.0.0.1:1", "--active", "--timing", "100")]
    [TestCase("is no topic name", "--broker", "127.0.0.1:1", "--active", "--topic", "plant/#")]
    [TestCase("--password-file needs --user", "--broker", "127.0.0.1:1", "--password-file", "x")]
    public async Task A_broker_not_owned_and_a_wrong_line_are_status_2(string says, params string[] arguments)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, ["audit", .. arguments]);

        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says));
    }

    /// <summary>The number of CONNECT packets in a capture.</summary>
    private int Connects(string file)
    {
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(_work[file]));
        return (text.Length - text.Replace("\0\u0004MQTT", "", StringComparison.Ordinal).Length) / "\0\u0004MQTT".Length;
    }
}
