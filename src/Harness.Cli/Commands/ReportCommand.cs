using Harness.Reporting.Claims;
using Harness.Reporting.Html;

namespace Harness.Cli.Commands;

/// <summary><c>harness report</c>: renders a run's reports again, from its <c>run.jsonl</c> alone.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "LAST, a run's folder, or a run.jsonl" };
        var json = new Option<bool>("--json") { Description = "one JSON object" };
        var junit = new Option<bool>("--junit") { Description = "JUnit XML" };
        var markdown = new Option<bool>("--markdown") { Description = "the summary as Markdown" };
        var html = new Option<bool>("--html") { Description = "one HTML file with everything, for a browser" };
        var verbose = new Option<bool>("--verbose") { Description = "also the host's wall time around emulated boards, which says nothing of the boards" };
        var command = new Command("report",
            """
            Renders a run again on stdout, from its run.jsonl alone; without an option as the end of the run on the console,
            with the tables of the claims where the run decided any.
            A record that was cut (kill -9, a full disk) is rendered as far as it goes and says so.

            Exit status: 0 rendered, whatever the verdict; 2 no such record.

            Examples:
              ./harness report LAST
              ./harness report runs/20260314-150926-a1b2 --junit > junit.xml
              ./harness report run.jsonl --markdown >> "$GITHUB_STEP_SUMMARY"
              ./harness report LAST --html > report.html
            """) { run, json, junit, markdown, html, verbose };
        command.Validators.Add(result =>
        {
            if (new[] { json, junit, markdown, html }.Count(option => result.GetResult(option) is { Implicit: false }) > 1)
            {
                result.AddError("--json, --junit, --markdown and --html exclude each other");
            }
        });
        command.SetAction(parsed =>
        {
            var record = RecordArgument.Resolve(parsed.GetValue(run)!);
            if (parsed.GetValue(html))
            {
                HtmlReport.Write(record, StandardStreams.Out);
                return ExitCodes.Pass;
            }

            var result = RunResult.Load(record);
            if (parsed.GetValue(junit))
            {
                JUnitReport.Write(result, StandardStreams.Out);
                StandardStreams.Out.WriteLine();
                return ExitCodes.Pass;
            }

            var claims = ClaimsResult.From(result);
            if (!claims.IsEmpty && !parsed.GetValue(json))
            {
                StandardStreams.Out.WriteLine(parsed.GetValue(markdown) ? ClaimsMarkdown.Render(claims) : ClaimsConsole.Render(claims, StandardStreams.OutHasColor));
            }

            StandardStreams.Out.WriteLine(
                parsed.GetValue(json) ? JsonSummary.Render(result)
                : parsed.GetValue(markdown) ? MarkdownSummary.Render(result)
                : ConsoleSummary.Render(result, StandardStreams.OutHasColor, verbose: parsed.GetValue(verbose)));
            return ExitCodes.Pass;
        });
        return command;
    }
}
