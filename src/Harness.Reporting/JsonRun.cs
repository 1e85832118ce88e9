namespace Harness.Reporting;

/// <summary>A run as <c>--json</c> prints it. Every field is always present; null if the record does not have it.</summary>
/// <param name="Schema">Version of this object's format: 1.</param>
/// <param name="RunId">The run's name.</param>
/// <param name="Record">Path of <c>run.jsonl</c>.</param>
/// <param name="Verdict"><c>pass</c>, <c>inconclusive</c>, <c>fail</c>, <c>rig-error</c>, <c>unjudgeable</c>, <c>aborted</c>.</param>
/// <param name="ExitCode">Exit code of the process.</param>
/// <param name="Complete">False for a record that was cut short.</param>
/// <param name="HarnessVersion">Version of the harness that ran.</param>
/// <param name="Rig">Path of the rig file.</param>
/// <param name="StartedAt">Start of the run, UTC.</param>
/// <param name="DurationMs">Duration of the run in milliseconds.</param>
/// <param name="Counts">Scenarios by verdict.</param>
/// <param name="Scenarios">Every scenario that began.</param>
/// <param name="Timing">Timing numbers by device, operation and clock.</param>
/// <param name="Budgets">Budgets that were judged.</param>
/// <param name="Devices">Devices with firmware, build and provenance.</param>
/// <param name="Deselected">Scenarios that were not selected, with reasons.</param>
/// <param name="Problems">Problems of the record itself.</param>
/// <param name="Plugins">Assemblies of a lab's own that were loaded, with version and SHA-256.</param>
public sealed record JsonRun(
    int Schema,
    string RunId,
    string? Record,
    string Verdict,
    int ExitCode,
    bool Complete,
    string? HarnessVersion,
    string? Rig,
    DateTimeOffset? StartedAt,
    double DurationMs,
    JsonCounts Counts,
    IReadOnlyList<JsonScenario> Scenarios,
    IReadOnlyList<JsonTiming> Timing,
    IReadOnlyList<JsonBudget> Budgets,
    IReadOnlyList<JsonDevice> Devices,
    IReadOnlyList<Deselected> Deselected,
    IReadOnlyList<string> Problems,
    IReadOnlyList<PluginUsed> Plugins)
{
    /// <summary>Converts a result.</summary>
    public static JsonRun From(RunResult r)
    {
        ArgumentNullException.ThrowIfNull(r);
        return new JsonRun(
            1,
            r.RunId,
            r.RecordPath,
            r.Verdict.Word(),
            r.ExitCode,
            r.IsComplete,
            r.Started?.HarnessVersion,
            r.Started?.Rig,
            r.Started?.At,
            Finite(r.DurationMs) ?? 0,
            new JsonCounts(
                r.Counts.Passed, r.Counts.Failed, r.Counts.Inconclusive, r.Counts.RigErrors, r.Counts.Unjudgeable, r.Counts.Aborted, r.NeverStarted, r.Deselected.Count),
            [.. r.Scenarios.Select(s => new JsonScenario(
                s.Id, s.Feature, s.Name, s.Tags, s.Verdict.Word(), Finite(s.DurationMs) ?? 0, s.Failure, s.Transcripts, s.Plugins, s.PluginParts))],
            [.. r.Timing.Select(t => new JsonTiming(
                t.Device, t.Operation, t.Unit.Symbol(), t.Clock.Word(), t.Provenance.Word(), t.N, Finite(t.Min), Finite(t.P50),
                Finite(t.P99), Finite(t.Max), t.IsExact))],
            [.. r.Budgets.Select(b => new JsonBudget(
                b.Scenario, b.Device, b.Operation, b.Statistic, b.N, Finite(b.Observed), Finite(b.Limit), b.Unit.Symbol(),
                b.Provenance.Word(), b.Verdict.Word(), b.Reason))],
            [.. r.Devices.Select(d => new JsonDevice(
                d.Device, d.Kind, d.Driver, d.Board, d.Firmware, d.Build, d.ClockHz, d.TickUnit, d.Provenance.Word()))],
            r.Deselected,
            r.Problems,
            r.Started?.Plugins ?? []);
    }

    // JSON has no representation of NaN that every reader accepts.
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}

/// <summary>The number of scenarios by verdict; <c>never_started</c> were selected, <c>deselected</c> were not.</summary>
public sealed record JsonCounts(
    int Passed, int Failed, int Inconclusive, int RigErrors, int Unjudgeable, int Aborted, int NeverStarted, int Deselected);

/// <summary>A scenario; <c>failure</c> (phase, step, at, item, expected, seen, unit, add, next_command) is null if it passed.</summary>
public sealed record JsonScenario(
    string Id,
    string Feature,
    string Name,
    IReadOnlyList<string> Tags,
    string Verdict,
    double DurationMs,
    FailureDetail? Failure,
    IReadOnlyList<string> Transcripts,
    IReadOnlyList<string> Plugins,
    IReadOnlyList<PluginPart> PluginParts);

/// <summary>Timing numbers in <c>unit</c>; <c>p99</c> is null below 1000 samples.</summary>
public sealed record JsonTiming(
    string Device,
    string Operation,
    string Unit,
    string Clock,
    string Provenance,
    int N,
    double? Min,
    double? P50,
    double? P99,
    double? Max,
    bool Exact);

/// <summary>A judged budget; <c>observed</c> is null if there was no sample.</summary>
public sealed record JsonBudget(
    string Scenario,
    string Device,
    string Operation,
    string Statistic,
    int N,
    double? Observed,
    double? Limit,
    string Unit,
    string Provenance,
    string Verdict,
    string? Reason);

/// <summary>A device as of its last boot.</summary>
public sealed record JsonDevice(
    string Device,
    string Kind,
    string Driver,
    string? Board,
    string? Firmware,
    string? Build,
    long ClockHz,
    string TickUnit,
    string Provenance);
