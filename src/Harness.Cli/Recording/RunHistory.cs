namespace Harness.Cli.Recording;

/// <summary>Takes a run into the history as it happens. Whatever is wrong with the history is told once, at the end; it changes no verdict and no exit status.</summary>
internal sealed class RunHistory : IRunSink, IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    // A server that has not answered during the run is away; a file that is locked may be free in a moment.
    private static readonly TimeSpan _patienceForServer = TimeSpan.FromSeconds(1);

    private readonly HistoryFeed? _feed;
    private readonly string? _refused;
    private readonly TimeSpan _unanswered;

    private RunHistory(HistoryFeed? feed, string? refused, bool isServer = false) => (_feed, _refused, _unanswered) = (feed, refused, isServer ? _patienceForServer : _patience);

    /// <summary>Begins; without a history where the environment wants none.</summary>
    /// <param name="folder">The run's folder.</param>
    public static RunHistory Begin(string folder)
    {
        try
        {
            return HistoryAddress.FromEnvironment() is { } address ? new RunHistory(new HistoryFeed(address, folder), null, address.IsPostgres) : new RunHistory(null, null);
        }
        catch (HistoryException e)
        {
            return new RunHistory(null, e.Message);
        }
    }

    /// <inheritdoc />
    public void Write(RunEvent e) => _feed?.Write(e);

    /// <summary>True where the history can be read: it answered while the run was written.</summary>
    public bool HasAnswered => _feed?.HasAnswered ?? false;

    /// <summary>True where a run of this process is not whole in its history.</summary>
    public static bool IsLacking { get; private set; }

    /// <summary>Waits for what is not written yet, and tells what could not be.</summary>
    public void End()
    {
        if ((_refused ?? _feed?.EndAsync(_patience, _unanswered).GetAwaiter().GetResult()) is { } fault)
        {
            IsLacking = true;
            Console.Error.WriteLine($"harness: warning: {ForeignText.Line(fault)}");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _feed?.Dispose();
}
