using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Harness.Adversary;
using Harness.Bench;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;
using Harness.Sessions.Login;
using Harness.Timing;

namespace Harness.Steps.World;

/// <summary>Everything that one scenario sets up: broker, tap and devices. Disposed when the scenario ends, however it ends.</summary>
public sealed class ScenarioWorld(RunEnvironment environment, ScenarioScope scope) : IAsyncDisposable
{
    private readonly Dictionary<string, DeviceUnderTest> devices = [];
    private readonly List<IAsyncDisposable> owned = [];
    private SecureBroker? broker;
    private readonly Tap tap = new();
    private MqttProxy? proxy;
    private KeyPair? pair;
    private DeviceUnderTest? publisher;
    private DeviceUnderTest? subscriber;
    private bool stopped;
    private SecureBrokerOptions? options;
    private int brokerPort;

    /// <summary>The bench.</summary>
    public TestBench Bench => environment.Bench;

    /// <summary>The run.</summary>
    public RunEnvironment Environment => environment;

    /// <summary>The scenario's limits, samples and faults.</summary>
    public ScenarioScope Scope => scope;

    /// <summary>Ends every wait of the scenario.</summary>
    public CancellationToken Cancellation => scope.Cancellation;

    /// <summary>How long one exchange may take, from the rig.</summary>
    public TimeSpan Patience => Bench.Rig.Timeouts.Handshake;

    /// <summary>The adversary on the wire.</summary>
    /// <exception cref="UnjudgeableException">The scenario has none.</exception>
    public Tap Tap => proxy is not null ? tap : throw NoTap();

    /// <summary>Where the tap listens; null where there is none.</summary>
    public IPEndPoint? TapEndpoint => proxy?.Endpoint;

    /// <summary>Whether logins go through the tap.</summary>
    public bool HasTap => proxy is not null;

    /// <summary>The bytes at the tap, both directions.</summary>
    public IReadOnlyList<CapturedBytes> Capture => proxy?.Capture ?? throw NoTap();

    /// <summary>The broker.</summary>
    /// <exception cref="UnjudgeableException">The scenario has none.</exception>
    public SecureBroker Broker => broker ?? throw new UnjudgeableException(
        "broker", "a broker in the scenario", "none", "Given a broker with enhanced authentication");

    /// <summary>The pair of a scenario about payloads.</summary>
    /// <exception cref="UnjudgeableException">The scenario has none.</exception>
    public KeyPair Pair => pair ?? throw NoPair("publisher and subscriber");

    /// <summary>PRESENT's key size of the pair.</summary>
    public int KeyBits { get; private set; } = 128;

    /// <summary>The publisher of the pair.</summary>
    /// <exception cref="UnjudgeableException">The scenario has none.</exception>
    public DeviceUnderTest Publisher
    {
        get => publisher ?? throw NoPair("publisher");
        set => publisher = value;
    }

    /// <summary>The subscriber of the pair.</summary>
    /// <exception cref="UnjudgeableException">The scenario has none.</exception>
    public DeviceUnderTest Subscriber
    {
        get => subscriber ?? throw NoPair("subscriber");
        set => subscriber = value;
    }

    /// <summary>The session of the subscriber; no other device is sent what is published.</summary>
    /// <exception cref="UnjudgeableException">The device is another, or it is not logged in.</exception>
    public DeviceSession SessionOfSubscriber(string name)
    {
        Check.Needs(
            name == Subscriber.Name, $"payload at {name}", $"the subscriber, {Subscriber.Name}", $"{name}, which does not subscribe",
            $"Given a broker that pairs {(name == Publisher.Name ? Subscriber.Name : Publisher.Name)} with {name} on \"{Pair.Topic}\" using 128-bit keys");
        return SessionOf(name);
    }

    /// <summary>The payload that was published last; null before the first.</summary>
    public byte[]? Published { get; set; }

