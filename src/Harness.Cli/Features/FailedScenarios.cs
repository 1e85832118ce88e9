namespace Harness.Cli.Features;

/// <summary>The scenarios of a run record that did not pass, matched to the current feature files.</summary>
/// <param name="Record">Full path of the record.</param>
/// <param name="Rig">The rig file of that run as the record names it; null if the record does not.</param>
/// <param name="Plans">The scenarios to run again, in the order of that run; those that never started come last.</param>
/// <param name="Gone">Scenarios of that run that are no longer in the feature files.</param>
public sealed record FailedScenarios(string Record, string? Rig, IReadOnlyList<ScenarioPlan> Plans, IReadOnlyList<string> Gone)
{
    /// <summary>Reads a record and finds the scenarios that did not pass: failed, rig-error, inconclusive, aborted, never started.</summary>
    /// <param name="record">Full path of <c>run.jsonl</c>.</param>
    /// <exception cref="RecordException">The record cannot be read.</exception>
    /// <exception cref="FeatureFileException">All scenarios passed, or none of them exists any more.</exception>
    public static FailedScenarios Load(string record)
    {
        var run = RunResult.Load(record);
        var shown = ProductPaths.Display(Path.GetDirectoryName(record)!);
        if (run.Started is { } command && command.Features.StartsWith("./harness ", StringComparison.Ordinal))
        {
            throw new FeatureFileException($"{shown} is the record of a measurement, which ran no scenario; next: {command.Features}");
        }

        var files = new Dictionary<string, IReadOnlyList<ScenarioPlan>>(StringComparer.Ordinal);
        var plans = new List<ScenarioPlan>();
        var gone = new List<string>();
        foreach (var failed in run.NotPassed)
        {
            if (Find(run, failed, files) is { } plan)
            {
                plans.Add(plan);
            }
            else
            {
                gone.Add($"{failed.Id}  {failed.Name}");
            }
        }

        plans.AddRange(NeverStarted(run));
        if (plans.Count == 0)
        {
            throw new FeatureFileException(gone.Count > 0
                ? $"none of the {gone.Count} scenarios that did not pass in {shown} is in the feature files any more, the first is {gone[0]}; next: ./harness run --list"
                : run.NeverStarted > 0
                ? $"{shown} ended before {run.NeverStarted} scenarios began and does not say which; next: ./harness run{(run.Started is { } s ? " " + s.Features : "")}"
                : $"everything passed in {shown} ({run.Scenarios.Count} scenarios): nothing to run again; next: ./harness run");
        }

        return new FailedScenarios(record, run.Started?.Rig, [.. plans.DistinctBy(p => p.Id)], gone);
    }

    /// <summary>Splits the scenarios into those that run on a rig and those left out. Tags that are left out by default are included here.</summary>
    public (IReadOnlyList<ScenarioPlan> Run, IReadOnlyList<DeselectedScenario> LeftOut) Choose(ScenarioFilter? filter, bool rigHasHardware, bool rigHasExternal, bool rigHasModels = true, bool rigHasTls = true)
    {
        var run = new List<ScenarioPlan>();
        var leftOut = new List<DeselectedScenario>();
        foreach (var plan in Plans.Where(p => filter is null || filter.Matches(p)))
        {
            if (Selection.Lacks(plan, rigHasHardware, rigHasExternal, rigHasModels, rigHasTls) is { } reason)
            {
                leftOut.Add(new DeselectedScenario(plan, reason));
            }
            else
            {
                run.Add(plan);
            }
        }

        return (run, leftOut);
    }

    private static ScenarioPlan? Find(RunResult run, ScenarioResult failed, Dictionary<string, IReadOnlyList<ScenarioPlan>> files)
    {
        if (!files.TryGetValue(failed.File, out var plans))
        {
            var path = ProductPaths.Resolve(failed.File);
            files[failed.File] = plans = File.Exists(path) ? FeatureCatalog.Load(path, failed.File) : [];
        }

        // Lines move as a feature is edited; a scenario is identified by its name.
        var named = plans.Where(p => p.Name == failed.Name).ToList();

        // Scenarios of the same name keep their order, whatever their lines are now.
        var then = run.Scenarios.Select(s => (s.Id, s.Name)).Concat(run.Deselected.Select(d => (d.Id, d.Name)))
            .Where(s => s.Name == failed.Name && FileOf(s.Id) == failed.File).Distinct().OrderBy(s => LineOf(s.Id)).ToList();
        return then.Count == named.Count
            ? named[then.FindIndex(s => s.Id == failed.Id)]
            : named.Find(p => p.Id == failed.Id) ?? (named.Count == 1 ? named[0] : null);
    }

    private static string FileOf(string id) => id[..Math.Max(0, id.LastIndexOf(':'))];

    private static int LineOf(string id) => int.TryParse(id.AsSpan(id.LastIndexOf(':') + 1), out var line) ? line : 0;

    // The record of a stopped run has the number of scenarios that never began, not their names: the selection is repeated from its features and filter.
    private static IEnumerable<ScenarioPlan> NeverStarted(RunResult run)
    {
        if (run.NeverStarted == 0 || run.Started is not { } started)
        {
            return [];
        }

        var paths = started.FeaturePaths ?? (Path.Exists(ProductPaths.Resolve(started.Features)) ? [started.Features] : []);
        var seen = run.Scenarios.Select(s => s.Id).Concat(run.Deselected.Select(d => d.Id)).ToHashSet(StringComparer.Ordinal);
        var filter = started.Filter is null ? null : ScenarioFilter.Parse(started.Filter);
        return Selection.Choose(paths.SelectMany(FeatureCatalog.LoadTyped), filter, started.Filter, rigHasHardware: true, rigHasExternal: true)
            .Run.Where(p => !seen.Contains(p.Id));
    }
}
