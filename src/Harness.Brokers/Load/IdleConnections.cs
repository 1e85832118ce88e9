namespace Harness.Brokers.Load;

/// <summary>Measures the memory that a broker holds for connections on which nothing happens.</summary>
public static class IdleConnections
{
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(500);

    /// <summary>Opens connections and reads the broker's resident memory before and after.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="connections">The number of connections.</param>
    /// <param name="process">The broker's process; null where it is not known.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="MqttException">The broker is not there, or takes fewer connections.</exception>
    public static async Task<IdleResult> MeasureAsync(BrokerUnderTest broker, int connections, BrokerProcessInfo? process, CancellationToken stop)
    {
        var open = new List<LoadConnection>(connections);
        try
        {
            // Some first, so that what the broker needs once for all is there before it is counted.
            await OpenAsync(Math.Max(1, connections / 20)).ConfigureAwait(false);
            var (few, before) = (open.Count, await ResidentAsync().ConfigureAwait(false));
            await OpenAsync(connections).ConfigureAwait(false);
            return new IdleResult(connections, (await ResidentAsync().ConfigureAwait(false) - before) / (double?)(connections - few));
        }
        finally
        {
            open.ForEach(c => c.Dispose());
        }

        async Task OpenAsync(int until)
        {
            while (open.Count < until)
            {
                try
                {
                    open.Add(await LoadConnection.OpenAsync(broker, $"{broker.Prefix}-idle-{open.Count}", stop).ConfigureAwait(false));
                }
                catch (MqttException e)
                {
                    throw new MqttNotConnectedException($"connection {open.Count + 1} of {connections}: {e.Message}; next: a smaller --connections, or ulimit -n 20000", e);
                }
            }
        }

        async Task<long?> ResidentAsync()
        {
            await Task.Delay(Settled, stop).ConfigureAwait(false);
            return process?.ResidentBytes();
        }
    }
}
