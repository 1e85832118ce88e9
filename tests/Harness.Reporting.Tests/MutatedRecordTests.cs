using Harness.Reporting.Claims;
using Harness.Reporting.Cucumber;
using Harness.Reporting.Tests.Html;

namespace Harness.Reporting.Tests;

/// <summary>A record in which any value of any event is another one: every form of report gives what can be shown, and nothing ends in a stack trace.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class MutatedRecordTests
{
    [Test]
    public void A_value_that_is_missing_harms_no_report() => Check(MutatedRecord.WithoutOne);

    [Test]
    public void A_value_that_is_null_harms_no_report() => Check(MutatedRecord.WithNull);

    [Test]
    public void A_value_of_another_kind_or_size_harms_no_report() => Check(lines => MutatedRecord.WithAnother(lines, seed: 1));

    private static void Check(Func<string[], IEnumerable<string[]>> mutate)
    {
        using var run = new TemporaryRun(Pages.With("words"));
        var whole = File.ReadAllLines(run.Record);
        var faults = new List<string>();
        foreach (var lines in mutate(whole))
        {
            File.WriteAllLines(run.Record, lines);
            try
            {
                Render(run.Path, run.Record);
            }
            catch (Exception e) when (e is not RecordException)
            {
                faults.Add($"{e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Harness.", StringComparison.Ordinal))?.Trim()}\n    {lines.Except(whole).First()}");
            }
        }

        Assert.That(faults, Is.Empty, string.Join('\n', faults.Take(20)));
    }

    private static void Render(string folder, string record)
    {
        RecordCheck.Of(record);
        using var rest = new StringWriter();
        SampleCsv.Write(record, rest);
        HtmlReport.Write(folder, TextWriter.Null);
        var result = RunResult.LoadReadable(record);
        CucumberMessages.Write(result, rest);
        JUnitReport.Write(result, rest);
        JsonSummary.Render(result);
        MarkdownSummary.Render(result);
        ConsoleSummary.Render(result, color: false, verbose: true);
        var claims = ClaimsResult.From(result);
        ClaimsConsole.Render(claims, color: true);
        ClaimsMarkdown.Render(claims);
    }
}