    /// <summary>Who logged in last.</summary>
    public DeviceUnderTest? LastToLogIn { get; private set; }

    /// <summary>The one device of a scenario that has one.</summary>
    public DeviceUnderTest OnlyDevice => devices.Count == 1
        ? devices.Values.Single()
        : throw new UnjudgeableException(
            "device of the step", "one device in the scenario", $"{devices.Count} enrolled", devices.Count == 0 ? "Given board is enrolled at the broker" : null);

    /// <summary>The group that every device of the scenario logs in with.</summary>
    public AugPakeGroup CommonGroup => devices.Values.Select(GroupOf).Distinct().ToList() is [var one]
        ? one
        : throw new UnjudgeableException(
            "group of the step", "devices that share one group", devices.Count == 0 ? "no device enrolled" : "devices of several groups",
            devices.Count == 0 ? "Given board is enrolled at the broker" : null);

    /// <summary>A device by the name the feature uses.</summary>
    public DeviceUnderTest Device(string name) => devices.TryGetValue(name, out var device)
        ? device
        : throw new UnjudgeableException(
            $"account of {name}", $"{name} to be enrolled in the scenario", "it is not", $"Given {name} is enrolled at the broker");

    /// <summary>The session of a device that is logged in.</summary>
    /// <exception cref="UnjudgeableException">It is not.</exception>
    public DeviceSession SessionOf(string name) => SessionOf(Device(name));

    /// <inheritdoc cref="SessionOf(string)"/>
    public static DeviceSession SessionOf(DeviceUnderTest device) => device.Session ?? throw new UnjudgeableException(
        $"session of {device.Name}", $"{device.Name} to be logged in",
        device.Ends.Count > 0 ? $"its last login: {device.Ends[^1].Seen}" : "it did not log in in this scenario", $"Given {device.Name} is logged in");

    /// <summary>The party behind a device, ready: booted where it was not, wiped where another scenario used it.</summary>
    public ValueTask<IParty> PartyAsync(string name) => Bench.GetPartyAsync(name, Cancellation);

    /// <summary>The party behind a device with what the scenario left in it: nothing, where it was not used yet.</summary>
    /// <exception cref="RigErrorException">It broke since: another boot would hold nothing, and that would read like the device's doing.</exception>
    public ValueTask<IParty> SamePartyAsync(string name)
    {
        var device = Bench.Device(name);
        return device is not { WasUsed: true, State: not DeviceState.Active } ? PartyAsync(name) : throw new RigErrorException(
            $"device {name}", "the device as the scenario left it", $"it broke: {device.Broken ?? device.State.ToString().ToLowerInvariant()}",
            nextCommand: "./harness doctor");
    }

    /// <summary>The board behind a device, as <see cref="SamePartyAsync"/>.</summary>
    /// <exception cref="InconclusiveException">It is no board.</exception>
    public async ValueTask<SerialParty> SameBoardAsync(string name)
    {
        if (Bench.Device(name).Entry.Kind == DeviceKind.Serial)
        {
            await SamePartyAsync(name);
        }

        return await Bench.GetBoardAsync(name, Cancellation);
    }

    /// <summary>The scheme that the broker and whoever is enrolled run after the handshake.</summary>
    public string Scheme { get; set; } = SchemeNames.MqttPresent;

    /// <summary>How handshakes of the scenario travel.</summary>
    public LoginBinding Binding { get; set; }

