namespace Harness.Reporting;

/// <summary>The one order in which every report explains a failure: phase, step and its line, item, expected, seen (with unit), the sentence to add, next command.</summary>
public static class FailureLines
{
    /// <summary>The verdict and each line of its failure, for reports of other programs that take one text.</summary>
    public static string Text(ScenarioFinished finished)
    {
        ArgumentNullException.ThrowIfNull(finished);
        return string.Join('\n', Of(finished.Failure ?? new FailureDetail("", null, "scenario", "a reason", "none", null, null))
            .Select(line => $"  {line.Label,-9} {line.Value}").Prepend(finished.Verdict.Word()));
    }

    /// <summary>Each line with its label.</summary>
    public static IEnumerable<(string Label, string Value)> Of(FailureDetail detail)
    {
        ArgumentNullException.ThrowIfNull(detail);
        yield return ("phase", detail.Phase);
        if (detail.Step is { Length: > 0 } step)
        {
            yield return ("step", step);
        }

        if (detail.At is { Length: > 0 } at)
        {
            yield return ("line", at);
        }

        yield return ("item", detail.Item);
        yield return ("expected", Reporting.Text.WithUnit(detail.Expected, detail.Unit));
        yield return ("seen", Reporting.Text.WithUnit(detail.Seen, detail.Unit));
        if (detail.Add is { Length: > 0 } add)
        {
            yield return ("add", add);
        }

        if (detail.NextCommand is { Length: > 0 } next)
        {
            yield return ("next", next);
        }
    }
}
