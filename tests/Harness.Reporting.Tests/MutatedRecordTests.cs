using System.Text.Json.Nodes;
using Harness.Reporting.Claims;
using Harness.Reporting.Cucumber;
using Harness.Reporting.Tests.Html;

namespace Harness.Reporting.Tests;

/// <summary>A record in which any value of any event is another one: every form of report gives what can be shown, and nothing ends in a stack trace.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class MutatedRecordTests
{
    private const string Signed =
        """{"event":"record-signed","seq":99,"at":"2026-03-14T15:09:26+00:00","previous":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","algorithm":"ECDSA-P256-SHA256","public_key":"AAAA","signature":"AAAA"}""";

    // A sample of the places in the ordinary suite; all of them are minutes of work.
    private const int Sample = 41;

    [TestCase(Sample)]
    [TestCase(1, Category = "Long")]
    public void A_value_that_is_missing_harms_no_report(int every) => Check(MutatedRecord.WithoutOne, every);

    [TestCase(Sample)]
    [TestCase(1, Category = "Long")]
    public void A_value_that_is_null_harms_no_report(int every) => Check(MutatedRecord.WithNull, every);

    [TestCase(Sample)]
    [TestCase(1, Category = "Long")]
    public void A_value_of_another_kind_or_size_harms_no_report(int every) => Check(lines => MutatedRecord.WithAnother(lines, seed: 1), every);

    private static void Check(Func<string[], IEnumerable<string[]>> mutate, int every)
    {
        using var run = new TemporaryRun(Runs.Numbered(
        [
            .. Pages.With("words").SkipLast(1), new SchemeStated { Scheme = "words", Label = "words", Group = "words", Choose = "words" },
            new StepStarted { Scenario = "words", Keyword = "When", Text = "words" }, Pages.With("words")[^1],
        ]));
        string[] whole = [.. File.ReadAllLines(run.Record), Signed];
        Assert.That(whole.Select(line => JsonNode.Parse(line)!["event"]!.GetValue<string>()).Distinct().Count(), Is.EqualTo(typeof(RunEvent).GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), false).Length), "every kind of event");
        var faults = new List<string>();
        foreach (var lines in mutate(whole).Where((_, i) => i % every == 0))
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
