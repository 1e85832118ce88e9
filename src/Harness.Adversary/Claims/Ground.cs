using System.Net;
using System.Security.Cryptography;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;

namespace Harness.Adversary.Claims;

/// <summary>Where attacks take place: a broker, a tap in front of it, and a publisher and a subscriber of one scheme with accounts.</summary>
/// <remarks>It knows no bench: parties come from <see cref="GroundOptions.Party"/>. Everything it opened ends with it.</remarks>
public sealed class Ground : IAsyncDisposable
{
    internal const string MarkTopic = "ground/mark";

    private readonly List<IAsyncDisposable> _owned = [];
    private readonly Dictionary<string, GroundDevice> _devices = [];
    private int _disposed;

    private Ground(GroundOptions options)
    {
        Options = options;
        Random = new Random(options.Seed);
        Topic = $"plant/{Random.Next():x8}/level";
    }

    /// <summary>What it is made of.</summary>
    public GroundOptions Options { get; }

    /// <summary>The scheme everybody runs.</summary>
    public string Scheme => Options.Scheme;

    /// <summary>Decides what chance decides; seeded.</summary>
    public Random Random { get; }

    /// <summary>The topic that publisher and subscriber talk on.</summary>
    public string Topic { get; }

    /// <summary>The broker.</summary>
    public SecureBroker Broker { get; private set; } = null!;

    /// <summary>The tap in front of the broker: its bytes are <see cref="MqttProxy.Capture"/>.</summary>
    public MqttProxy Proxy { get; private set; } = null!;

    /// <summary>The adversary at the tap.</summary>
    public Tap Tap { get; } = new();

    /// <summary>Who publishes.</summary>
    public GroundDevice Publisher => Device(GroundRoles.Publisher);

    /// <summary>Who reads.</summary>
    public GroundDevice Subscriber => Device(GroundRoles.Subscriber);

    /// <summary>Another who reads, where <see cref="GroundOptions.WithSecondSubscriber"/> asked for it.</summary>
    public GroundDevice SecondSubscriber => Device(GroundRoles.SecondSubscriber);

