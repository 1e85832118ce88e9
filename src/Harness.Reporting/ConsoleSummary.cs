namespace Harness.Reporting;

/// <summary>The summary at the end of a run on the console: details of what did not pass, the numbers, the counts, and the path of the record.</summary>
public static class ConsoleSummary
{
    /// <summary>Default columns of a line.</summary>
    public const int DefaultWidth = 100;

    private const int MinimumWidth = 40;

    /// <summary>Renders plain text; its lines end with LF and fit the width, except for paths and commands, which are never cut.</summary>
    /// <param name="result">The run.</param>
    /// <param name="color">True to colour verdicts by ANSI sequences.</param>
    /// <param name="width">Columns; fewer than 40 are taken as 40.</param>
    /// <param name="verbose">True to show also the numbers that say nothing about a device.</param>
    public static string Render(RunResult result, bool color = false, int width = DefaultWidth, bool verbose = false)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new ConsoleText(Math.Max(width, MinimumWidth), color);
        foreach (var scenario in result.NotPassed)
        {
            Failure(text, scenario);
        }

        TimingTable.Render(text, result.Timing, verbose);
        if (result.Deselected.Count > 0)
        {
            Deselected(text, result);
        }

        foreach (var plugin in PluginText.Lines(result))
        {
            text.Wrapped("", plugin);
        }

        foreach (var problem in result.Problems)
        {
            text.Wrapped("record: ", problem);
        }

        text.Verdict(result.Verdict, $"{Text.Headline(result.Verdict)}  {Text.Counts(result.Counts)} in {Text.Duration(result.DurationMs)}");
        if (!result.IsComplete)
        {
            text.Wrapped("", $"incomplete: {Text.NeverStarted(result)}");
        }

        if (result.RecordPath is { } path)
        {
            text.Whole("record  ", path);
        }

        return text.ToString();
    }

    private static void Failure(ConsoleText text, ScenarioResult scenario)
    {
        text.Verdict(scenario.Verdict, $"{Text.Headline(scenario.Verdict)}  {scenario.Name}{PluginText.Mark(scenario)}");
        text.Whole("  at        ", scenario.Id);
        foreach (var (label, value) in scenario.Failure is null ? [] : FailureLines.Of(scenario.Failure))
        {
            // An inconclusive scenario is no failure: its reason is enough here, summary.md has the rest.
            if (scenario.Verdict == Record.Verdict.Inconclusive && label is not ("seen" or "next"))
            {
                continue;
            }

            var head = $"  {label,-9} ";
            if (label is "next" or "line")
            {
                text.Whole(head, value);
            }
            else
            {
                text.Wrapped(head, value);
            }
        }

        foreach (var transcript in scenario.Transcripts)
        {
            text.Whole("  said      ", transcript);
        }

        text.Blank();
    }

    private static void Deselected(ConsoleText text, RunResult result)
    {
        foreach (var reason in result.Deselected.GroupBy(d => d.Reason))
        {
            text.Wrapped("", $"left out: {reason.Count()} ({reason.Key})");
        }

        text.Blank();
    }
}
