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
    private MqttProxy? proxy;
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
    public Tap Tap { get; } = new();

    /// <summary>Where the tap listens; null where there is none.</summary>
    public IPEndPoint? TapEndpoint => proxy?.Endpoint;

    /// <summary>Whether logins go through the tap.</summary>
    public bool HasTap => proxy is not null;

    /// <summary>The bytes at the tap, both directions.</summary>
    public IReadOnlyList<CapturedBytes> Capture => proxy?.Capture ?? throw new InvalidOperationException("there is no tap in this scenario");

    /// <summary>The broker.</summary>
    public SecureBroker Broker => broker ?? throw new InvalidOperationException("there is no broker in this scenario");

    /// <summary>The pair of a scenario about payloads.</summary>
    public KeyPair? Pair { get; private set; }

    /// <summary>PRESENT's key size of the pair.</summary>
    public int KeyBits { get; private set; } = 128;

    /// <summary>The publisher of the pair.</summary>
    public DeviceUnderTest? Publisher { get; set; }

    /// <summary>The subscriber of the pair.</summary>
    public DeviceUnderTest? Subscriber { get; set; }

    /// <summary>Who logged in last.</summary>
    public DeviceUnderTest? LastToLogIn { get; private set; }

    /// <summary>The one device of a scenario that has one.</summary>
    public DeviceUnderTest OnlyDevice => devices.Count == 1
        ? devices.Values.Single()
        : throw new InvalidOperationException($"this step is for scenarios with one device; {devices.Count} are enrolled");

    /// <summary>The group that every device of the scenario logs in with.</summary>
    public AugPakeGroup CommonGroup => devices.Values.Select(GroupOf).Distinct().ToList() is [var one]
        ? one
        : throw new InvalidOperationException("this step is for scenarios whose devices share one group");

    /// <summary>A device by the name the feature uses.</summary>
    public DeviceUnderTest Device(string name) => devices.TryGetValue(name, out var device)
        ? device
        : throw new InvalidOperationException($"{name} is not enrolled in this scenario; add: Given {name} is enrolled at the broker");

    /// <summary>The party behind a device, ready: booted where it was not, wiped where another scenario used it.</summary>
    public ValueTask<IParty> PartyAsync(string name) => Bench.GetPartyAsync(name, Cancellation);

    /// <summary>The party behind a device that the scenario has used already, with what it holds.</summary>
    public ValueTask<IParty> SamePartyAsync(string name) => new(Bench.Device(name).Party);

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
        Pair = pair;
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
    public async Task StopBrokerAsync() => await Broker.DisposeAsync();

    /// <summary>Starts it again with the accounts it had, on the port it had.</summary>
    public async Task RestartBrokerAsync()
    {
        var accounts = devices.Values.Select(device => AccountOf(device, device.RightPassword)).ToList();
        broker = await SecureBroker.StartAsync(options! with { Accounts = accounts, Port = brokerPort }, Cancellation);
    }

    /// <summary>Puts the tap between devices and the broker.</summary>
    public async Task StartTapAsync()
    {
        // Towards an address, not an object: a broker that is started again is reached again.
        var rig = Bench.Rig.Broker;
        proxy ??= rig.TapPort == 0
            ? await MqttProxy.StartAsync(Broker.Endpoint, Tap, Cancellation)
            : await MqttProxy.StartAsync(Broker.Endpoint, Tap, new IPEndPoint(rig.Address, rig.TapPort), Cancellation);
    }

    /// <summary>Enrols a device: the broker gets its verifier, the device its password.</summary>
    public DeviceUnderTest Enrol(string name, string? group = null, string? profile = null)
    {
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
        var session = device.Session ?? throw new InvalidOperationException($"{device.Name} is not logged in; add: Given {device.Name} is logged in");
        if (!Broker.SupportsReauthentication)
        {
            throw new InconclusiveException(
                $"re-authentication of {device.Name}", "a broker that serves AUTH 0x19", $"broker kind {Bench.Rig.Broker.Kind}, which does not");
        }

        return EndAsync(device, async () =>
        {
            await session.ReauthenticateAsync(Cancellation);
            return session.Fingerprint;
        });
    }

    private async Task<LoginEnd> EndAsync(DeviceUnderTest device, Func<Task<string>> login)
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
