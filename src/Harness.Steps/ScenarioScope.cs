using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Harness.Steps;

/// <summary>State of the scenario under way: its time limit, its samples, the faults seen and the transcripts it left.</summary>
public sealed class ScenarioScope : IDisposable
{
    private static readonly AsyncLocal<ScenarioScope?> CurrentScope = new();
    private readonly CancellationTokenSource _source;
    private readonly ConcurrentQueue<FaultSeen> _faults = new();
    private readonly ConcurrentStack<object> _owned = new();
    private readonly Func<IReadOnlyList<string>> _ended;

    private int _judgements;

    internal ScenarioScope(string id, TimeSpan limit, CancellationToken run, Func<IReadOnlyList<string>> ended)
    {
        Id = id;
        Limit = limit;
        this._ended = ended;
        _source = CancellationTokenSource.CreateLinkedTokenSource(run);
        _source.CancelAfter(limit);
        CurrentScope.Value = this;
    }

    /// <summary><c>path:line</c>.</summary>
    public string Id { get; }

    /// <summary>Longest duration.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Ends waits when the run is stopped or the limit is over.</summary>
    public CancellationToken Cancellation => _source.Token;

    /// <summary>Every duration taken in it.</summary>
    public SampleSet Samples { get; } = new();

    /// <summary>Faults of serial lines that went to the record.</summary>
    public IReadOnlyCollection<FaultSeen> Faults => _faults;

    /// <summary>Tells of a rig that broke in this scenario and that no step has reported; null where it did not, or is meant to.</summary>
    internal Func<Exception?> BrokenRig { get; set; } = () => null;

    /// <summary>Hands over something that must end with the scenario.</summary>
    public T Own<T>(T started)
        where T : notnull
    {
        _owned.Push(started);
        return started;
    }

    /// <summary>Ends what was handed over, last first, each whatever became of the others; then throws what the first that failed to end threw.</summary>
    public async Task EndOwnedAsync()
    {
        Exception? first = null;
        while (_owned.TryPop(out var thing))
        {
            try
            {
                await (thing is IAsyncDisposable waits ? waits.DisposeAsync() : ValueTask.CompletedTask);
                (thing as IDisposable)?.Dispose();
            }
            catch (Exception e)
            {
                // An object that fails to end must not keep the rest open for the scenarios to come.
                first ??= e;
            }
        }

        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    /// <summary>The scenario whose steps run on this flow of control; null outside of one.</summary>
    /// <remarks>Checks are plain functions: this tells them for whom they judge, and runs beside each other keep theirs apart.</remarks>
    internal static ScenarioScope? UnderWay => CurrentScope.Value;

    /// <summary>Number of observations that the scenario's steps have judged so far (<see cref="Check"/>).</summary>
    public int Judgements => Volatile.Read(ref _judgements);

    /// <summary>Ends the scenario's transcripts.</summary>
    /// <returns>Their paths, relative to the run's folder.</returns>
    public IReadOnlyList<string> End() => _ended();

    /// <inheritdoc />
    public void Dispose()
    {
        CurrentScope.Value = null;
        _source.Dispose();
    }

    internal void NoteJudgement() => Interlocked.Increment(ref _judgements);

    internal void Note(FaultSeen fault) => _faults.Enqueue(fault);
}
