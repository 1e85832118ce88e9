using System.Collections.Concurrent;
using Harness.Mqtt.Client;
using Harness.Sessions.Testbed;

namespace Harness.Bench;

/// <summary>
/// The bench of one run: the devices of a rig, booted at their first use, kept from scenario to scenario, rebooted after a fault.
/// It owns every device; disposing it ends all emulators within seconds.
/// </summary>
public sealed class TestBench : IAsyncDisposable
{
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, BenchDevice> _devices;
    private readonly TestBenchOptions _options;
    private readonly ConcurrentDictionary<string, bool> _announced = new();
    private readonly HashSet<(Assembly Assembly, string Part)> _used = [];
    private readonly TestBench? _lender;
    private string? _transcripts;

    /// <summary>Creates the bench; nothing is opened yet.</summary>
    /// <exception cref="RigFileException">The rig names a driver that this build does not have.</exception>
    public TestBench(RigFile rig, TestBenchOptions options)
    {
        options.Drivers.Check(rig);
        Rig = rig;
        _options = options;
        _devices = rig.Devices.Values.ToDictionary(d => d.Name, d => new BenchDevice(rig, d, options));
        Sensors = new BenchSensors(rig, options.Drivers, options.Time, Uses);
    }

    private TestBench(TestBench lender, IReadOnlyDictionary<string, string> roles, IReadOnlyCollection<string> names)
    {
        _lender = lender;
        _options = lender._options;
        _announced = lender._announced;
        Rig = lender.Rig with { Roles = lender.Rig.Roles.ToDictionary(role => role.Key, role => roles.GetValueOrDefault(role.Key, role.Value)) };
        _devices = lender._devices.Values.Where(d => names.Contains(d.Name))
            .ToDictionary(d => d.Name, d => d.Entry.Kind == DeviceKind.Host ? new BenchDevice(Rig, d.Entry, _options with { Sink = new FirstReady(_options.Sink, _announced) }) : d);
        Sensors = lender.Rig.Sensors.Values.Any(s => s.Driver != "model") ? lender.Sensors : new BenchSensors(Rig, _options.Drivers, _options.Time, Uses);
    }

    /// <summary>The rig file.</summary>
    public RigFile Rig { get; }

    /// <summary>
    /// The limit of a login: the rig's, or where one of the devices that the scenario has or has used brings its own (<c>handshake:</c>), the longest. A slow board is thus
    /// waited for, and no other scenario waits longer.
    /// </summary>
    public TimeSpan Handshake => _devices.Values.Where(d => _lender is not null || d.WasUsed).Select(d => d.Entry.Handshake ?? TimeSpan.Zero)
        .Append(Rig.Timeouts.Handshake).Max();

    /// <summary>The rig's devices, in the order of the file.</summary>
    public IReadOnlyCollection<BenchDevice> Devices => _devices.Values;

    /// <summary>The rig's sensors.</summary>
    public BenchSensors Sensors { get; }

    /// <summary>The drivers and measured operations that are declared.</summary>
    public BenchDrivers Drivers => _options.Drivers;

    /// <summary>Starts the MQTT broker that the rig names.</summary>
    public StartMqttBroker StartBroker
    {
        get
        {
            Uses(Drivers.DeclaredBroker(Rig).Method.Module.Assembly, "broker");
            return Drivers.Broker(Rig, _options.LogFolder);
        }
    }

    /// <summary>The assemblies whose drivers, operations and attacks took part since the last <see cref="BeginScenario"/>, and as what: <c>sensor</c>.</summary>
    public IReadOnlyList<(Assembly Assembly, string Part)> Used
    {
        get
        {
            lock (_used)
            {
                return [.. _used];
            }
        }
    }

    /// <summary>Notes that something an assembly declares takes part in what is judged.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="part">The kind of part: <c>sensor</c>, <c>link</c>, <c>broker</c>, <c>operation</c>, <c>attack</c>.</param>
    public void Uses(Assembly assembly, string part)
    {
        lock (_used)
        {
            _used.Add((assembly, part));
        }
    }

