using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;

namespace Harness.Adversary.Claims;

/// <summary>Where attacks take place: a broker, a tap in front of it, and a publisher and a subscriber of one scheme with accounts.</summary>
/// <remarks>It knows no bench: parties come from <see cref="GroundOptions.Party"/>. Everything it opened ends with it.</remarks>
public sealed partial class Ground : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly Dictionary<string, GroundDevice> _devices = [];
    private readonly ConcurrentDictionary<string, byte[]> _brokerKeys = new(StringComparer.Ordinal);
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

    /// <summary>Every device of the ground.</summary>
    public IReadOnlyCollection<GroundDevice> Devices => _devices.Values;

    /// <summary>Logs all devices in through the tap, subscribers first and subscribed, and waits until each holds what its scheme needs to talk.</summary>
    /// <exception cref="InconclusiveException">Undisturbed devices did not get there: no attack has a ground to stand on.</exception>
    public async Task LogInAsync(CancellationToken cancellationToken)
    {
        // Who reads has its key before who writes; but a reader's token comes from the publisher.
        IReadOnlyList<GroundDevice> order = Scheme == SchemeNames.MqttAuth ? [Publisher, .. Readers] : [.. Readers, Publisher];
        foreach (var device in order)
        {
            await device.LogInAsync(cancellationToken).ConfigureAwait(false);
            await AdmitAsync(device, cancellationToken).ConfigureAwait(false);
        }

        await WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does for a logged-in device what its scheme asks before it may talk: a reader subscribes; under mqtt-auth each shows its token first, which
    /// the publisher creates and hands to readers.</summary>
    /// <exception cref="InconclusiveException">An undisturbed device was not admitted.</exception>
    public async Task AdmitAsync(GroundDevice device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (Scheme == SchemeNames.MqttAuth)
        {
            await GroundTokens.ShowAsync(this, device, cancellationToken).ConfigureAwait(false);
        }

        if (device.Role != GroundRoles.Publisher)
        {
            await Required($"subscription of the {device.Role}", () => device.Required.SubscribeAsync(Topic, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>SK of a client's latest handshake as the broker has it: what a curious broker, or whoever breaks into it, can use.</summary>
    /// <exception cref="InconclusiveException">The client has not logged in.</exception>
    internal byte[] BrokerKey(string client) => _brokerKeys.TryGetValue(client, out var key)
        ? key
        : throw new InconclusiveException($"session key of {client} at the broker", "one", "none: it has not logged in");

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
        IReadOnlySet<string?> publishers = Readers.Select(r => Broker.TrafficKeyFingerprint(Publisher.Client, r.Client)).ToHashSet();
        await Required("traffic key", async () =>
        {
            await Publisher.WaitForKeyAsync(publishers, cancellationToken).ConfigureAwait(false);
            await Subscriber.Required.WaitForTrafficKeyAsync(Options.Patience, current, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>The publisher seals and publishes on <see cref="Topic"/>; returns once the broker acknowledged it.</summary>
    /// <returns>The bytes it put on the wire.</returns>
    /// <exception cref="InconclusiveException">An undisturbed publication did not go through.</exception>
    public async Task<byte[]> PublishAsync(ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        return await Publisher.PublishAsync(Topic, plaintext, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Another honest device in this process, with an account and no part in what the others talk about.</summary>
    /// <param name="role">What it is called in evidence.</param>
    /// <param name="client">C.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<GroundDevice> AddDeviceAsync(string role, string client, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var device = new GroundDevice(this, role, NewIdentity(client), new HostParty(role), ownsParty: true);
        Broker.Accounts.Put(AccountOf(device));
        return new(Own(device));
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

        if (Broker.Limits.Messages.FirstOrDefault() is { } lost)
        {
            // A reading that the broker dropped is missing at the subscriber whatever the device did.
            throw new RigErrorException("broker of the ground", "every message passed on", $"it dropped {lost}");
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

        foreach (var key in _brokerKeys.Values)
        {
            CryptographicOperations.ZeroMemory(key);
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
        await Broker.PublishAsync(MarkTopic(client), mark, client, cancellationToken).ConfigureAwait(false);
        return mark;
    }

    // Under the client's own topics, where no scheme seals and none asks for a grant.
    internal static string MarkTopic(string client) => PrivateTopics.Key(client) + "/mark";

    private IEnumerable<GroundDevice> Readers => _devices.Values.Where(d => d.Role != GroundRoles.Publisher);

    internal static async Task Required(string what, Func<Task> honest)
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
