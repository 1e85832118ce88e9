using System.Runtime.ExceptionServices;
using Harness.Sessions.Pseudonyms;

namespace Harness.Adversary.Claims;

/// <summary>A testbed with an adversary: a publisher and a subscriber of one scheme with accounts, whose names and passwords seeded chance draws, and a tap.</summary>
/// <remarks>A failure of an undisturbed exchange is inconclusive here: the attack has nothing to stand on.</remarks>
public sealed class AttackTestbed : SchemeTestbed
{
    private readonly ConcurrentDictionary<string, byte[]> _brokerKeys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wireTopics = new(StringComparer.Ordinal);

    private AttackTestbed(AttackTestbedOptions options, Random random)
        : base(options) => Random = random;

    /// <summary>Its settings.</summary>
    public new AttackTestbedOptions Options => (AttackTestbedOptions)base.Options;

    /// <summary>Decides what chance decides; seeded.</summary>
    public Random Random { get; }

    /// <summary>The adversary at the tap.</summary>
    public Tap Tap { get; } = new();

    /// <summary>The tap in front of the broker: its bytes are <see cref="MqttProxy.Capture"/>.</summary>
    public new MqttProxy Proxy => base.Proxy!;

    /// <summary>Another device that reads, where <see cref="AttackTestbedOptions.WithSecondSubscriber"/> asked for it.</summary>
    public TestbedDevice SecondSubscriber => Device(AttackRoles.SecondSubscriber);

