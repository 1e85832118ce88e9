namespace Harness.Brokers.Conformance;

/// <summary>One statement and its outcome.</summary>
/// <param name="Statement">Statement.</param>
/// <param name="Finding">Verdict, and the broker's doing.</param>
/// <param name="Duration">Time that it took.</param>
public sealed record ConformanceOutcome(Statement Statement, Finding Finding, TimeSpan Duration);

/// <summary>Decides statements at a broker, several at a time: each has topics and client names of its own.</summary>
public static class ConformanceRun
{
    /// <summary>Runs.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="statements">The statements.</param>
    /// <param name="atOnce">Most statements at a time.</param>
    /// <param name="told">Told of each outcome as it comes, one at a time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The outcomes in the order of the statements.</returns>
    public static async Task<IReadOnlyList<ConformanceOutcome>> RunAsync(
        BrokerUnderTest broker, IReadOnlyList<BrokerStatement> statements, int atOnce, Action<ConformanceOutcome>? told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(statements);
        var outcomes = new ConformanceOutcome[statements.Count];
        var gate = new Lock();
        var logins = await Login.AllAsync(broker, cancellationToken).ConfigureAwait(false);
        await using var sentinel = logins.FirstOrDefault(l => l.Came) is { } way ? new Sentinel(broker, way.Version, cancellationToken) : null;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, statements.Count), new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken }, async (i, stop) =>
            {
                var since = Stopwatch.GetTimestamp();
                var standing = sentinel is null ? null : await sentinel.StandingAsync().ConfigureAwait(false);
                var untried = Login.Without(logins, statements[i].Version);
                var finding = untried ?? await statements[i].DecideAsync(broker, stop).ConfigureAwait(false);
                if (untried is not { Verdict: ConformanceVerdict.OptionalFeatureAbsent }
                    && await (sentinel?.MissedAsync(standing) ?? MissedAsync(broker, stop)).ConfigureAwait(false) is { } missed)
                {
                    finding = Finding.Gone(missed, finding); // connections end with a broker too
                }

                outcomes[i] = new ConformanceOutcome(statements[i], finding, Stopwatch.GetElapsedTime(since));
                lock (gate)
                {
                    told?.Invoke(outcomes[i]);
                }
            }).ConfigureAwait(false);
        return outcomes;
    }

    /// <summary>Asks whether a broker is there that lets nobody in: a connection is all that can be had.</summary>
    private static async Task<string?> MissedAsync(BrokerUnderTest broker, CancellationToken cancellationToken)
    {
        using var talk = new Conversation(broker, MqttVersion.V311, "there", cancellationToken);
        try
        {
            using var peer = await talk.DialAsync().ConfigureAwait(false);
            return null;
        }
        catch (NothingSeenException)
        {
            return $"the broker at {broker.Address} takes no connection any more";
        }
    }
}
