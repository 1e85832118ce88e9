using Harness.Timing;

namespace Harness.Steps;

/// <summary>What belongs to the scenario under way: its time limit, its samples and the transcripts it left.</summary>
public sealed class ScenarioScope : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly Action ended;

    internal ScenarioScope(string id, TimeSpan limit, CancellationToken run, Action ended)
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

    /// <summary>Transcripts of the serial lines, relative to the run's folder.</summary>
    public List<string> Transcripts { get; } = [];

    /// <inheritdoc />
    public void Dispose()
    {
        ended();
        source.Dispose();
    }
}