    /// <summary>Starts the broker.</summary>
    /// <param name="pair">The pair of a scenario about payloads.</param>
    /// <param name="keyBits">PRESENT's key size; null for the rig's.</param>
    /// <param name="morePairs">Further pairs.</param>
    /// <param name="configure">Makes it another broker than usual.</param>
    public async Task StartBrokerAsync(
        KeyPair? pair = null, int? keyBits = null, IReadOnlyList<KeyPair>? morePairs = null, Func<SecureBrokerOptions, SecureBrokerOptions>? configure = null)
    {
        Check.Needs(broker is null, "broker", "one broker in a scenario", "a second one");
        this.pair = pair;
        KeyBits = keyBits ?? Bench.Rig.KeyBits;
        options = new SecureBrokerOptions
        {
            ServerName = Bench.Rig.Server,
            Scheme = Scheme,
            AllowAnonymous = Binding == LoginBinding.Topics,
            Pairs = [.. pair is null ? [] : (KeyPair[])[pair], .. morePairs ?? []],
            KeyBits = KeyBits,
            Address = Bench.Rig.Broker.Address,
            Port = Bench.Rig.Broker.Port,
            StartBroker = Bench.StartBroker,
            HandshakeTimeout = Patience,
        };
        options = configure?.Invoke(options) ?? options;
        broker = await SecureBroker.StartAsync(options, Cancellation);
        brokerPort = broker.Endpoint.Port;
    }

    /// <summary>Ends the broker as if its power was cut.</summary>
    public async Task StopBrokerAsync()
    {
        await Broker.DisposeAsync();
        stopped = true;
    }

    /// <summary>Ends the attack of the tap, where there is one.</summary>
    public void EndAttack() => tap.Attack = null;

    /// <summary>The connections at the tap, each of which must have been a login that the broker refused.</summary>
    /// <param name="count">How many the sentence speaks of.</param>
    /// <exception cref="UnjudgeableException">There are others, or another number of them.</exception>
    public IReadOnlyList<int> RefusedConnections(int count)
    {
        var seen = Tap.Seen;
        var connections = seen.Select(packet => packet.Connection).Distinct().Order().ToList();
        Check.Needs(
            count > 1 && connections.Count == count, "logins at the tap", count > 1 ? $"{count} that were refused" : "two or more to compare", $"{connections.Count}",
            "When host logs in");
        var refused = seen.Where(p => p is { Direction: Direction.ToClient, Packet: ConnAckPacket { Reason: not ReasonCode.Success } }).Select(p => p.Connection).Distinct().Count();
        Check.Needs(refused == count, "logins at the tap", $"{count} that were refused", $"{refused} refused", "Given host was given another password");
        return connections;
    }

    /// <summary>Starts it again with the accounts it had, on the port it had.</summary>
    public async Task RestartBrokerAsync()
    {
        _ = Broker;
        Check.Needs(stopped, "broker", "a broker that was stopped", "it runs", "When the broker is stopped after it received X of board");
        stopped = false;
        var accounts = devices.Values.Select(device => AccountOf(device, device.RightPassword)).ToList();
        broker = await SecureBroker.StartAsync(options! with { Accounts = accounts, Port = brokerPort }, Cancellation);
    }

    /// <summary>Puts the tap between devices and the broker.</summary>
    public async Task StartTapAsync()
    {
        // Towards an address, not an object: a broker that is started again is reached again.
        var rig = Bench.Rig.Broker;
        proxy ??= rig.TapPort == 0
            ? await MqttProxy.StartAsync(Broker.Endpoint, tap, Cancellation)
            : await MqttProxy.StartAsync(Broker.Endpoint, tap, new IPEndPoint(rig.Address, rig.TapPort), Cancellation);
    }

    /// <summary>Enrols a device: the broker gets its verifier, the device its password.</summary>
    public DeviceUnderTest Enrol(string name, string? group = null, string? profile = null)
    {
        if (group is not null)
        {
            Check.Read(() => AugPakeGroup.ByName(group), $"group of {name}", group);
        }

        if (profile is not null)
        {
            Check.Read(() => AugPakeProfiles.Parse(profile), $"profile of {name}", profile);
        }

        var device = new DeviceUnderTest(name, Bench.IdentityOf(name, DeviceUnderTest.NewPassword(), group, profile) with { Scheme = Scheme });
        devices[name] = device;
        Broker.Accounts.Put(AccountOf(device, device.RightPassword));
        return device;
    }

