using System.Net;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions.Testbed;

namespace Harness.Bench;

/// <summary>
/// The bench of one run: the devices of a rig, booted when first asked for, kept from scenario to scenario, booted anew where one broke.
/// It owns every device; disposing ends all emulators within seconds.
/// </summary>
public sealed class TestBench : IAsyncDisposable
{
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, BenchDevice> _devices;
    private readonly TestBenchOptions _options;
    private readonly HashSet<string> _announced = [];
    private volatile string? _scenario;
    private string? _transcripts;

    /// <summary>Sets the bench up; nothing is opened yet.</summary>
    /// <exception cref="RigFileException">The rig names a driver that was not built.</exception>
    public TestBench(RigFile rig, TestBenchOptions options)
    {
        options.Drivers.Check(rig);
        Rig = rig;
        _options = options;
        _devices = rig.Devices.Values.ToDictionary(d => d.Name, d => new BenchDevice(rig, d, options, () => _scenario));
        Sensors = new BenchSensors(rig, options.Drivers, options.Time);
    }

    /// <summary>What stands on it.</summary>
    public RigFile Rig { get; }

    /// <summary>Its devices, in the order of the rig.</summary>
    public IReadOnlyCollection<BenchDevice> Devices => _devices.Values;

    /// <summary>Its sensors.</summary>
    public BenchSensors Sensors { get; }

    /// <summary>Starts the MQTT broker that the rig names.</summary>
    public StartMqttBroker StartBroker => _options.Drivers.Broker(Rig);

    /// <summary>Connects the MQTT client that carries the rig's devices.</summary>
    public ConnectMqttClient ConnectClient { get; } = MqttClient.ConnectAsync;

