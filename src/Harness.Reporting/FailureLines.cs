using Harness.Record;

namespace Harness.Reporting;

/// <summary>The one order in which every report explains a failure: phase, step, item, expected, seen (with unit), next command.</summary>
internal static class FailureLines
{
    public static IEnumerable<(string Label, string Value)> Of(FailureDetail detail)
    {
        yield return ("phase", detail.Phase);
        if (detail.Step is { Length: > 0 } step)
        {
            yield return ("step", step);
        }

        yield return ("item", detail.Item);
        yield return ("expected", Text.WithUnit(detail.Expected, detail.Unit));
        yield return ("seen", Text.WithUnit(detail.Seen, detail.Unit));
        if (detail.NextCommand is { Length: > 0 } next)
        {
            yield return ("next", next);
        }
    }
}