    /// <summary>Enrols a device anew with a password that the scenario names, at the broker and at the device.</summary>
    public DeviceUnderTest EnrolWith(string name, string password)
    {
        var before = Device(name);
        var device = new DeviceUnderTest(name, before.Identity with { Password = password }) { Session = before.Session };
        devices[name] = device;
        Broker.Accounts.Put(AccountOf(device, password));
        return device;
    }

    /// <summary>Logs a party in that no scenario names: in this process, enrolled on the spot.</summary>
    public async Task LoginStrangerAsync(string client)
    {
        var identity = new PartyIdentity(client, Bench.Rig.Server, DeviceUnderTest.NewPassword(), Bench.Rig.Group, "as-published") { Scheme = Scheme };
        var stranger = new DeviceUnderTest(client, identity);
        Broker.Accounts.Put(AccountOf(stranger, identity.Password));
        stranger.Session = await DeviceSession.LoginAsync(new HostParty(client), SessionOptions(stranger, Broker.Endpoint, null) with { Observe = null }, Cancellation);
        devices[client] = stranger;
    }

    /// <summary>Makes a device's account from another password.</summary>
    public void ReplaceAccount(DeviceUnderTest device) => Broker.Accounts.Put(AccountOf(device, DeviceUnderTest.NewPassword()));

    /// <summary>Removes a device's account.</summary>
    public void RemoveAccount(DeviceUnderTest device) => Broker.Accounts.Remove(device.Identity.Client, MethodOf(device));

    /// <summary>Logs a device in and notes how it ended.</summary>
    /// <param name="device">The device.</param>
    /// <param name="endpoint">Where; null for the tap where there is one, else the broker.</param>
    /// <param name="patience">How long the device waits; null for the rig's.</param>
    public async Task<LoginEnd> LoginAsync(DeviceUnderTest device, IPEndPoint? endpoint = null, TimeSpan? patience = null)
    {
        if (device.Session is not null)
        {
            await device.Session.DisposeAsync();
            device.Session = null;
        }

        return await EndAsync(device, async () =>
        {
            var party = await PartyAsync(device.Name);
            device.Session = await DeviceSession.LoginAsync(party, SessionOptions(device, endpoint, patience), Cancellation);
            return device.Session.Fingerprint;
        });
    }

    /// <summary>Runs the handshake again on a device's connection, without provisioning it anew, and notes how it ended.</summary>
    public Task<LoginEnd> ReauthenticateAsync(DeviceUnderTest device)
    {
        var session = SessionOf(device);
        if (!Broker.SupportsReauthentication)
        {
            throw new InconclusiveException(
                $"re-authentication of {device.Name}", "a broker that serves AUTH 0x19", $"broker kind {Bench.Rig.Broker.Kind}, which does not");
        }

        return EndAsync(device, async () =>
        {
            await session.ReauthenticateAsync(Cancellation);
            return session.Fingerprint;
        }, again: true);
    }

    private async Task<LoginEnd> EndAsync(DeviceUnderTest device, Func<Task<string>> login, bool again = false)
    {
        LastToLogIn = device;
        LoginEnd end;
        try
        {
            end = new LoginEnd(LoginKind.Succeeded, "succeeded", Fingerprint: await login());
        }
        catch (Exception e) when (LoginEnd.From(e) is { } seen)
        {
            end = seen;
        }

        // A step's own code in the tap that threw ended the connection: what the login saw of that is no verdict on the device.
        if (end.Kind != LoginKind.RigBroken && proxy?.Faults.FirstOrDefault(fault => fault is not (MqttException or SocketException)) is { } thrown)
        {
            ExceptionDispatchInfo.Throw(thrown);
        }

        end = end with { IsReauthentication = again };
        device.Ended(end);
        return end;
    }

