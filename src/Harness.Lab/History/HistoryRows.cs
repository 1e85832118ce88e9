namespace Harness.Lab.History;

/// <summary>Rows that go into the history together: a scenario with its series, the begin of a run, or its end.</summary>
internal sealed record HistoryBatch
{
    /// <summary>The run's key.</summary>
    public required string Run { get; init; }

    /// <summary>The run's first event.</summary>
    public required RunStarted Started { get; init; }

    /// <summary>The scenario that ended; null where none did.</summary>
    public ScenarioRow? Scenario { get; init; }

    /// <summary>Its series.</summary>
    public IReadOnlyList<SeriesRow> Series { get; init; } = [];

    /// <summary>The end of the run; null where it goes on.</summary>
    public RunFinished? Finished { get; init; }
}

/// <summary>A scenario that ended.</summary>
/// <param name="Seq">Number of its last event, which is its key within the run.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="Name">Its name.</param>
/// <param name="Steps">Hash of its steps: a scenario that was rewritten is another.</param>
/// <param name="Verdict">Its verdict.</param>
/// <param name="Reason">The reason; null where it passed.</param>
/// <param name="DurationMs">Milliseconds by the host's clock.</param>
/// <param name="At">Its end.</param>
/// <param name="Build">Hash of everything that took part: program, rig, firmware of every device.</param>
internal sealed record ScenarioRow(long Seq, string Id, string Name, string Steps, Verdict Verdict, string? Reason, double DurationMs, DateTimeOffset At, string Build)
{
    /// <summary>The feature file.</summary>
    public string File => Id.LastIndexOf(':') is var colon and > 0 ? Id[..colon] : Id;
}

/// <summary>The numbers of one operation by one clock in a scenario.</summary>
internal sealed record SeriesRow(
    string Device, string Operation, ClockKind Clock, Provenance Provenance, Unit Unit, string Board, string Build, long N, double Low, double P50, double? P99, double High,
    double? P50Low, double? P50High, double? Floor, double? Baseline);
