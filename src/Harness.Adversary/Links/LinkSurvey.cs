namespace Harness.Adversary.Links;

/// <summary>A row of a survey: a scheme over a link.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Link">The link, in the words of the table.</param>
/// <param name="Logins">Logins that were tried.</param>
/// <param name="LoggedIn">Seconds of those that succeeded, ascending.</param>
/// <param name="Sent">Messages that were to be delivered; 0 where the scheme is a login alone.</param>
/// <param name="Delivered">Seconds of those that arrived, ascending.</param>
public sealed record LinkFigure(string Scheme, string Link, int Logins, IReadOnlyList<double> LoggedIn, int Sent, IReadOnlyList<double> Delivered);

/// <summary>The standing of logins and deliveries of schemes over bad links.</summary>
public static class LinkSurvey
{
    /// <summary>Longest time of a login, and of a message: the rigs' own default.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // More would wait for the processor too.
    private const int AtOnce = 16;

    /// <summary>The links of the table, by their names there.</summary>
    public static IReadOnlyList<(string Name, LinkConditions Conditions)> Links { get; } =
    [
        ("20 ms", new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) }),
        ("20 ms, 1 % loss", new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = 0.01 }),
        ("20 ms, 5 % loss", new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = 0.05 }),
        ("20 ms, 20 % loss", new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = 0.2 }),
        ("300 ms", new LinkConditions { Delay = TimeSpan.FromMilliseconds(300) }),
    ];

    /// <summary>Runs trials of every scheme over every link, with seeds from 1.</summary>
    /// <param name="schemes">Schemes.</param>
    /// <param name="links">Links.</param>
    /// <param name="trials">Trials of each.</param>
    /// <param name="messages">Messages of each trial.</param>
    /// <param name="told">Takes the number of trials that ended and of all; null for nobody.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<LinkFigure>> RunAsync(
        IReadOnlyList<string> schemes, IReadOnlyList<(string Name, LinkConditions Conditions)> links, int trials, int messages, Action<int, int>? told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schemes);
        ArgumentNullException.ThrowIfNull(links);
        foreach (var scheme in schemes)
        {
            // The first use of a scheme compiles it, which would count as waiting for the first link.
            await LinkTrials.RunAsync(scheme, new LinkConditions(), 1, Limit, cancellationToken).ConfigureAwait(false);
        }

        // Many at once, as a trial mostly waits; quick links between slow ones, so that the quick do not wait for the processor together.
        List<(int Link, string Scheme, int Seed)> plan = [.. from seed in Enumerable.Range(1, trials) from scheme in schemes from link in Enumerable.Range(0, links.Count) select (link, scheme, seed)];
        var seen = new ConcurrentBag<(int Link, string Scheme, LinkTrial Trial)>();
        var ended = 0;
        await Parallel.ForEachAsync(plan, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (trial, token) =>
        {
            seen.Add((trial.Link, trial.Scheme, await LinkTrials.RunAsync(trial.Scheme, links[trial.Link].Conditions with { Seed = trial.Seed }, messages, Limit, token).ConfigureAwait(false)));
            told?.Invoke(Interlocked.Increment(ref ended), plan.Count);
        }).ConfigureAwait(false);
        return
        [
            .. from cell in plan.Select(trial => (trial.Link, trial.Scheme)).Distinct().OrderBy(cell => cell.Link)
               let own = seen.Where(s => (s.Link, s.Scheme) == cell).Select(s => s.Trial).ToList()
               select new LinkFigure(
                   cell.Scheme, links[cell.Link].Name, own.Sum(t => t.Logins), [.. own.SelectMany(t => t.LoggedIn).Select(t => t.TotalSeconds).Order()], own.Sum(t => t.Sent),
                   [.. own.SelectMany(t => t.Delivered).Select(t => t.TotalSeconds).Order()]),
        ];
    }
}
