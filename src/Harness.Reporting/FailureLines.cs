using Harness.Record;

namespace Harness.Reporting;

/// <summary>
/// The lines that explain a failure, in the same order in every report: phase, step and its line, item, expected, seen (with unit), the sentence to
/// add, next command.
/// </summary>
internal static class FailureLines
{
    public static IEnumerable<(string Label, string Value)> Of(FailureDetail detail)
    {
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
        yield return ("expected", Text.WithUnit(detail.Expected, detail.Unit));
        yield return ("seen", Text.WithUnit(detail.Seen, detail.Unit));
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
