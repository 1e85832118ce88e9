namespace Harness.Cli.Tests.Commands;

/// <summary><c>harness report</c>, from <c>run.jsonl</c> alone.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReportTests : TypedCommandTests
{
    [Test]
    public async Task Every_form_comes_from_the_record_alone_and_is_what_the_run_wrote()
    {
        _typed.Write("mine.feature", """
            Feature: Mine
              Scenario: Right
                Given a broker with enhanced authentication
                And host is enrolled at the broker on group p256
                When host logs in
                Then the login succeeds
              Scenario: Wrong
                Given a broker with enhanced authentication
                And host is enrolled at the broker on group p256
                When host logs in
                Then the login fails as a protocol error
            """);
        var run = await _typed.RunAsync("run", "mine.feature", "--rig", TypedCommand.Posix, "--out", "first");
        Assert.That(run.ExitCode, Is.EqualTo(1), run.ToString());
        Directory.CreateDirectory(_typed["moved here"]);
        File.Copy(_typed["first/run.jsonl"], _typed["moved here/run.jsonl"]);

        var console = await _typed.RunAsync("report", "moved here");
        Assert.That(console.ExitCode, Is.Zero, console.ToString());
        Assert.That(console.Stdout, Does.Contain("Wrong").And.Contain("1 passed").And.Contain("mine.feature:7"));

        var junit = await _typed.RunAsync("report", "moved here/run.jsonl", "--junit");
        Assert.That(WithoutAttachments(junit.Stdout), Is.EqualTo(WithoutAttachments(File.ReadAllText(_typed["first/junit.xml"]))), "what lies beside a record is attached where it lies");
        Assert.That((string?)XDocument.Parse(junit.Stdout).Descendants("testsuite").Single().Attribute("failures"), Is.EqualTo("1"));

        var json = await _typed.RunAsync("report", "moved here", "--json");
        using var parsed = JsonDocument.Parse(json.Stdout);
        Assert.That(parsed.RootElement.GetProperty("verdict").GetString(), Is.EqualTo("fail"));

        var markdown = await _typed.RunAsync("report", "moved here", "--markdown");
        Assert.That(markdown.Stdout, Does.Contain("# ").And.Contain("Wrong"));

        var html = await _typed.RunAsync("report", "first", "--html");
        Assert.That(html.ExitCode, Is.Zero, html.Stderr);
        Assert.That(html.Stdout == File.ReadAllText(_typed["first/report.html"]), "the page that the run left");
        Assert.That(html.Stdout.AsSpan(html.Stdout.IndexOf("<body>", StringComparison.Ordinal)).ToString()[..5000], Does.Contain("FAILED").And.Contain("Wrong").And.Contain("mine.feature:7"));
    }

    [Test]
    public async Task A_record_is_signed_at_its_end_and_verified_and_a_change_is_told_with_its_line()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _typed.Write("public.pem", key.ExportSubjectPublicKeyInfoPem());
#pragma warning disable CA1416 // modes of files: Linux
        File.SetUnixFileMode(_typed.Write("key.pem", key.ExportPkcs8PrivateKeyPem()), UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        _typed.Write("mine.feature", """
            Feature: Mine
              Scenario: Right
                Given a broker with enhanced authentication
                And host is enrolled at the broker on group p256
                When host logs in
                Then the login succeeds
            """);
        var run = await _typed.RunAsync("run", "mine.feature", "--rig", TypedCommand.Posix, "--out", "r", "--sign", "key.pem");
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        var whole = await _typed.RunAsync("report", "r", "--verify", "--key", "public.pem");
        Assert.That(whole.ExitCode, Is.Zero, whole.ToString());
        Assert.That(whole.Stdout, Does.StartWith("whole: ").And.Contain("by the key SHA256:"));
        Assert.That((await _typed.RunAsync("report", "r", "--sign", "key.pem")).Stdout, Does.StartWith("signed already by the key SHA256:"));
        Assert.That((await _typed.RunAsync("report", "r")).ExitCode, Is.Zero, "a signed record is read as any other");

        var lines = File.ReadAllLines(_typed["r/run.jsonl"]);
        var at = Array.FindIndex(lines, line => line.StartsWith("{\"event\":\"scenario-finished\"", StringComparison.Ordinal));
        lines[at] = lines[at].Replace("\"verdict\":\"pass\"", "\"verdict\":\"fail\"", StringComparison.Ordinal);
        File.WriteAllLines(_typed["r/run.jsonl"], lines);
        var changed = await _typed.RunAsync("report", "r", "--verify");
        Assert.That(changed.ExitCode, Is.EqualTo(1), changed.ToString());
        Assert.That(changed.Stdout, Does.StartWith("changed: ").And.Contain($"line {at + 1} was changed"));
        Assert.That((await _typed.RunAsync("report", "r", "--sign", "key.pem")).ExitCode, Is.EqualTo(1), "what was changed is not signed");
    }

    [Test]
    public async Task A_key_that_others_may_read_is_refused_before_anything_runs()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
#pragma warning disable CA1416 // modes of files: Linux
        File.SetUnixFileMode(_typed.Write("key.pem", key.ExportPkcs8PrivateKeyPem()), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
#pragma warning restore CA1416
        _typed.Write("mine.feature", "Feature: F\n  Scenario: S\n    Given a broker with enhanced authentication\n");
        var run = await _typed.RunAsync("run", "mine.feature", "--rig", TypedCommand.Posix, "--out", "r", "--sign", "key.pem");
        Assert.That((run.ExitCode, Path.Exists(_typed["r"])), Is.EqualTo((2, false)), run.ToString());
        Assert.That(run.Stderr, Does.Contain("chmod 600 key.pem"));
    }

    [Test]
    public async Task Messages_and_samples_are_printed()
    {
        WriteRecord(
            "r", "S", 1,
            new SampleTaken { Scenario = "f.feature:1", Device = "m4", Operation = "seal", Value = 7, Unit = Unit.Cycles, Clock = ClockKind.Device, Provenance = Provenance.Hardware },
            new ScenarioFinished { Id = "f.feature:1", Name = "S", Verdict = Verdict.Pass },
            RunFinished.From(default(VerdictCounts).Plus(Verdict.Pass), 1));

        var messages = await _typed.RunAsync("report", "r", "--messages");
        Assert.That(messages.Stdout.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().Single().Name), Does.Contain("testCaseFinished").And.Contain("gherkinDocument"));
        var csv = await _typed.RunAsync("report", "r", "--csv");
        Assert.That(csv.Stdout, Does.EndWith("f.feature:1,m4,seal,device,hardware,cycles,7\r\n"));
    }

    [Test]
    public async Task A_record_that_was_cut_is_rendered_as_far_as_it_goes_and_says_so()
    {
        WriteRecord("cut", "Begun", 2);

        File.AppendAllText(_typed["cut/run.jsonl"], "{\"event\":\"scenario-fin");
        var report = await _typed.RunAsync("report", "cut", "--json");
        Assert.That(report.ExitCode, Is.Zero, report.ToString());
        using var parsed = JsonDocument.Parse(report.Stdout);
        Assert.That(parsed.RootElement.GetProperty("verdict").GetString(), Is.EqualTo("aborted"));
        foreach (var form in (string[])["--junit", "--messages"])
        {
            var told = await _typed.RunAsync("report", "cut", form);
            Assert.That(told.ExitCode, Is.Zero, told.ToString());
            Assert.That(told.Stderr, Does.StartWith("harness: warning: the record has no run-finished"), form);
        }

        var html = await _typed.RunAsync("report", "cut", "--html");
        Assert.That(html.ExitCode, Is.Zero, html.Stderr);
        Assert.That(html.Stdout.AsSpan(html.Stdout.IndexOf("<body>", StringComparison.Ordinal)).ToString()[..5000], Does.Contain("ABORTED").And.Contain("the record has no run-finished").And.Contain("Begun"));
    }

    [TestCase("report", "LAST --key k", "--key goes with --verify")]
    [TestCase("report", "LAST", "there is no run record")]
    [TestCase("report", "nowhere", "nowhere: there is no run record")]
    [TestCase("report", "LAST --junit --json", "exclude each other")]
    public async Task A_report_that_cannot_be_rendered_is_explained(string command, string arguments, string words)
    {
        var ended = await _typed.RunAsync([command, .. arguments.Split(' ')]);
        Assert.That((ended.ExitCode, ended.Stdout), Is.EqualTo((2, "")), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(words).And.Contain("next: "));
    }

    private static string WithoutAttachments(string junit)
    {
        var report = XDocument.Parse(junit);
        report.Descendants("testcase").Elements("system-out").Remove();
        return report.ToString();
    }

    /// <summary>Writes a record that begins a run and its first scenario, and then holds further events.</summary>
    private void WriteRecord(string run, string scenario, int of, params RunEvent[] further)
    {
        Directory.CreateDirectory(_typed[run]);
        using var writer = RecordWriter.Create(_typed[run]);
        writer.Write(new RunStarted { RunId = run, HarnessVersion = "0", Rig = "r.yaml", RigName = "r", Features = "f", Selected = of, Host = HostInfo.Current() });
        writer.Write(new ScenarioStarted { Id = "f.feature:1", Feature = "F", Name = scenario, Index = 1, Of = of });
        foreach (var e in further)
        {
            writer.Write(e);
        }
    }
}