    /// <summary>Logs a device in and requires that it succeeds.</summary>
    public async Task RequireLoginAsync(DeviceUnderTest device)
    {
        await LoginAsync(device);
        var end = device.Observe();
        LineTrouble.RefuseToJudge(this, device, end);
        if (end.Kind != LoginKind.Succeeded)
        {
            throw new CheckFailedException($"login of {device.Name}", "to succeed", end.Seen, inner: end.Error);
        }

        Check.Judged();
    }

    /// <summary>The method name a device logs in with.</summary>
    public static string MethodOf(DeviceUnderTest device) =>
        AugPakeMethod.Of(AugPakeProfiles.Parse(device.Identity.Profile), GroupOf(device));

    /// <summary>The group a device logs in with.</summary>
    public static AugPakeGroup GroupOf(DeviceUnderTest device) => AugPakeGroup.ByName(device.Identity.Group);

    /// <summary>Hands over something that a step started and that must end with the scenario.</summary>
    public T Own<T>(T started)
        where T : IAsyncDisposable
    {
        owned.Add(started);
        return started;
    }

    /// <summary>Ends what the scenario set up: what steps started, last first, then sessions, tap and broker.</summary>
    public async ValueTask DisposeAsync()
    {
        IEnumerable<IAsyncDisposable?> all =
            [.. Enumerable.Reverse(owned), .. devices.Values.Select(device => device.Session), proxy, broker];
        Exception? first = null;
        foreach (var thing in all.OfType<IAsyncDisposable>())
        {
            try
            {
                await thing.DisposeAsync();
            }
            catch (Exception e)
            {
                // What fails to end must not keep the rest open for the scenarios to come.
                first ??= e;
            }
        }

        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        foreach (var device in devices.Values)
        {
            device.ThrowIfUnobserved(RigWasExpected);
        }

        if (broker?.Faults.FirstOrDefault() is { } fault)
        {
            // Code around the broker threw: whatever the devices did against such a broker proves nothing.
            throw new RigErrorException("broker of the rig", "no error of its own", $"{fault.Where}: {fault.Exception.GetType().Name}: {fault.Exception.Message}");
        }

        if (broker?.Limits.Messages.FirstOrDefault() is { } lost)
        {
            // A reading that the broker dropped is missing at the subscriber whatever the device did.
            throw new RigErrorException("broker of the rig", "every message passed on", $"it dropped {lost}");
        }
    }

    /// <summary>Set by the step that says that the rig is reported broken.</summary>
    public bool RigWasExpected { get; set; }

    private static UnjudgeableException NoTap() => new("tap", "a tap in the scenario", "none", "Given a tap on every connection");

    private static UnjudgeableException NoPair(string item) => new(
        item, "a publisher and a subscriber that the broker pairs", "none", "Given a broker that pairs board with host on \"lab/climate\" using 128-bit keys");

    private static Account AccountOf(DeviceUnderTest device, string password) => Enrolment.Create(
        device.Identity.Client, device.Identity.Server, GroupOf(device), AugPakeProfiles.Parse(device.Identity.Profile), password);

    private DeviceSessionOptions SessionOptions(DeviceUnderTest device, IPEndPoint? endpoint, TimeSpan? patience) => new()
    {
        Endpoint = endpoint ?? proxy?.Endpoint ?? Broker.Endpoint,
        Identity = device.Identity,
        KeyBits = KeyBits,
        Connect = Bench.ConnectClient,
        Binding = Binding,
        LoginTimeout = patience ?? Patience,
        Observe = sample => Observe(device, sample),
    };

    private void Observe(DeviceUnderTest device, OperationSample operation)
    {
        var entry = Bench.Device(device.Name).Entry;
        var unit = Units.TryParse(entry.TickUnit, out var parsed) ? parsed : Unit.Ticks;
        var sample = new Sample(device.Name, operation.Operation, operation.Ticks, unit, ClockKind.Device, entry.Provenance);
        scope.Samples.Add(sample);
        environment.Sink.Write(sample.ToEvent(scope.Id));
    }
}
