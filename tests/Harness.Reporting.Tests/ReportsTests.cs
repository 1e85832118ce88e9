namespace Harness.Reporting.Tests;

public sealed class ReportsTests
{
    [Test]
    public void Every_report_comes_to_stand_beside_the_record_and_nothing_else()
    {
        using var run = new TemporaryRun(Runs.Mixed());
        var result = Reports.WriteBeside(run.Path);
        Assert.That(result.Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(Directory.GetFiles(run.Path).Select(Path.GetFileName), Is.EquivalentTo(new[] { "run.jsonl", "junit.xml", "summary.md", "report.html" }));
        Assert.That(run.Read("summary.md"), Is.EqualTo(MarkdownSummary.Render(result)));
        Assert.That(run.Read("junit.xml"), Does.StartWith("<?xml").And.Contains("A wrong password is refused"));
    }

    [Test]
    public void Every_report_marks_a_verdict_that_a_plugin_had_a_part_in()
    {
        IReadOnlyList<PluginPart> parts = [new("my-lab", "link"), new("my-lab", "operation")];
        RunEvent[] marked = [.. Runs.Mixed().Select(e => e is ScenarioFinished { Verdict: Verdict.Fail } s ? s.With(parts) : e)];
        using var run = new TemporaryRun(marked);
        var result = Reports.WriteBeside(run.Path);
        Assert.Multiple(() =>
        {
            Assert.That(ConsoleSummary.Render(result), Does.Contain("A wrong password is refused (plugin my-lab: link, operation)"));
            Assert.That(run.Read("summary.md"), Does.Contain("A wrong password is refused (plugin my-lab: link, operation)"));
            Assert.That(run.Read("junit.xml"), Does.Contain("value=\"my-lab: link, operation\""));
            Assert.That(JsonSummary.Render(result), Does.Contain("\"part\": \"operation\""));
        });
    }

    [Test]
    public void Older_reports_are_replaced()
    {
        using var run = new TemporaryRun(Runs.Green());
        File.WriteAllText(Path.Combine(run.Path, "summary.md"), new string('x', 100_000));
        Reports.WriteBeside(run.Path);
        Assert.That(run.Read("summary.md"), Does.StartWith("# PASSED").And.Not.Contains("xx"));
    }

    [Test]
    public void A_record_without_its_end_gets_reports_too()
    {
        using var run = new TemporaryRun(Runs.Mixed(finished: false));
        File.AppendAllText(run.Record, "{\"event\":\"run-fini");
        Assert.That(Reports.WriteBeside(run.Path).IsComplete, Is.False);
        Assert.That(run.Read("junit.xml"), Does.Contain("The run ends by itself"));
    }

    [Test]
    public void A_report_that_cannot_be_written_says_so_and_leaves_nothing_half_done()
    {
        using var run = new TemporaryRun(Runs.Green());
        Directory.CreateDirectory(Path.Combine(run.Path, "junit.xml"));
        var e = Assert.Throws<RecordException>(() => Reports.WriteBeside(run.Path));
        Assert.That(e.Message, Does.StartWith(Path.Combine(run.Path, "junit.xml")).And.Contains("cannot be written").And.Contains("Next: "));
        Assert.That(Directory.GetFiles(run.Path, "*.tmp"), Is.Empty);
    }

    [Test]
    public void A_folder_without_a_record_says_so() => Assert.That(
        () => Reports.WriteBeside(Path.GetTempPath()), Throws.TypeOf<RecordException>().With.Message.Contains("no such run record"));
}
