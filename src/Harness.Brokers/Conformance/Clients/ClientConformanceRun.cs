namespace Harness.Brokers.Conformance.Clients;

/// <summary>Decides statements at a device that connects. Devices that the harness starts are judged several at a time, each on a port of its own.</summary>
public static class ClientConformanceRun
{
    private const int AtOnce = 4;

    /// <summary>Runs.</summary>
    /// <param name="client">The device.</param>
    /// <param name="statements">The statements.</param>
    /// <param name="told">Told of each outcome as it comes, one at a time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The outcomes in the order of the statements.</returns>
    /// <exception cref="MqttNotConnectedException">The port is not available, or no device came at all.</exception>
    public static async Task<IReadOnlyList<ConformanceOutcome>> RunAsync(
        ClientUnderTest client, IReadOnlyList<ClientStatement> statements, Action<ConformanceOutcome>? told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(statements);
        var outcomes = new ConformanceOutcome[statements.Count];
        if (statements.Count == 0)
        {
            return outcomes;
        }

        await using var sessions = new ClientSessions(client, cancellationToken);
        sessions.Open();
        var came = await ComesAsync(sessions, statements[0].Version).ConfigureAwait(false);
        var gate = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = sessions.Listener is null && !client.IsOne ? AtOnce : 1, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, statements.Count), options, async (i, stop) =>
        {
            var since = Stopwatch.GetTimestamp();
            var finding = !client.SpeaksBoth && came is { } version && version != statements[i].Version
                ? Finding.Absent($"the device came by MQTT {Statement.NameOf(version)}")
                : await statements[i].DecideAsync(sessions, stop).ConfigureAwait(false);
            outcomes[i] = new ConformanceOutcome(statements[i], finding, Stopwatch.GetElapsedTime(since));
            lock (gate)
            {
                told?.Invoke(outcomes[i]);
            }
        }).ConfigureAwait(false);
        return outcomes;
    }

    /// <summary>The version by which the device comes; null where its first packet does not tell.</summary>
    private static async Task<MqttVersion?> ComesAsync(ClientSessions sessions, MqttVersion version)
    {
        try
        {
            var link = await sessions.ObservedAsync(version).ConfigureAwait(false);
            if (link.Connect?.Version is { } came && came != version && !sessions.Client.SpeaksBoth)
            {
                sessions.Observed(came, link);
            }

            return link.Connect?.Version;
        }
        catch (NothingSeenException e)
        {
            throw new MqttNotConnectedException(sessions.Client.Start is null
                ? $"{e.Message}; expected a connection to {sessions.Listener!.Endpoint}; next: start the device with that address"
                : $"{e.Message}; expected a connection of the device; next: run its command by hand");
        }
    }
}
