using Harness.Mqtt.Broker;

namespace Harness.Cli.Commands.Brokers;

/// <summary>The broker of a rig, started for a command that tries it.</summary>
internal static class StartedBroker
{
    /// <summary>Starts it without accounts; its log goes below a run's folder.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="owned">The address of a broker that stands elsewhere, typed again; null where it was not.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="FormatException">It stands beyond this machine and was not typed again.</exception>
    public static async Task<IMqttBroker> StartAsync(RigFile rig, string? owned, string folder, CancellationToken stop)
    {
        var start = BuiltDrivers.For(rig).Broker(rig, Path.Combine(folder, "brokers"));
        var options = new MqttBrokerOptions { AllowAnonymous = true, Address = rig.Broker.Address, Port = rig.Broker.Port };
        if (rig.Broker.Kind != "external")
        {
            return await start(options, stop);
        }

        var (host, port) = (rig.Broker.Setup.Host ?? rig.Broker.Address.ToString(), rig.Broker.Port != 0 ? rig.Broker.Port : rig.Broker.Setup.Tls ? 8883 : 1883);
        var address = await OwnedAddress.ResolveAsync(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}", owned, stop);
        return await start(options with { Address = address.Address, Port = port, Pinned = true }, stop); // the address that was checked, whatever the name leads to later
    }
}