    /// <summary>A device by its name or by a role's word ("board"); not brought up by this.</summary>
    /// <exception cref="InconclusiveException">The rig has none.</exception>
    public BenchDevice Device(string nameOrRole)
    {
        var entry = Rig.Find(nameOrRole) ?? throw new InconclusiveException(
            $"device \"{nameOrRole}\"", $"a device or role of rig {Rig.Name}",
            $"only {string.Join(", ", Rig.Devices.Keys.Concat(Rig.Roles.Keys).Distinct().Select(w => $"\"{w}\""))}",
            nextCommand: $"${{EDITOR:-nano}} {ShellWord.Quote(Rig.Path)}");
        return _devices[entry.Name];
    }

    /// <summary>A device as a party, brought up if it is not, and wiped at its first use in a scenario.</summary>
    /// <exception cref="InconclusiveException">The rig has none of that name.</exception>
    /// <exception cref="RigErrorException">It does not come up.</exception>
    public ValueTask<IParty> GetPartyAsync(string nameOrRole, CancellationToken cancellationToken)
    {
        var device = Device(nameOrRole);
        return device.Entry.Kind != DeviceKind.External
            ? device.ReadyAsync(cancellationToken)
            : throw new InconclusiveException(
                $"device \"{nameOrRole}\"", "a device whose messages the harness carries", "an external one, which logs in by itself",
                nextCommand: "./harness steps external");
    }

    /// <summary>Starts an external device, or waits for the one that a person starts.</summary>
    /// <param name="nameOrRole">The device.</param>
    /// <param name="broker">Where it shall log in: the broker, or the tap in front of it.</param>
    /// <param name="identity">Its account; the password goes to its standard input where the harness made it up.</param>
    /// <param name="keyBits">PRESENT's key size, for a device that shall talk by its identity's scheme after the login; null for one that shall not.</param>
    /// <exception cref="InconclusiveException">The rig has none of that name, or it is none that logs in by itself.</exception>
    /// <exception cref="RigErrorException">Its command cannot be started.</exception>
    public ExternalDevice StartExternal(string nameOrRole, IPEndPoint broker, PartyIdentity identity, int? keyBits = null)
    {
        var device = Device(nameOrRole);
        if (device.Entry.Kind != DeviceKind.External)
        {
            throw new InconclusiveException($"device \"{nameOrRole}\"", "an external device (kind: external)", "one that the harness logs in");
        }

        var external = ExternalDevice.Start(Rig, device.Entry, broker, identity, keyBits);
        if (!_announced.Add(device.Name))
        {
            // Some attacks start it again and again; that it came up is told once.
            return external;
        }

        _options.Sink?.Write(new DeviceReady
        {
            Device = device.Name, Kind = "external", Driver = device.Entry.Start is null ? "by itself" : "command", TickUnit = device.Entry.TickUnit,
            Provenance = device.Entry.Provenance,
        });
        return external;
    }

    /// <summary>A device as a board, with what only boards have.</summary>
    /// <exception cref="InconclusiveException">The rig has none of that name, or it is no board.</exception>
    /// <exception cref="RigErrorException">It does not come up.</exception>
    public async ValueTask<SerialParty> GetBoardAsync(string nameOrRole, CancellationToken cancellationToken)
    {
        var device = Device(nameOrRole);
        return device.Entry.Kind == DeviceKind.Serial
            ? (SerialParty)await device.ReadyAsync(cancellationToken).ConfigureAwait(false)
            : throw new InconclusiveException(
                $"device \"{nameOrRole}\"", "a board", device.Entry.Kind == DeviceKind.Host ? "a device in this process" : "an external device");
    }

    /// <summary>Who a device is in a handshake: its name, the rig's server, group and profile unless a step names others.</summary>
    /// <exception cref="InconclusiveException">The rig has none of that name.</exception>
    public PartyIdentity IdentityOf(string nameOrRole, string password, string? group = null, string? profile = null)
    {
        var device = Device(nameOrRole);
        return new PartyIdentity(device.Entry.Client ?? device.Name, Rig.Server, password, group ?? Rig.GroupOf(device.Entry), profile ?? Rig.Profile);
    }

    /// <summary>The settings of a testbed on this rig: its server name, key size, time-out, broker and client.</summary>
    public TestbedOptions TestbedOptions() => new()
    {
        Server = Rig.Server, KeyBits = Rig.KeyBits, Timeout = Rig.Timeouts.Handshake, Address = Rig.Broker.Address, Port = Rig.Broker.Port,
        StartBroker = StartBroker, ConnectClient = ConnectClient,
    };

    /// <summary>A bench of its own for one emulated board whose emulator reports the edges of its trigger pin, which the rig may leave out. The caller disposes it.</summary>
    internal TestBench WithEdgesOf(string nameOrRole)
    {
        var entry = Device(nameOrRole).Entry with { Edges = true };
        return new TestBench(
            Rig with
            {
                Devices = new Dictionary<string, DeviceEntry> { [entry.Name] = entry },
                Roles = Rig.Roles.Where(role => role.Value == entry.Name).ToDictionary(),
            },
            _options with { Sink = null });
    }

    /// <summary>
    /// Takes the ports of all real boards ahead of their first use, waiting for those that others hold; in the order of their nodes, so that two runs that
    /// want the same ones cannot wait for each other.
    /// </summary>
    /// <exception cref="RigErrorException">One was held as long as it was to be waited for (<see cref="TestBenchOptions.Wait"/>).</exception>
    public async ValueTask ReserveAsync(CancellationToken cancellationToken)
    {
        foreach (var device in _devices.Values.Where(d => d.Entry.Driver == BoardDriver.Tty).OrderBy(d => Hardware.DeviceNode.Resolve(d.Entry.Port!), StringComparer.Ordinal))
        {
            await device.ReserveAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Counts what a scenario came to for or against each device, between <see cref="EndScenario"/> and the next scenario.</summary>
    /// <param name="rigBroke">Whether its verdict is that the rig broke.</param>
    /// <returns>Whether a device of the bench was what broke.</returns>
    public bool Judged(bool rigBroke) => _devices.Values.Count(device => device.Judged(rigBroke)) > 0;

    /// <summary>Begins a scenario: new transcripts, no armed faults, frozen boards let go.</summary>
    /// <param name="id">The scenario, for <see cref="FaultSeen"/>.</param>
    /// <param name="transcriptFolder">Folder of its transcripts, one <c>DEVICE.txt</c> each; null keeps none.</param>
    public void BeginScenario(string id, string? transcriptFolder)
    {
        _scenario = id;
        _transcripts = transcriptFolder;
        foreach (var device in _devices.Values)
        {
            device.BeginScenario(transcriptFolder is null ? null : Path.Combine(transcriptFolder, FileNames.Of(device.Name) + ".txt"));
        }
    }

    /// <summary>Ends a scenario.</summary>
    /// <returns>Full paths of the transcripts that were written.</returns>
    public IReadOnlyList<string> EndScenario()
    {
        var written = _transcripts is null ? [] : _devices.Values.Select(d => d.Transcript.Path).OfType<string>().ToList();
        foreach (var device in _devices.Values)
        {
            device.Transcript.Begin(null);
        }

        _scenario = null;
        return written;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Sensors.Dispose();
        var all = Task.WhenAll(_devices.Values.Select(d => d.DisposeAsync().AsTask()));
        try
        {
            await all.WaitAsync(EndWithin, _options.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The leash ends every emulator with this process; waiting longer would only delay that.
        }
    }
}
