using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Harness.Brokers.Conformance;
using Harness.Brokers.Load;
using Harness.Brokers.StandAlone;
using Harness.Crypto.AugPake;
using Harness.Mqtt.Broker;

namespace Harness.Cli.Commands.Load;

/// <summary>A broker under load: one that was started here in a process of its own, or one that runs elsewhere.</summary>
internal sealed class LoadBroker : IAsyncDisposable
{
    /// <summary>A relay in the place of a broker.</summary>
    public const string Relay = "none";

    /// <summary>S of the brokers that are started here.</summary>
    public const string Server = "load";

    private const string Bare = "bare";
    private readonly IAsyncDisposable? _started;

    private LoadBroker(string name, BrokerUnderTest broker, BrokerProcessInfo? process, IAsyncDisposable? started = null) =>
        (Name, Broker, Process, _started) = (name, broker, process, started);

    /// <summary>The names that <c>--compare</c> takes.</summary>
    public static IReadOnlyList<string> Known { get; } = ["ours", "mosquitto", "mqttnet", Relay];

    /// <summary>Its name in tables.</summary>
    public string Name { get; }

    /// <summary>Its address and login.</summary>
    public BrokerUnderTest Broker { get; }

    /// <summary>Its process; null where it is not known.</summary>
    public BrokerProcessInfo? Process { get; }

    /// <summary>The identities that it knows by AugPAKE; empty for a broker that has none.</summary>
    public IReadOnlyList<PartyIdentity> Identities { get; private init; } = [];

    /// <summary>A broker that runs already.</summary>
    public static LoadBroker At(string typed, BrokerUnderTest broker, int? processId) => new(typed, broker, processId is { } id ? new BrokerProcessInfo(id) : null);

    /// <summary>Starts a broker on a free port of loopback, in a process of its own that ends with this one.</summary>
    /// <param name="name">One of <see cref="Known"/>.</param>
    /// <param name="connections">Connections that it must take.</param>
    /// <param name="groups">AugPAKE groups to enrol clients for.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="MqttException">It does not start; the message says the reason and the next command.</exception>
    public static async Task<LoadBroker> StartAsync(string name, int connections, IReadOnlyList<string> groups, CancellationToken stop)
    {
        if (name == Relay)
        {
            var relay = LoadRelay.Start();
            return new LoadBroker(name, new BrokerUnderTest(relay.Endpoint) { Prefix = "load" }, null, relay);
        }

        var options = new MqttBrokerOptions { AllowAnonymous = true };
        IReadOnlyList<PartyIdentity> identities = [];
        var started = name == "mosquitto" ? await MosquittoDriver.StartAsync(options, stop)
            : await DriverStart.RunAsync(options, port => Own(name, port, connections, groups, out identities), stop);
        return Of(name, (StandAloneBroker)started, identities);
    }

    /// <summary>Starts a server that answers logins with fixed bytes, in a process of its own that ends with this one.</summary>
    /// <param name="computes">True where it also computes what a broker must.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="MqttException">It does not start.</exception>
    public static async Task<LoadBroker> StartBareAsync(bool computes, CancellationToken stop)
    {
        string[] Arguments(int port) => ["load", "--bare-server", $"{port}", .. computes ? new[] { "--computing" } : []];
        return Of(Bare, (StandAloneBroker)await DriverStart.RunAsync(new MqttBrokerOptions { AllowAnonymous = true }, port => Started(Bare, port, _ => Arguments(port)), stop), []);
    }

    /// <summary>Ends the broker that was started.</summary>
    public ValueTask DisposeAsync() => _started?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static LoadBroker Of(string name, StandAloneBroker broker, IReadOnlyList<PartyIdentity> identities) =>
        new(name, new BrokerUnderTest(broker.Endpoint) { Prefix = "load" }, broker.ProgramId is { } id ? new BrokerProcessInfo(id) : null, broker) { Identities = identities };

    private static StandAloneParts Own(string name, int port, int connections, IReadOnlyList<string> groups, out IReadOnlyList<PartyIdentity> identities)
    {
        IReadOnlyList<PartyIdentity> enrolled = [];
        var parts = Started(name, port, files =>
        {
            var accounts = files.At("accounts.yaml");
            enrolled = Enrol(accounts, groups);

            // The client of this side counts too.
            return
            [
                "broker", "--port", $"{port}", "--server-name", Server, "--allow-anonymous", "--kind", name == "ours" ? "embedded" : name,
                "--max-connections", (connections + 200).ToString(CultureInfo.InvariantCulture), .. enrolled.Count > 0 ? new[] { "--accounts", accounts } : [],
            ];
        });
        identities = enrolled;
        return parts;
    }

    // This program once more, as the broker alone.
    private static StandAloneParts Started(string name, int port, Func<BrokerFiles, string[]> arguments)
    {
        var parts = new StandAloneParts(name) { Files = new BrokerFiles(name, null), Endpoint = new IPEndPoint(IPAddress.Loopback, port) };
        try
        {
            parts.Process = BrokerProcess.Start([.. PowerCommand.Program, .. arguments(parts.Files)], parts.Files.Log(port), folder: parts.Files.Folder);
            return parts;
        }
        catch
        {
            DriverStart.End(parts);
            throw;
        }
    }

    private static List<PartyIdentity> Enrol(string file, IReadOnlyList<string> groups)
    {
        // The password lives as long as this process and its brokers; nothing but the verifier is written.
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var identities = new List<PartyIdentity>();
        foreach (var group in groups)
        {
            // A client of its own for each worker: a second login of one name ends the first.
            for (var i = 0; i < LoginLoad.Clients; i++)
            {
                var identity = new PartyIdentity($"load-{group}-{i}", Server, password, group, AugPakeProfile.Rfc6628.Name());
                var known = AugPakeGroup.ByName(group);
                AccountFileAppend.Append(
                    file, new Account(identity.Client, Server, known, AugPakeProfile.Rfc6628, Verifier.ComputeW(known, AugPakeProfile.Rfc6628, identity.Client, Server, password)));
                identities.Add(identity);
            }
        }

        return identities;
    }
}
