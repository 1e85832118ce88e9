using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace Harness.Sessions.Testbed;

/// <summary>One system under test: a broker with the accounts of its devices, a tap in front of it where one is asked for, and the devices' logins.</summary>
/// <remarks>
/// Devices are added as parties, or as a way to get one; the testbed knows no bench. Order of use: add devices, <see cref="StartAsync"/>, perhaps
/// <see cref="OpenTapAsync"/>, log in; devices may be added later as well. Disposal ends everything in reverse and reports what broke unseen.
/// </remarks>
public partial class SchemeTestbed : IAsyncDisposable
{
    private readonly List<TestbedDevice> _devices = [];
    private readonly List<IAsyncDisposable> _owned = [];
    private const int MostLosses = 3; // that a message names; the record has all
    private readonly BrokerLosses _losses = new();
    private readonly HashSet<Exception> _reported = new(ReferenceEqualityComparer.Instance);
    private SecureBroker? _broker;
    private SecureBrokerOptions? _brokerOptions;
    private int _port;
    private long _toldLosses;
    private int _disposed;

    /// <summary>A testbed of which nothing runs yet.</summary>
    public SchemeTestbed(TestbedOptions options) => Options = options;

    /// <summary>A bound of the broker, or of one before it, had a consequence. May be called under a session's lock: return soon, call nothing of the broker.</summary>
    public event Action<BrokerLimitReached>? LimitReached;

    /// <summary>Its settings.</summary>
    public TestbedOptions Options { get; }

    /// <summary>The scheme that broker and devices run.</summary>
    public string Scheme => Options.Scheme;

    private bool IsKeyless => SchemeNames.WithoutKey.Contains(Scheme);

    /// <summary>The topic on which the publisher talks to its subscribers.</summary>
    public string Topic => Options.Topic;

    /// <summary>The broker.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public SecureBroker Broker => _broker ?? throw new InvalidOperationException("the testbed has no broker; call StartAsync first");

    /// <summary>The tap in front of the broker; null where there is none.</summary>
    public MqttProxy? Proxy { get; private set; }

    /// <summary>The place where devices log in: the tap where there is one, else the broker.</summary>
    public IPEndPoint Endpoint => Proxy?.Endpoint ?? Broker.Endpoint;

    /// <summary>The devices, in the order in which they were added.</summary>
    public IReadOnlyList<TestbedDevice> Devices => _devices;

    /// <summary>The device that publishes on <see cref="Topic"/>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TestbedDevice Publisher => _devices.Find(d => d.Part == DevicePart.Publisher) ?? throw new InvalidOperationException("no device of the testbed publishes");

    /// <summary>The devices that subscribe to <see cref="Topic"/>.</summary>
    public IEnumerable<TestbedDevice> Subscribers => _devices.Where(d => d.Part == DevicePart.Subscriber);

    /// <summary>The first device that subscribes to <see cref="Topic"/>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TestbedDevice Subscriber => Subscribers.FirstOrDefault() ?? throw new InvalidOperationException("no device of the testbed subscribes");

    /// <summary>A device by its name.</summary>
    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    public TestbedDevice Device(string name) => Find(name)
        ?? throw new InvalidOperationException($"no device {name} in the testbed; there are: {string.Join(", ", _devices.Select(d => d.Name))}");

    /// <summary>A device by its name; null where there is none.</summary>
    public TestbedDevice? Find(string name) => _devices.Find(d => d.Name == name);

    /// <summary>Adds a device; its account goes to the broker, now or when that starts. One of the same name is replaced, and ends with the testbed.</summary>
    public TDevice Add<TDevice>(TDevice device)
        where TDevice : TestbedDevice
    {
        ArgumentNullException.ThrowIfNull(device);
        if (Find(device.Name) is { } before)
        {
            _devices.Remove(before);
            Own(before);
        }

        _devices.Add(device);
        ReplaceAccount(device);
        return device;
    }

    /// <summary>Makes the account of a device anew, where the broker runs.</summary>
    /// <param name="device">A device of this testbed.</param>
    /// <param name="password">Its password at the broker; null for the one it was enrolled with.</param>
    public void ReplaceAccount(TestbedDevice device, string? password = null)
    {
        if (IsKeyless)
        {
            _broker?.ScramAccounts.Put(ScramAccountOf(device, password));
        }
        else
        {
            _broker?.Accounts.Put(AccountOf(device, password));
        }
    }

