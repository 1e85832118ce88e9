namespace Harness.Lab.History;

/// <summary>A scenario's verdict in a run.</summary>
internal sealed record Outcome(string File, string Name, string Steps, string Build, Verdict Verdict, DateTimeOffset At, string Id, string RunId, string? Reason, string Rig);

/// <summary>A scenario whose verdicts changed.</summary>
/// <param name="Id">Its identifier in the newest run.</param>
/// <param name="Name">Its name.</param>
/// <param name="Rig">The rig.</param>
/// <param name="IsFlaky">True where it changed on one build; false where another build broke it.</param>
/// <param name="Build">The build on which it changed, or that broke it.</param>
/// <param name="Passed">Passes on that build.</param>
/// <param name="NotPassed">Other judgements on that build.</param>
/// <param name="Since">The first run in which it did not pass on that build.</param>
/// <param name="At">Its time.</param>
/// <param name="Reason">The reason given there.</param>
public sealed record ChangedScenario(string Id, string Name, string Rig, bool IsFlaky, string Build, int Passed, int NotPassed, string Since, DateTimeOffset At, string? Reason);

/// <summary>
/// Tells scenarios that changed verdict on one build, which are flaky, from those that a change broke. A build is program, rig and firmware of every device together, and a
/// scenario is one as long as its file, name and steps are; a broken rig and an aborted run say nothing of a scenario.
/// </summary>
public static class Flakiness
{
    /// <summary>Finds scenarios whose verdicts changed, flaky ones first, those that changed most first.</summary>
    /// <param name="store">The history.</param>
    /// <param name="since">The begin of what is looked at.</param>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    public static IReadOnlyList<ChangedScenario> Find(HistoryStore store, DateTimeOffset since)
    {
        ArgumentNullException.ThrowIfNull(store);
        return [.. store.Outcomes(since).Where(o => o.Verdict is not (Verdict.RigError or Verdict.Aborted))
            .GroupBy(o => (o.File, o.Name, o.Steps, o.Rig)).Select(group => Judge([.. group])).OfType<ChangedScenario>()
            .OrderByDescending(s => s.IsFlaky).ThenByDescending(s => Math.Min(s.Passed, s.NotPassed)).ThenBy(s => s.Id, StringComparer.Ordinal)];
    }

    private static ChangedScenario? Judge(IReadOnlyList<Outcome> outcomes)
    {
        var newest = outcomes[^1];
        var builds = outcomes.GroupBy(o => o.Build).Select(build => build.ToList()).ToList();
        foreach (var build in Enumerable.Reverse(builds))
        {
            if (build.Exists(o => o.Verdict == Verdict.Pass) && build.Exists(o => o.Verdict != Verdict.Pass))
            {
                return Make(newest, build, isFlaky: true);
            }
        }

        // Every build is of one mind: the newest one that does not pass is broken where one before it passed.
        var last = builds[^1];
        return last[0].Verdict != Verdict.Pass && builds.SkipLast(1).Any(build => build[0].Verdict == Verdict.Pass) ? Make(newest, First(builds), isFlaky: false) : null;
    }

    // The first of the builds in a row that do not pass.
    private static List<Outcome> First(List<List<Outcome>> builds) => builds[builds.FindLastIndex(build => build[0].Verdict == Verdict.Pass) + 1];

    private static ChangedScenario Make(Outcome newest, List<Outcome> build, bool isFlaky)
    {
        var first = build.First(o => o.Verdict != Verdict.Pass);
        return new ChangedScenario(
            newest.Id, newest.Name, newest.Rig, isFlaky, build[0].Build, build.Count(o => o.Verdict == Verdict.Pass), build.Count(o => o.Verdict != Verdict.Pass), first.RunId, first.At, first.Reason);
    }
}
