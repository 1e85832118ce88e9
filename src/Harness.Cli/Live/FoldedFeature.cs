using System.Globalization;
using Harness.Record;

namespace Harness.Cli.Live;

/// <summary>The scenarios of a feature that follow each other: what passed is one line at its end, what did not a few lines at once.</summary>
internal sealed class FoldedFeature
{
    private string? _name;
    private int _passed;
    private int _of;
    private double _ms;

    /// <summary>A scenario of a feature begins.</summary>
    /// <returns>The line of the feature before, where this is another.</returns>
    public IEnumerable<(Verdict? Verdict, string Line)> Begin(string feature)
    {
        if (feature == _name)
        {
            return [];
        }

        var before = End();
        _name = feature;
        return before;
    }

    /// <summary>A scenario ended.</summary>
    /// <returns>The lines that say why it did not pass.</returns>
    public IEnumerable<(Verdict? Verdict, string Line)> Take(ScenarioFinished finished)
    {
        _of++;
        _ms += double.IsFinite(finished.DurationMs) ? finished.DurationMs : 0;
        if (finished.Verdict == Verdict.Pass)
        {
            _passed++;
            return [];
        }

        return finished.Failure is { } f
            ? [(finished.Verdict, $"{finished.Verdict.Word()}  {finished.Name}  {finished.Id}"), (null, $"      {f.Item}: expected {f.Expected}, saw {f.Seen}{(f.Unit is null ? "" : " " + f.Unit)}")]
            : [(finished.Verdict, $"{finished.Verdict.Word()}  {finished.Name}  {finished.Id}")];
    }

    /// <summary>The line of the feature so far; none where none of its scenarios ended.</summary>
    public IReadOnlyList<(Verdict? Verdict, string Line)> End()
    {
        if (_name is null || _of == 0)
        {
            return [];
        }

        (Verdict? Verdict, string Line) line = (_passed == _of ? Verdict.Pass : null, string.Create(CultureInfo.InvariantCulture, $"{_passed} of {_of} passed  {_name}  {_ms / 1000:F1} s"));
        (_passed, _of, _ms) = (0, 0, 0);
        return [line];
    }
}
