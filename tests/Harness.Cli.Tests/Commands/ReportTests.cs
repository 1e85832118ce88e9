using System.Text.Json;
using System.Xml.Linq;

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
        Assert.That(junit.Stdout.Trim(), Is.EqualTo(File.ReadAllText(_typed["first/junit.xml"]).Trim()));
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
    public async Task A_record_that_was_cut_is_rendered_as_far_as_it_goes_and_says_so()
    {
        Directory.CreateDirectory(_typed["cut"]);
        using (var writer = RecordWriter.Create(_typed["cut"]))
        {
            writer.Write(new RunStarted { RunId = "cut", HarnessVersion = "0", Rig = "r.yaml", RigName = "r", Features = "f", Selected = 2, Host = HostInfo.Current() });
            writer.Write(new ScenarioStarted { Id = "f.feature:1", Feature = "F", Name = "Begun", Index = 1, Of = 2 });
        }

        File.AppendAllText(_typed["cut/run.jsonl"], "{\"event\":\"scenario-fin");
        var report = await _typed.RunAsync("report", "cut", "--json");
        Assert.That(report.ExitCode, Is.Zero, report.ToString());
        using var parsed = JsonDocument.Parse(report.Stdout);
        Assert.That(parsed.RootElement.GetProperty("verdict").GetString(), Is.EqualTo("aborted"));

        var html = await _typed.RunAsync("report", "cut", "--html");
        Assert.That(html.ExitCode, Is.Zero, html.Stderr);
        Assert.That(html.Stdout.AsSpan(html.Stdout.IndexOf("<body>", StringComparison.Ordinal)).ToString()[..5000], Does.Contain("ABORTED").And.Contain("the record has no run-finished").And.Contain("Begun"));
    }

    [TestCase("report", "LAST", "there is no run record")]
    [TestCase("report", "nowhere", "nowhere: there is no run record")]
    [TestCase("report", "LAST --junit --json", "exclude each other")]
    public async Task A_report_that_cannot_be_rendered_is_explained(string command, string arguments, string words)
    {
        var ended = await _typed.RunAsync([command, .. arguments.Split(' ')]);
        Assert.That((ended.ExitCode, ended.Stdout), Is.EqualTo((2, "")), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(words).And.Contain("next: "));
    }
}
