using Harness.Reporting.Claims;
using Harness.Reporting.Cucumber;
using Harness.Reporting.Html;

namespace Harness.Cli.Commands;

/// <summary><c>harness report</c>: renders a run's reports again, from its <c>run.jsonl</c> alone, and tells whether that is as it was written.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "LAST, a run's folder, or a run.jsonl" };
        var json = new Option<bool>("--json") { Description = "one JSON object" };
        var junit = new Option<bool>("--junit") { Description = "JUnit XML" };
        var markdown = new Option<bool>("--markdown") { Description = "the summary as Markdown, short enough for a comment on a merge request" };
        var html = new Option<bool>("--html") { Description = "one HTML file with everything, for a browser" };
        var messages = new Option<bool>("--messages") { Description = "Cucumber Messages (ndjson), for Cucumber's own viewers" };
        var csv = new Option<bool>("--csv") { Description = "every sample as CSV" };
        var verify = new Option<bool>("--verify") { Description = "say whether the record is as it was written, and where not" };
        var key = new Option<string?>("--key") { Description = "with --verify: the public key (PEM) that must have signed it" };
        var sign = SignOption.Create();
        var verbose = new Option<bool>("--verbose") { Description = "also the host's wall time around emulated boards, which says nothing of the boards" };
        Option[] forms = [json, junit, markdown, html, messages, csv, verify, sign];
        var command = new Command("report",
            """
            Renders a run again on stdout, from its run.jsonl alone; without an option as the end of the run on the console,
            with the tables of the claims where the run decided any.
            A record that was cut (kill -9, a full disk), damaged or written by a newer version is rendered as far as it can be read, and says so.

            Exit status: 0 rendered, whatever the verdict; 2 no such record. With --verify: 0 as it was written; 1 changed, cut,
            or not signed by that key; 4 from a version that did not chain its lines.

            Examples:
              ./harness report LAST
              ./harness report runs/20260314-150926-a1b2 --junit > junit.xml
              ./harness report run.jsonl --markdown >> "$GITHUB_STEP_SUMMARY"
              ./harness report LAST --html > report.html
              ./harness report LAST --messages > messages.ndjson
              ./harness report LAST --csv > samples.csv
              ./harness report LAST --sign key.pem
              ./harness report LAST --verify --key public.pem
            """) { run, json, junit, markdown, html, messages, csv, verify, key, sign, verbose };
        command.Validators.Add(result =>
        {
            if (forms.Count(option => result.GetResult(option) is { Implicit: false }) > 1)
            {
                result.AddError($"{string.Join(", ", forms[..^1].Select(option => option.Name))} and {forms[^1].Name} exclude each other");
            }

            if (result.GetResult(key) is { Implicit: false } && result.GetResult(verify) is not { Implicit: false })
            {
                result.AddError("--key goes with --verify");
            }
        });
        command.SetAction(parsed =>
        {
            var record = RecordArgument.Resolve(parsed.GetValue(run)!);
            if (parsed.GetValue(verify))
            {
                return RecordVerification.Verify(record, parsed.GetValue(key));
            }

            if (parsed.GetValue(sign) is { } signing)
            {
                return RecordVerification.Sign(record, signing);
            }

            if (parsed.GetValue(html))
            {
                HtmlReport.Write(record, StandardStreams.Out, HistoryTrends.Of);
                return ExitCodes.Pass;
            }

            if (parsed.GetValue(csv))
            {
                foreach (var problem in SampleCsv.Write(record, StandardStreams.Out))
                {
                    Console.Error.WriteLine($"harness: warning: {problem}");
                }

                return ExitCodes.Pass;
            }

            var result = RunResult.LoadReadable(record);
            if (parsed.GetValue(messages) || parsed.GetValue(junit))
            {
                // Neither form has a place for what is wrong with the record itself, beside a run that came to an end.
                foreach (var problem in result.Problems)
                {
                    Console.Error.WriteLine($"harness: warning: {ForeignText.Line(problem)}");
                }
            }

            if (parsed.GetValue(messages))
            {
                CucumberMessages.Write(result, StandardStreams.Out);
                return ExitCodes.Pass;
            }

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
