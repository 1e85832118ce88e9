namespace Harness.Cli.Live;

/// <summary>
/// The scenarios of each feature: what passed is one line at the feature's end, what did not a few lines at once. A feature ends where none of
/// its scenarios is under way and the latest one that began is another's; scenarios that run at once may belong to several.
/// </summary>
internal sealed class FoldedFeature
{
    private readonly List<Fold> _open = []; // in the order they began
    private readonly Dictionary<string, Fold> _underWay = [];
    private string? _latest;

    /// <summary>A scenario begins.</summary>
    /// <returns>The lines of the features that ended with it.</returns>
    public IReadOnlyList<(Verdict? Verdict, string Line)> Begin(ScenarioStarted scenario)
    {
        _latest = scenario.Feature;
        var fold = _open.Find(f => f.Name == scenario.Feature);
        if (fold is null)
        {
            _open.Add(fold = new Fold(scenario.Feature));
        }

        fold.UnderWay++;
        _underWay[scenario.Id] = fold;
        return Ended(f => f.UnderWay == 0);
    }

    /// <summary>A scenario ended.</summary>
    /// <returns>The lines that say why it did not pass, and that of its feature where it ended with it.</returns>
    public IReadOnlyList<(Verdict? Verdict, string Line)> Take(ScenarioFinished finished)
    {
        List<(Verdict? Verdict, string Line)> lines = [];
        if (finished.Verdict != Verdict.Pass)
        {
            lines.Add((finished.Verdict, $"{finished.Verdict.Word()}  {finished.Name}  {finished.Id}"));
            if (finished.Failure is { } f)
            {
                lines.Add((null, $"      {f.Item}: expected {f.Expected}, saw {f.Seen}{(f.Unit is null ? "" : " " + f.Unit)}"));
            }
        }

        if (_underWay.Remove(finished.Id, out var fold))
        {
            fold.UnderWay--;
            fold.Of++;
            fold.Passed += finished.Verdict == Verdict.Pass ? 1 : 0;
            fold.Ms += double.IsFinite(finished.DurationMs) ? finished.DurationMs : 0;
        }

        return [.. lines, .. Ended(f => f.UnderWay == 0)];
    }

    /// <summary>The lines of the features so far; none where none of their scenarios ended.</summary>
    public IReadOnlyList<(Verdict? Verdict, string Line)> End()
    {
        _latest = null;
        return Ended(_ => true);
    }

    private List<(Verdict? Verdict, string Line)> Ended(Predicate<Fold> has)
    {
        var ended = _open.FindAll(f => f.Name != _latest && has(f));
        _open.RemoveAll(ended.Contains);
        return [.. ended.Where(f => f.Of > 0).Select(f => f.Line)];
    }

    private sealed class Fold(string name)
    {
        public string Name { get; } = name;

        public int UnderWay { get; set; }

        public int Passed { get; set; }

        public int Of { get; set; }

        public double Ms { get; set; }

        public (Verdict? Verdict, string Line) Line =>
            (Passed == Of ? Verdict.Pass : null, string.Create(CultureInfo.InvariantCulture, $"{Passed} of {Of} passed  {Name}  {Ms / 1000:F1} s"));
    }
}
