namespace Harness.Cli.Recording;

/// <summary>The durations of scenarios in earlier runs, for the time left of this one.</summary>
internal static class HistoryDurations
{
    // A run begins without them rather than late: a server far away may not answer.
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Milliseconds by scenario, of those that will run and passed on the rig before; empty where there is no history, or it does not answer at once.</summary>
    /// <param name="rig">The rig's name.</param>
    /// <param name="scenarios">Identifiers of the scenarios that will run.</param>
    public static IReadOnlyDictionary<string, double> Of(string rig, IEnumerable<string> scenarios)
    {
        var read = Task.Run(() => Read(rig));
        if (!read.Wait(_patience))
        {
            return new Dictionary<string, double>();
        }

        var known = read.Result;
        return scenarios.Distinct().Where(known.ContainsKey).ToDictionary(id => id, id => known[id]);
    }

    private static IReadOnlyDictionary<string, double> Read(string rig)
    {
        try
        {
            if (HistoryAddress.FromEnvironment() is { } address && (address.IsPostgres || File.Exists(address.Name)))
            {
                using var store = HistoryStore.Open(address);
                return store.Durations(rig);
            }
        }
        catch (HistoryException)
        {
            // It is told at the end of the run.
        }

        return new Dictionary<string, double>();
    }
}