    /// <summary>Opens a testbed: broker and tap run, the devices have accounts and parties, nobody is logged in.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<AttackTestbed> OpenAsync(AttackTestbedOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var random = new Random(options.Seed);
        var testbed = new AttackTestbed(options.ForScheme() with { Topic = $"plant/{random.Next():x8}/level" }, random);
        try
        {
            foreach (var role in (IEnumerable<string>)[AttackRoles.Publisher, AttackRoles.Subscriber, .. options.WithSecondSubscriber ? [AttackRoles.SecondSubscriber] : Array.Empty<string>()])
            {
                await testbed.AddAsync(role, cancellationToken).ConfigureAwait(false);
            }

            await testbed.StartAsync(cancellationToken).ConfigureAwait(false);
            await testbed.OpenTapAsync(testbed.Tap, cancellationToken).ConfigureAwait(false);
            return testbed;
        }
        catch
        {
            await testbed.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The topic on the wire of the publisher's messages: <see cref="SchemeTestbed.Topic"/> but under hardened, where it is another one in each epoch.</summary>
    public string WireTopic
    {
        get
        {
            var topic = Scheme == SchemeNames.Hardened && Publisher.Party.Pairs?.Status.WireTopic is { } wire ? wire : Topic;
            lock (_wireTopics)
            {
                _wireTopics.Add(topic);
            }

            return topic;
        }
    }

    /// <summary>True for a topic on the wire that is, or was, the publisher's.</summary>
    public bool IsWireTopic(string topic)
    {
        _ = WireTopic;
        lock (_wireTopics)
        {
            return _wireTopics.Contains(topic);
        }
    }

    /// <inheritdoc/>
    public override async Task WaitForKeysAsync(CancellationToken cancellationToken)
    {
        await base.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
        _ = WireTopic;
    }

    /// <summary>Reads what the subscriber has got by now and not read yet (<see cref="TestbedDevice.ReadAllAsync"/>).</summary>
    public Task<IReadOnlyList<ReadMessage>> ReadAllAsync(CancellationToken cancellationToken) => Subscriber.ReadAllAsync(cancellationToken);

    /// <summary>Gives the adversary an account and logs it in beside the tap, SK in its hands.</summary>
    /// <param name="client">ClientId; an account is made for it where there is none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<RogueClient> RogueAsync(string client, CancellationToken cancellationToken) => RogueAsync(client, null, cancellationToken);

    /// <summary>Logs a client of the adversary's in, beside the tap, with a password it has.</summary>
    /// <param name="client">ClientId.</param>
    /// <param name="password">The password; null makes a new account with one of its own.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MqttRefusedException">The broker refused.</exception>
    public async Task<RogueClient> RogueAsync(string client, string? password, CancellationToken cancellationToken)
    {
        if (password is null)
        {
            password = Dictionary.Draw(Random);
            if (SchemeNames.WithoutKey.Contains(Scheme))
            {
                Broker.ScramAccounts.Put(Enrolment.CreateScram(client, Options.Server, password));
            }
            else
            {
                Broker.Accounts.Put(Enrolment.Create(client, Options.Server, Options.Group, Options.Profile, password));
            }
        }

        string? pseudonym = null;
        if (Scheme == SchemeNames.Hardened)
        {
            var secret = RandomNumberGenerator.GetBytes(HardenedKeys.PseudonymSecretSize);
            Broker.AddPseudonyms(new PseudonymAccount(client, secret), []);
            pseudonym = HardenedKeys.Pseudonym(secret, 0);
        }

        return Own(await RogueClient.LoginAsync(this, client, password, pseudonym, Broker.Endpoint, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Logs a device in whose owner is the adversary, in its place and beside the tap, with all that it was told (hardened).</summary>
    public async Task<RogueClient> RogueAsync(TestbedDevice device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(device);
        await device.LogOutAsync().ConfigureAwait(false);
        return Own(await RogueClient.LoginAsync(this, device.Client, device.Identity.Password, TakePseudonym(device), Broker.Endpoint, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Adds an honest device in this process, with an account and no part in what the others talk about.</summary>
    /// <param name="role">Its name in evidence.</param>
    /// <param name="client">C.</param>
    public TestbedDevice AddBystander(string role, string client) => AddHost(role, NewIdentity(client));

    /// <summary>The authorization token of the topic as it lies at the publisher: what leaks is this. Empty where the scheme has none.</summary>
    public async Task<byte[]> LeakTokenAsync(CancellationToken cancellationToken) => Scheme == SchemeNames.MqttAuth
        ? await Publisher.Party.Tokens.GiveAsync(Topic, cancellationToken).ConfigureAwait(false)
        : [];

    /// <summary>SK of a client's latest handshake as the broker has it: what a curious broker, or whoever breaks into it, can use.</summary>
    /// <exception cref="InconclusiveException">The client has not logged in.</exception>
    internal byte[] BrokerKey(string client) => _brokerKeys.TryGetValue(client, out var key)
        ? key
        : throw new InconclusiveException($"session key of {client} at the broker", "one", "none: it has not logged in");

    /// <inheritdoc/>
    protected internal override async Task UndisturbedAsync(string what, Func<Task> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SessionException or PartyRefusedException or CheckFailedException)
        {
            throw new InconclusiveException(what, "to succeed undisturbed", e.Message, inner: e);
        }
    }

    /// <inheritdoc/>
    protected internal override LoginResult LoginEnded(TestbedDevice device, LoginResult result)
    {
        ArgumentNullException.ThrowIfNull(device);
        var ended = base.LoginEnded(device, result);
        switch (ended.Status)
        {
            case LoginStatus.RigBroken:
                ExceptionDispatchInfo.Throw(ended.Error!);
                return ended;
            case LoginStatus.TimedOut:
                throw new InconclusiveException($"login of {device.Name}", "an end, good or bad", ended.Error!.Message, inner: ended.Error);
            default:
                return ended with { Seen = $"login of {device.Name}: {ended.Seen}{(ended.Fingerprint is { Length: > 0 } key ? $" with SK {key}" : "")}" };
        }
    }

    /// <inheritdoc/>
    protected override SecureBrokerOptions BrokerOptions() => base.BrokerOptions() with { KeyProfiles = [Options.Profile] };

    /// <inheritdoc/>
    protected override void BrokerStarted(SecureBroker broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        broker.KeyEstablished += (client, key) => _brokerKeys[client] = key.Bytes.ToArray();
    }

    /// <inheritdoc/>
    protected override void WipeSecrets()
    {
        foreach (var key in _brokerKeys.Values)
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private async Task AddAsync(string role, CancellationToken cancellationToken)
    {
        var external = Options.ExternalDevice?.Invoke(role);
        var identity = NewIdentity(Options.ClientOf?.Invoke(role) ?? external?.Client ?? $"{role.Replace(' ', '-')}-{Random.Next():x8}");
        var part = role == AttackRoles.Publisher ? DevicePart.Publisher : DevicePart.Subscriber;
        if (external is not null)
        {
            Add(new ExternalTestbedDevice(this, role, identity, external) { Part = part });
            return;
        }

        var party = Options.Party is { } make ? await make(role, cancellationToken).ConfigureAwait(false) : new HostParty(role);
        Add(new TestbedDevice(this, role, identity, party)
        {
            Part = part, OwnsParty = Options.Party is null, Provisioning = Scheme is SchemeNames.MqttAuth or SchemeNames.Hardened ? Provisioning.OncePerIdentity : Provisioning.Always,
        });
    }

    private PartyIdentity NewIdentity(string client) =>
        new(client, Options.Server, Dictionary.Draw(Random), Options.Group.Name, Options.Profile.Name()) { Scheme = Scheme };
}
