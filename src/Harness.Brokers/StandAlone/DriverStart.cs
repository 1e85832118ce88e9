using Harness.Mqtt;
using Harness.Mqtt.Broker;

namespace Harness.Brokers.StandAlone;

/// <summary>The start of a broker's program, which takes no port 0.</summary>
internal static class DriverStart
{
    private const int Tries = 4;
    private static readonly string[] Taken = ["already in use", "eaddrinuse"];

    /// <summary>Starts a broker on the rig's port, or on one that is free. One that was free just now may be taken, so another one is tried.</summary>
    public static async Task<IMqttBroker> RunAsync(MqttBrokerOptions options, Func<int, StandAloneParts> start, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var parts = start(options.Port == 0 ? BrokerProcess.FreePort() : options.Port);
            try
            {
                return await StandAloneBroker.StartAsync(parts, options, cancellationToken).ConfigureAwait(false);
            }
            catch (MqttNotConnectedException) when (options.Port == 0 && tries < Tries && Taken.Any(words => parts.WordsAtEnd.Contains(words, StringComparison.OrdinalIgnoreCase)))
            {
                // Taken meanwhile.
            }
        }
    }

    /// <summary>Refuses rights that a driver does not set up.</summary>
    /// <exception cref="MqttNotConnectedException">It sets up others.</exception>
    public static void RefuseRights(string kind, BrokerSetup setup, params BrokerRights[] known)
    {
        if (!known.Contains(setup.Rights))
        {
            throw new MqttNotConnectedException($"the driver {kind} sets up no such rights; next: leave rights out of the rig's broker, or take kind: mosquitto");
        }
    }

    /// <summary>Ends what was started of a broker that cannot be started whole.</summary>
    public static void End(StandAloneParts parts)
    {
        parts.Process?.Dispose();
        parts.Helper?.Dispose();
        parts.Files?.Dispose();
    }
}