    /// <summary>Removes the account of a device.</summary>
    public void RemoveAccount(TestbedDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (IsKeyless)
        {
            Broker.ScramAccounts.Remove(device.Client);
        }
        else
        {
            Broker.Accounts.Remove(device.Client, device.Method);
        }
    }

    /// <summary>Adds a device of which the caller keeps the party.</summary>
    public TestbedDevice Add(string name, PartyIdentity identity, IParty party, DevicePart part = DevicePart.Bystander) =>
        Add(new TestbedDevice(this, name, identity, party) { Part = part });

    /// <summary>Adds a device in this process, which ends with the testbed.</summary>
    public TestbedDevice AddHost(string name, PartyIdentity identity, DevicePart part = DevicePart.Bystander) =>
        Add(new TestbedDevice(this, name, identity, new HostParty(name)) { Part = part, OwnsParty = true });

    /// <summary>Starts the broker with an account of each device.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var options = BrokerOptions();
        _brokerOptions = Options.Configure?.Invoke(options) ?? options;
        _broker = await StartBrokerAsync(_brokerOptions, cancellationToken).ConfigureAwait(false);
        _port = _broker.Endpoint.Port;
    }

    /// <summary>Ends the broker as if its power was cut.</summary>
    public async Task StopBrokerAsync() => await Broker.DisposeAsync().ConfigureAwait(false);

    /// <summary>Starts the broker again on its port, with the accounts that the devices were enrolled with; every session is gone.</summary>
    public async Task RestartBrokerAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<PseudonymAccount> pseudonyms = Scheme == SchemeNames.Hardened ? [.. _devices.Select(PseudonymsOf)] : [];
        await StopBrokerAsync().ConfigureAwait(false);
        _broker = await StartBrokerAsync(_brokerOptions! with { Accounts = Accounts(), ScramAccounts = ScramAccounts(), Pseudonyms = pseudonyms, Port = _port }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a tap in front of the broker; one that is there ends. It reaches a broker that was started again, too.</summary>
    /// <param name="policy">The adversary at the tap; null forwards everything.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="listen">The place where it listens; null for an ephemeral loopback port.</param>
    public async Task OpenTapAsync(IProxyPolicy? policy, CancellationToken cancellationToken, IPEndPoint? listen = null)
    {
        await CloseTapAsync().ConfigureAwait(false);
        Proxy = listen is null
            ? await MqttProxy.StartAsync(Broker.Endpoint, policy, cancellationToken).ConfigureAwait(false)
            : await MqttProxy.StartAsync(Broker.Endpoint, policy, listen, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the tap away; its connections end.</summary>
    public async Task CloseTapAsync()
    {
        if (Proxy is { } proxy)
        {
            Proxy = null;
            await proxy.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Hands over something that must end with the testbed, before its devices.</summary>
    public T Own<T>(T opened)
        where T : IAsyncDisposable
    {
        _owned.Add(opened);
        return opened;
    }

    /// <summary>The options of a session with this broker.</summary>
    /// <param name="identity">Names, password, group, profile and scheme.</param>
    /// <param name="request">Differences from the default login; null for none.</param>
    /// <exception cref="InconclusiveException">The broker stands alone, and the login does not go over topics.</exception>
    public DeviceSessionOptions SessionOptions(PartyIdentity identity, LoginRequest? request = null) => Broker.StandsAlone && Options.Binding != LoginBinding.Topics ? throw SecureBroker.NoEnhancedAuthentication() : new()
    {
        Endpoint = request?.Endpoint ?? Endpoint,
        Identity = identity,
        Binding = Options.Binding,
        KeyTopicFirst = Broker.StandsAlone,
        User = Broker.ClientLogin,
        KeyBits = Options.KeyBits,
        LoginTimeout = request?.Timeout ?? Options.Timeout,
        TimeProvider = Options.TimeProvider,
    };

    /// <summary>Throws where code of the harness threw around broker or tap: then whatever was seen here proves nothing.</summary>
    /// <exception cref="RigErrorException">It did, and nobody was told yet.</exception>
    public void ThrowIfFaulted()
    {
        if (_broker?.Faults.FirstOrDefault(f => _reported.Add(f.Exception)) is { } fault)
        {
            throw new RigErrorException("broker of the testbed", "no error of its own", $"{fault.Where}: {fault.Exception.GetType().Name}: {ForeignText.Escape(fault.Exception.Message, ForeignText.MessageLength)}", inner: fault.Exception);
        }

        // A reading that the broker dropped is missing at the subscriber whatever the device did.
        var lost = _losses.Messages;
        var messages = lost.Sum(loss => loss.Messages);
        if (messages > _toldLosses)
        {
            _toldLosses = messages;
            throw new RigErrorException("broker of the testbed", "every message passed on", $"it {(lost.All(l => l.Limit == BrokerLimit.Delayed) ? "delayed" : "dropped")} {string.Join("; ", lost.Take(MostLosses))}");
        }

        if (TapFault() is { } thrown)
        {
            throw new RigErrorException("tap of the testbed", "no error of its own", $"{thrown.GetType().Name}: {ForeignText.Escape(thrown.Message, ForeignText.MessageLength)}", inner: thrown);
        }
    }

    /// <summary>Ends, in this order, what was handed over (last first), devices, tap and broker, each whatever became of the others.</summary>
    /// <exception cref="RigErrorException">Code of the harness threw around broker or tap, and nobody was told yet.</exception>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        GC.SuppressFinalize(this);
        Exception? first = null;
        foreach (var thing in (IEnumerable<IAsyncDisposable?>)[.. Enumerable.Reverse(_owned), .. _devices, Proxy, _broker])
        {
            try
            {
                await (thing?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // A part that fails to end must not keep the rest open.
                first ??= e;
            }
        }

        WipeSecrets();
        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        ThrowIfFaulted();
    }

    /// <summary>The account of a device as it was enrolled.</summary>
    private static Account AccountOf(TestbedDevice device, string? password = null)
    {
        var (client, server) = (device.Identity.Client, device.Identity.Server);
        return Enrolment.Create(client, server, device.Group, device.Profile, password ?? device.EnrolledPassword);
    }

    private static ScramAccount ScramAccountOf(TestbedDevice device, string? password = null) =>
        Enrolment.CreateScram(device.Identity.Client, device.Identity.Server, password ?? device.EnrolledPassword);

    private Account[] Accounts() => IsKeyless ? [] : [.. _devices.Select(d => AccountOf(d))];

    private ScramAccount[] ScramAccounts() => IsKeyless ? [.. _devices.Select(d => ScramAccountOf(d))] : [];

    /// <summary>Wipes what a testbed of another kind holds; everything has ended by then.</summary>
    protected virtual void WipeSecrets()
    {
    }

    /// <summary>Tells a testbed of another kind that its broker runs, before any client can be there.</summary>
    protected virtual void BrokerStarted(SecureBroker broker)
    {
    }

    /// <summary>The options of the broker, before <see cref="TestbedOptions.Configure"/> has the last word.</summary>
    protected virtual SecureBrokerOptions BrokerOptions()
    {
        var publisher = _devices.Find(d => d.Part == DevicePart.Publisher);
        var options = new SecureBrokerOptions
        {
            ServerName = Options.Server,
            Scheme = Scheme,
            Accounts = Accounts(),
            ScramAccounts = ScramAccounts(),
            Pairs = [.. publisher is null ? [] : Subscribers.Select(s => new KeyPair(publisher.Client, s.Client, Topic)), .. Options.MorePairs],
            Pseudonyms = Scheme == SchemeNames.Hardened ? [.. _devices.Select(PseudonymsOf)] : [],
            PairCipher = Options.PairCipher,
            KeyBits = Options.KeyBits,
            AllowAnonymous = Options.Binding == LoginBinding.Topics,
            Address = Options.Address,
            Port = Options.Port,
            HandshakeTimeout = Options.Timeout,
            TimeProvider = Options.TimeProvider,
        };
        return Options.StartBroker is { } start ? options with { StartBroker = start } : options;
    }

    /// <summary>The end of a login as a testbed of another kind tells it.</summary>
    /// <remarks>Code of the harness that threw in the tap ended the connection: what the login saw of that is no verdict on the device.</remarks>
    protected internal virtual LoginResult LoginEnded(TestbedDevice device, LoginResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Status != LoginStatus.RigBroken && TapFault() is { } thrown)
        {
            ExceptionDispatchInfo.Throw(thrown);
        }

        return result;
    }

    private async Task<SecureBroker> StartBrokerAsync(SecureBrokerOptions options, CancellationToken cancellationToken)
    {
        var broker = await SecureBroker.StartAsync(options, cancellationToken).ConfigureAwait(false);
        broker.LimitReached += reached =>
        {
            _losses.Add(reached); // of every broker: what one lost before it was started again is lost all the same
            LimitReached?.Invoke(reached);
        };
        BrokerStarted(broker);
        return broker;
    }

    // A connection that an end closed is nothing that broke.
    private Exception? TapFault() => Proxy?.Faults.FirstOrDefault(f => f is not (MqttException or SocketException) && _reported.Add(f));
}
