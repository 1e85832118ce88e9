using System.Collections.Concurrent;
using Harness.Record;
using Harness.Timing;

namespace Harness.Steps;

/// <summary>What belongs to the scenario under way: its time limit, its samples, the faults seen and the transcripts it left.</summary>
public sealed class ScenarioScope : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly ConcurrentQueue<FaultSeen> faults = new();
    private readonly Func<IReadOnlyList<string>> ended;

    private int judgements;

    internal ScenarioScope(string id, TimeSpan limit, CancellationToken run, Func<IReadOnlyList<string>> ended)
    {
        Id = id;
        Limit = limit;
        this.ended = ended;
        source = CancellationTokenSource.CreateLinkedTokenSource(run);
        source.CancelAfter(limit);
    }

    /// <summary><c>path:line</c>.</summary>
    public string Id { get; }

    /// <summary>How long it may take.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Ends waits when the run is stopped or the limit is over.</summary>
    public CancellationToken Cancellation => source.Token;

    /// <summary>Every duration taken in it.</summary>
    public SampleSet Samples { get; } = new();

    /// <summary>Faults of serial lines that went to the record.</summary>
    public IReadOnlyCollection<FaultSeen> Faults => faults;

    /// <summary>How many observations the scenario's steps have judged so far (<see cref="Check"/>).</summary>
    public int Judgements => Volatile.Read(ref judgements);

    /// <summary>Ends the scenario's transcripts.</summary>
    /// <returns>Their paths, relative to the run's folder.</returns>
    public IReadOnlyList<string> End() => ended();

    /// <inheritdoc />
    public void Dispose() => source.Dispose();

    internal void NoteJudgement() => Interlocked.Increment(ref judgements);

    internal void Note(FaultSeen fault) => faults.Enqueue(fault);
}
