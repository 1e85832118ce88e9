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
        await Parallel.ForEachAsync(
            Enumerable.Range(0, statements.Count), new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken }, async (i, stop) =>
            {
                var since = Stopwatch.GetTimestamp();
                var finding = Login.Without(logins, statements[i].Version) ?? await statements[i].DecideAsync(broker, stop).ConfigureAwait(false);
                if (finding.Verdict != ConformanceVerdict.OptionalFeatureAbsent && !await IsThereAsync(broker, stop).ConfigureAwait(false))
                {
                    finding = Finding.Gone(broker.Address, finding); // connections end with a broker too
                }

                outcomes[i] = new ConformanceOutcome(statements[i], finding, Stopwatch.GetElapsedTime(since));
                lock (gate)
                {
                    told?.Invoke(outcomes[i]);
                }
            }).ConfigureAwait(false);
        return outcomes;
    }

    private static async Task<bool> IsThereAsync(BrokerUnderTest broker, CancellationToken cancellationToken)
    {
        using var talk = new Conversation(broker, MqttVersion.V311, "there", cancellationToken);
        try
        {
            using var peer = await talk.DialAsync().ConfigureAwait(false);
            return true;
        }
        catch (NothingSeenException)
        {
            return false;
        }
    }
}
