using System.Text.Json.Serialization;

namespace Harness.Record;

/// <summary>
/// One line of the run record. In JSON: <c>{"event":"run-started","seq":1,"at":"...", ...}</c>, names in snake_case.
/// Identifiers of scenarios are <c>features/handshake/login.feature:12</c>, the line of the scenario or of the examples row.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = RecordJson.KindName)]
[JsonDerivedType(typeof(RunStarted), "run-started")]
[JsonDerivedType(typeof(DeviceReady), "device-ready")]
[JsonDerivedType(typeof(ScenarioStarted), "scenario-started")]
[JsonDerivedType(typeof(StepStarted), "step-started")]
[JsonDerivedType(typeof(StepFinished), "step-finished")]
[JsonDerivedType(typeof(SampleTaken), "sample-taken")]
[JsonDerivedType(typeof(SamplesSummarized), "samples-summarized")]
[JsonDerivedType(typeof(BudgetJudged), "budget-judged")]
[JsonDerivedType(typeof(FaultSeen), "fault-seen")]
[JsonDerivedType(typeof(NoteTaken), "note-taken")]
[JsonDerivedType(typeof(SchemeStated), "scheme-stated")]
[JsonDerivedType(typeof(CellStated), "cell-stated")]
[JsonDerivedType(typeof(AttackEnded), "attack-ended")]
[JsonDerivedType(typeof(FindingJudged), "finding-judged")]
[JsonDerivedType(typeof(CostCounted), "cost-counted")]
[JsonDerivedType(typeof(MessageCost), "message-cost")]
[JsonDerivedType(typeof(SchemeFootprint), "scheme-footprint")]
[JsonDerivedType(typeof(ScenarioFinished), "scenario-finished")]
[JsonDerivedType(typeof(FilesKept), "files-kept")]
[JsonDerivedType(typeof(RunFinished), "run-finished")]
[JsonDerivedType(typeof(RecordSigned), "record-signed")]
public abstract record RunEvent
{
    /// <summary>Sequence number: 1 for the first event of a run, then one more each; set by the writer. A gap means that a write failed.</summary>
    [JsonPropertyOrder(-2)]
    public long Seq { get; init; }

    /// <summary>Time of the event, UTC; set by the writer where it is missing.</summary>
    [JsonPropertyOrder(-1)]
    public DateTimeOffset At { get; init; }

    /// <summary>SHA-256 of the line before with its line end, 64 lower-case hex digits; set by the writer. Null in the first line, and in records of schema 1.</summary>
    [JsonPropertyOrder(-1)]
    public string? Previous { get; init; }
}

/// <summary>An event of a kind that this version does not know, kept unchanged.</summary>
public sealed record UnknownEvent : RunEvent
{
    /// <summary>The kind, as written.</summary>
    public required string Kind { get; init; }

    /// <summary>The whole line, JSON.</summary>
    public required string Raw { get; init; }
}

/// <summary>Takes events as they happen. Thread-safe.</summary>
public interface IRunSink
{
    /// <summary>Writes one event; when it returns, the event has left this process.</summary>
    /// <exception cref="RecordException">The event could not be written.</exception>
    void Write(RunEvent e);
}