    /// <summary>Opens a ground: broker and tap run, the devices have accounts and parties, nobody is logged in.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Ground> OpenAsync(GroundOptions options, CancellationToken cancellationToken)
    {
        var ground = new Ground(options);
        try
        {
            await ground.StartAsync(cancellationToken).ConfigureAwait(false);
            return ground;
        }
        catch
        {
            await ground.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Logs all devices in through the tap, subscribers first and subscribed, and waits until each holds what its scheme needs to talk.</summary>
    /// <exception cref="InconclusiveException">Undisturbed devices did not get there: no attack has a ground to stand on.</exception>
    public async Task LogInAsync(CancellationToken cancellationToken)
    {
        foreach (var reader in Readers)
        {
            await reader.LogInAsync(cancellationToken).ConfigureAwait(false);
            await Required($"subscription of the {reader.Role}", () => reader.Required.SubscribeAsync(Topic, cancellationToken)).ConfigureAwait(false);
        }

        await Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        await WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until publisher and subscriber hold the broker's current traffic key; in hop schemes there is none to wait for.</summary>
    /// <exception cref="InconclusiveException">It did not come.</exception>
    public async Task WaitForKeysAsync(CancellationToken cancellationToken)
    {
        if (Scheme != SchemeNames.MqttPresent)
        {
            return;
        }

        // With a second subscriber the publisher's key is the one that came last: each reader waits for its own pair's alone.
        var current = Broker.TrafficKeyFingerprint(Publisher.Client, Subscriber.Client);
        var publishers = Readers.Select(r => Broker.TrafficKeyFingerprint(Publisher.Client, r.Client)).ToHashSet();
        await Required("traffic key", async () =>
        {
            await Publisher.Required.WaitForTrafficKeyAsync(k => publishers.Contains(k.Fingerprint), Options.Patience, cancellationToken).ConfigureAwait(false);
            await Subscriber.Required.WaitForTrafficKeyAsync(Options.Patience, current, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>The publisher seals and publishes on <see cref="Topic"/>; returns once the broker acknowledged it.</summary>
    /// <returns>The bytes it put on the wire.</returns>
    /// <exception cref="InconclusiveException">An undisturbed publication did not go through.</exception>
    public async Task<byte[]> PublishAsync(ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        byte[] sent = [];
        await Required("honest publication", async () =>
            sent = (await Publisher.Required.PublishSealedAsync(Topic, plaintext, cancellationToken).ConfigureAwait(false)).ToArray()).ConfigureAwait(false);
        return sent;
    }

    /// <summary>What the subscriber has got by now and not read yet (<see cref="GroundDevice.ReadAllAsync"/>).</summary>
    public Task<IReadOnlyList<ReadMessage>> ReadAllAsync(CancellationToken cancellationToken) => Subscriber.ReadAllAsync(cancellationToken);

    /// <summary>An account for the adversary, logged in beside the tap, SK in its hands.</summary>
    /// <param name="client">ClientId; an account is made for it where there is none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<RogueClient> RogueAsync(string client, CancellationToken cancellationToken) => RogueAsync(client, null, cancellationToken);

    /// <summary>A client of the adversary's that logs in beside the tap with a password it has.</summary>
    /// <param name="client">ClientId.</param>
    /// <param name="password">The password; null makes a new account with one of its own.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MqttRefusedException">The broker refused.</exception>
    public async Task<RogueClient> RogueAsync(string client, string? password, CancellationToken cancellationToken)
    {
        if (password is null)
        {
            password = Dictionary.Draw(Random);
            Broker.Accounts.Put(Enrolment.Create(client, Options.Server, Options.Group, Options.Profile, password));
        }

        return Own(await RogueClient.LoginAsync(this, client, password, Broker.Endpoint, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Hands over something that must end with the ground.</summary>
    public T Own<T>(T opened)
        where T : IAsyncDisposable
    {
        _owned.Add(opened);
        return opened;
    }

    /// <summary>A device by its role.</summary>
    /// <exception cref="InvalidOperationException">There is none of that role.</exception>
    public GroundDevice Device(string role) => _devices.TryGetValue(role, out var device)
        ? device
        : throw new InvalidOperationException($"no {role} on this ground; there are: {string.Join(", ", _devices.Keys)}");

    /// <summary>Whether code of the harness threw around broker or tap: then whatever was seen here proves nothing.</summary>
    /// <exception cref="RigErrorException">It did.</exception>
    public void ThrowIfFaulted()
    {
        if (Broker.Faults.FirstOrDefault() is { } fault)
        {
            throw new RigErrorException("broker of the ground", "no error of its own", $"{fault.Where}: {fault.Exception.GetType().Name}: {fault.Exception.Message}");
        }

        if (Proxy.Faults is [var first, ..])
        {
            throw new RigErrorException("tap of the ground", "no error of its own", $"{first.GetType().Name}: {first.Message}", inner: first);
        }
    }

    /// <summary>Ends rogue clients, devices, tap and broker, in this order.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        foreach (var thing in (IEnumerable<IAsyncDisposable?>)[.. Enumerable.Reverse(_owned), .. _devices.Values, Proxy, Broker])
        {
            if (thing is not null)
            {
                await thing.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    internal DeviceSessionOptions SessionOptions(PartyIdentity identity, IPEndPoint? endpoint)
    {
        var options = new DeviceSessionOptions
        {
            Endpoint = endpoint ?? Proxy.Endpoint,
            Identity = identity,
            Binding = Options.Binding,
            KeyBits = Options.KeyBits,
            LoginTimeout = Options.Patience,
        };
        return Options.ConnectClient is { } connect ? options with { Connect = connect } : options;
    }

    internal async Task<byte[]> SendMarkAsync(string client, CancellationToken cancellationToken)
    {
        var mark = RandomNumberGenerator.GetBytes(16);
        await Broker.PublishAsync(MarkTopic, mark, client, cancellationToken).ConfigureAwait(false);
        return mark;
    }

    private IEnumerable<GroundDevice> Readers => _devices.Values.Where(d => d.Role != GroundRoles.Publisher);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Options.Scheme != SchemeNames.MqttPresent)
        {
            throw new InconclusiveException("ground", "a broker that serves the scheme", $"none for {Options.Scheme}");
        }

        string[] roles = Options.WithSecondSubscriber
            ? [GroundRoles.Publisher, GroundRoles.Subscriber, GroundRoles.SecondSubscriber]
            : [GroundRoles.Publisher, GroundRoles.Subscriber];
        foreach (var role in roles)
        {
            var client = Options.ClientOf?.Invoke(role) ?? $"{role.Replace(' ', '-')}-{Random.Next():x8}";
            var identity = new PartyIdentity(client, Options.Server, Dictionary.Draw(Random), Options.Group.Name, AugProfileName) { Scheme = Scheme };
            var party = Options.Party is { } make ? await make(role, cancellationToken).ConfigureAwait(false) : new HostParty(role);
            _devices[role] = new GroundDevice(this, role, identity, party, Options.Party is null);
        }

        Broker = await SecureBroker.StartAsync(BrokerOptions(), cancellationToken).ConfigureAwait(false);
        Proxy = await MqttProxy.StartAsync(Broker.Endpoint, Tap, cancellationToken).ConfigureAwait(false);
    }

    private string AugProfileName => Crypto.AugPakeProfiles.Name(Options.Profile);

    private SecureBrokerOptions BrokerOptions()
    {
        var options = new SecureBrokerOptions
        {
            ServerName = Options.Server,
            Accounts = [.. _devices.Values.Select(d => Enrolment.Create(d.Client, Options.Server, Options.Group, Options.Profile, d.Identity.Password))],
            Pairs = Scheme == SchemeNames.MqttPresent ? [.. Readers.Select(r => new KeyPair(Publisher.Client, r.Client, Topic)), .. Options.MorePairs] : [],
            KeyBits = Options.KeyBits,
            KeyProfiles = [Options.Profile],
            AllowAnonymous = Options.Binding == LoginBinding.Topics,
            HandshakeTimeout = Options.Patience,
        };
        options = Options.StartBroker is { } start ? options with { StartBroker = start } : options;
        return Options.Configure?.Invoke(options) ?? options;
    }

    private static async Task Required(string what, Func<Task> honest)
    {
        try
        {
            await honest().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SessionException or PartyRefusedException)
        {
            throw new InconclusiveException(what, "to succeed undisturbed", e.Message, inner: e);
        }
    }
}