    /// <summary>Gets a device by its name or its role ("board"), without bringing it up.</summary>
    /// <exception cref="InconclusiveException">The rig has no such device.</exception>
    public BenchDevice Device(string nameOrRole)
    {
        var entry = Rig.Find(nameOrRole) ?? throw new InconclusiveException(
            $"device \"{nameOrRole}\"", $"a device or role of rig {Rig.Name}",
            $"only {string.Join(", ", Rig.Devices.Keys.Concat(Rig.Roles.Keys).Distinct().Select(w => $"\"{w}\""))}",
            nextCommand: $"${{EDITOR:-nano}} {ShellWord.Quote(Rig.Path)}");
        return _devices.TryGetValue(entry.Name, out var device) ? device : throw new RigErrorException(
            $"device {entry.Name}", "to be named in a sentence of the scenario, as scenarios run beside each other with the devices that theirs name",
            $"a step that asked for \"{nameOrRole}\"", nextCommand: "./harness run --parallel 1");
    }

    /// <summary>Gets a device as a party; brings it up if it is not, and wipes it at its first use in a scenario.</summary>
    /// <exception cref="InconclusiveException">The rig has no such device.</exception>
    /// <exception cref="RigErrorException">The device does not come up.</exception>
    public ValueTask<IParty> GetPartyAsync(string nameOrRole, CancellationToken cancellationToken)
    {
        var device = Device(nameOrRole);
        return device.Entry.Kind != DeviceKind.External
            ? ReadyAsync(device, cancellationToken)
            : throw new InconclusiveException(
                $"device \"{nameOrRole}\"", "a device whose messages the harness carries", "an external one, which logs in by itself",
                nextCommand: "./harness steps external");
    }

    /// <summary>Starts an external device, or waits for the one that a person starts.</summary>
    /// <param name="nameOrRole">The device.</param>
    /// <param name="broker">Address to log in to: the broker's, or that of the tap in front of it.</param>
    /// <param name="identity">The device's account; a password that the harness made up goes to the device's standard input.</param>
    /// <param name="keyBits">PRESENT's key size in bits, for a device that uses its scheme after the login; null for one that only logs in.</param>
    /// <param name="tls">The broker's name and authority, for a device that logs in by TLS; null for one that does not.</param>
    /// <exception cref="InconclusiveException">The rig has no such device, or the device is not external.</exception>
    /// <exception cref="RigErrorException">The device's command cannot be started.</exception>
    public ExternalDevice StartExternal(string nameOrRole, IPEndPoint broker, PartyIdentity identity, int? keyBits = null, DeviceTls? tls = null)
    {
        var device = Device(nameOrRole);
        if (device.Entry.Kind != DeviceKind.External)
        {
            throw new InconclusiveException($"device \"{nameOrRole}\"", "an external device (kind: external)", "one that the harness logs in");
        }

        var external = ExternalDevice.Start(Rig, device.Entry, broker, identity, keyBits, tls);
        if (!_announced.TryAdd(device.Name, true))
        {
            // Some attacks start the device many times; that it came up is reported once.
            return external;
        }

        _options.Sink?.Write(new DeviceReady
        {
            Device = device.Name, Kind = "external", Driver = device.Entry.Start is null ? "by itself" : "command", TickUnit = device.Entry.TickUnit,
            Provenance = device.Entry.Provenance,
        });
        return external;
    }

    /// <summary>Gets a device as a board, with the members that only boards have.</summary>
    /// <exception cref="InconclusiveException">The rig has no such device, or the device is not a board.</exception>
    /// <exception cref="RigErrorException">The device does not come up.</exception>
    public async ValueTask<SerialParty> GetBoardAsync(string nameOrRole, CancellationToken cancellationToken)
    {
        var device = Device(nameOrRole);
        return device.Entry.Kind == DeviceKind.Serial
            ? (SerialParty)await ReadyAsync(device, cancellationToken).ConfigureAwait(false)
            : throw new InconclusiveException(
                $"device \"{nameOrRole}\"", "a board", device.Entry.Kind == DeviceKind.Host ? "a device in this process" : "an external device");
    }

    /// <summary>Asks a board for its deepest stack since the last time, and its emulator where the firmware has no word for that.</summary>
    /// <returns>Null where neither tells.</returns>
    /// <exception cref="InconclusiveException">The rig has no such device, or the device is not a board.</exception>
    /// <exception cref="RigErrorException">The device does not come up.</exception>
    public async ValueTask<StackDepth?> StackAsync(string nameOrRole, CancellationToken cancellationToken)
    {
        var board = await GetBoardAsync(nameOrRole, cancellationToken).ConfigureAwait(false);
        return await board.StackAsync(cancellationToken).ConfigureAwait(false) ?? await Device(nameOrRole).EmulatedStackAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gets a device's identity in a handshake: its name, and the rig's server, group and profile unless others are given.</summary>
    /// <exception cref="InconclusiveException">The rig has no such device.</exception>
    public PartyIdentity IdentityOf(string nameOrRole, string password, string? group = null, string? profile = null)
    {
        var device = Device(nameOrRole);
        return new PartyIdentity(device.Entry.Client ?? device.Name, Rig.Server, password, group ?? Rig.GroupOf(device.Entry), profile ?? Rig.Profile);
    }

    /// <summary>Gets the options of a testbed on this rig: its server name, key size, time-out and broker.</summary>
    public TestbedOptions TestbedOptions() => new()
    {
        Server = Rig.Server, KeyBits = Rig.KeyBits, Timeout = Handshake, Address = Rig.Broker.Address, Port = Rig.Broker.Port,
        StartBroker = StartBroker,
    };

    /// <summary>
    /// Creates a separate bench for one emulated board, with reporting of the trigger pin's edges turned on even if the rig leaves it off. The caller
    /// disposes it.
    /// </summary>
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
    /// Takes the ports of all real boards ahead of their first use, and waits for those that others hold. The ports are taken in the order of their
    /// nodes, so that two runs that want the same ones cannot deadlock.
    /// </summary>
    /// <exception cref="RigErrorException">A port was held for the whole allowed wait (<see cref="TestBenchOptions.Wait"/>).</exception>
    public async ValueTask ReserveAsync(CancellationToken cancellationToken)
    {
        foreach (var device in _devices.Values.Where(d => d.Entry.Driver == BoardDriver.Tty).OrderBy(d => Harness.Hardware.Links.DeviceNode.Resolve(d.Entry.Port!), StringComparer.Ordinal))
        {
            await device.ReserveAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Lends devices to one scenario while others run beside it: a bench that has these alone, and the scenario's own instance of each device in this
    /// process. Boards stay as they are from one scenario to the next. The caller keeps every other scenario off them, and disposes the result.
    /// </summary>
    /// <param name="roles">Roles that pools leave open, with the device that plays each in this scenario.</param>
    /// <param name="devices">Names of the devices.</param>
    public TestBench Lend(IReadOnlyDictionary<string, string> roles, IReadOnlyCollection<string> devices)
    {
        ArgumentNullException.ThrowIfNull(roles);
        ArgumentNullException.ThrowIfNull(devices);
        return new TestBench(this, roles, devices);
    }

    /// <summary>Records a scenario's outcome for each device; call it between <see cref="EndScenario"/> and the next scenario.</summary>
    /// <param name="rigBroke">True if the verdict was a rig error.</param>
    /// <returns>True if a device of the bench was what broke.</returns>
    public bool Judged(bool rigBroke) => _devices.Values.Count(device => device.Judged(rigBroke)) > 0;

    /// <summary>Begins a scenario: new transcripts, no armed faults, frozen boards resumed.</summary>
    /// <param name="id">The scenario's id, for <see cref="FaultSeen"/>.</param>
    /// <param name="transcriptFolder">Folder of its transcripts, one <c>DEVICE.txt</c> each; null keeps none.</param>
    public void BeginScenario(string id, string? transcriptFolder)
    {
        _transcripts = transcriptFolder;
        lock (_used)
        {
            _used.Clear();
        }

        Sensors.BeginScenario();
        foreach (var device in _devices.Values)
        {
            device.BeginScenario(id, transcriptFolder is null ? null : Path.Combine(transcriptFolder, FileNames.Of(device.Name) + ".txt"));
        }
    }

    /// <summary>Ends a scenario.</summary>
    /// <returns>Full paths of the transcripts written.</returns>
    public IReadOnlyList<string> EndScenario()
    {
        var written = _transcripts is null ? [] : _devices.Values.Select(d => d.Transcript.Path).OfType<string>().ToList();
        foreach (var device in _devices.Values)
        {
            device.EndScenario();
        }

        return written;
    }

    private ValueTask<IParty> ReadyAsync(BenchDevice device, CancellationToken cancellationToken)
    {
        if (device.Entry.Driver == BoardDriver.Tty)
        {
            Uses(Drivers.Line(Rig, device.Entry.Line).Method.Module.Assembly, "link");
        }

        return device.ReadyAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_lender is null || !ReferenceEquals(Sensors, _lender.Sensors))
        {
            Sensors.Dispose();
        }

        // What was lent goes back; the lender ends it.
        var all = Task.WhenAll(_devices.Values.Where(d => _lender?._devices.ContainsValue(d) != true).Select(d => d.DisposeAsync().AsTask()));
        try
        {
            await all.WaitAsync(EndWithin, _options.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The leash ends every emulator together with this process; a longer wait would only delay that.
        }
    }

    // A device in this process is made anew for each scenario; that it came up is reported once.
    private sealed class FirstReady(IRunSink? sink, ConcurrentDictionary<string, bool> announced) : IRunSink
    {
        public void Write(RunEvent e)
        {
            if (e is not DeviceReady ready || announced.TryAdd(ready.Device, true))
            {
                sink?.Write(e);
            }
        }
    }
}
