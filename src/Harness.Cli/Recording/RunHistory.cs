using Harness.Lab.History;

namespace Harness.Cli.Recording;

/// <summary>Takes a run into the history as it happens. Whatever is wrong with the history is told once, at the end; it changes no verdict and no exit status.</summary>
internal sealed class RunHistory : IRunSink, IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly HistoryFeed? _feed;
    private readonly string? _refused;

    private RunHistory(HistoryFeed? feed, string? refused) => (_feed, _refused) = (feed, refused);

    /// <summary>Begins; without a history where the environment wants none.</summary>
    /// <param name="folder">The run's folder.</param>
    public static RunHistory Begin(string folder)
    {
        try
        {
            return new RunHistory(HistoryAddress.FromEnvironment() is { } address ? new HistoryFeed(address, folder) : null, null);
        }
        catch (HistoryException e)
        {
            return new RunHistory(null, e.Message);
        }
    }

    /// <inheritdoc />
    public void Write(RunEvent e) => _feed?.Write(e);

    /// <summary>Waits for what is not written yet, and tells what could not be.</summary>
    public void End()
    {
        if ((_refused ?? _feed?.EndAsync(_patience).GetAwaiter().GetResult()) is { } fault)
        {
            Console.Error.WriteLine($"harness: warning: {ForeignText.Line(fault)}");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _feed?.Dispose();
}
