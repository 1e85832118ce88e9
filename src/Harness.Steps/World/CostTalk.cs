using Harness.Crypto;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;

namespace Harness.Steps.World;

/// <summary>Publisher, broker and subscriber of one scheme without an adversary, so that what each computes can be told apart by phase.</summary>
public sealed class CostTalk : IAsyncDisposable
{
    private readonly ScenarioWorld world;
    private readonly string scheme;
    private readonly Dictionary<string, PartyIdentity> identities = [];
    private readonly Dictionary<string, DeviceSession> sessions = [];
    private readonly List<(string Phase, string Party, OperationTally Tally)> counted = [];
    private readonly Dictionary<string, OperationTally> endOf = [];

    private CostTalk(ScenarioWorld world, ClaimScene scene, IParty publisher, IParty subscriber)
    {
        this.world = world;
        scheme = scene.Scheme;
        (Publisher, Subscriber) = (publisher, subscriber);
        KeyBits = scene.KeyBits ?? world.Bench.Rig.KeyBits;
        foreach (var role in (string[])["publisher", "subscriber"])
        {
            identities[role] = new PartyIdentity(role, world.Bench.Rig.Server, DeviceUnderTest.NewPassword(), scene.Group.Name, "as-published") { Scheme = scheme };
        }
    }

    /// <summary>The topic of every reading.</summary>
    public const string Topic = "lab/level";

    /// <summary>Who publishes.</summary>
    public IParty Publisher { get; }

    /// <summary>Who reads.</summary>
    public IParty Subscriber { get; }

    /// <summary>PRESENT's key size.</summary>
    public int KeyBits { get; }

    /// <summary>The broker.</summary>
    public SecureBroker Broker { get; private set; } = null!;

    /// <summary>What was counted, in order: phase, party, operations.</summary>
    public IReadOnlyList<(string Phase, string Party, OperationTally Tally)> Counted => counted;

    /// <summary>A party's session.</summary>
    public DeviceSession Session(string role) => sessions[role];

    /// <summary>Registers and logs both in, brings them keys or tokens, and counts what each computed.</summary>
    public static async Task<CostTalk> BeginAsync(ScenarioWorld world, ClaimScene scene, IParty publisher, IParty subscriber)
    {
        var talk = world.Own(new CostTalk(world, scene, publisher, subscriber));
        await talk.StartAsync();
        return talk;
    }

    /// <summary>Publishes a reading and lets the subscriber open it; counts it.</summary>
    public async Task ReadingAsync(ReadOnlyMemory<byte> reading)
    {
        OpenedMessage opened = null!;
        await CountAsync("message", [("publisher", Publisher), ("subscriber", Subscriber)], async () =>
        {
            await Session("publisher").PublishSealedAsync(Topic, reading, world.Cancellation);
            opened = await Session("subscriber").ReceiveAndOpenAsync(world.Patience, world.Cancellation);
        }, "broker");
        Check.That(opened.Plaintext.Span.SequenceEqual(reading.Span), "reading at the subscriber", "what was published", $"{opened.Plaintext.Length} other bytes");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var session in sessions.Values)
        {
            await session.DisposeAsync();
        }

        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }
    }

    private async Task StartAsync()
    {
        Broker = await SecureBroker.StartAsync(
            new SecureBrokerOptions
            {
                ServerName = world.Bench.Rig.Server, Scheme = scheme, Pairs = [new KeyPair("publisher", "subscriber", Topic)],
                KeyBits = KeyBits, HandshakeTimeout = world.Patience, StartBroker = world.Bench.StartBroker,
            },
            world.Cancellation);
        foreach (var (role, party) in Parties)
        {
            await CountAsync("registration", [(role, party)], () => RegisterAsync(role, party), null);
        }

        // A wrap that comes between two phases is of one of them: delivery counts on from where the handshakes ended.
        // Both at once: the second login brings the first device its wrap.
        await CountAsync("handshake", Parties, async () =>
        {
            foreach (var (role, party) in Parties)
            {
                await CountAsync("handshake", [], () => LogInAsync(role, party), $"broker with {role}");
            }
        }, null);
        await CountAsync(
            scheme == SchemeNames.MqttAuth ? "token delivery" : "key delivery", Parties, DeliverAsync, "broker", goesOn: true);
        Split();
    }

    private (string Role, IParty Party)[] Parties => [("publisher", Publisher), ("subscriber", Subscriber)];

    /// <summary>The device computes w' and W, as the papers count it; the broker only stores W.</summary>
    private async Task RegisterAsync(string role, IParty party)
    {
        var identity = identities[role];
        await party.ProvisionAsync(identity, world.Cancellation);
        var w = await party.RegisterAsync(world.Cancellation);
        Broker.Accounts.Put(new Account(role, identity.Server, AugPakeGroup.ByName(identity.Group), AugPakeProfile.AsPublished, w.Value));
    }

    private async Task LogInAsync(string role, IParty party) => sessions[role] = await DeviceSession.LoginAsync(
        party,
        new DeviceSessionOptions
        {
            Endpoint = Broker.Endpoint, Identity = identities[role], Provision = false, KeyBits = KeyBits, Connect = world.Bench.ConnectClient, LoginTimeout = world.Patience,
        },
        world.Cancellation);

    private async Task DeliverAsync()
    {
        if (scheme == SchemeNames.MqttAuth)
        {
            await TokenTalk.GrantAsync(Session("publisher"), Topic, [Session("subscriber")], world.Cancellation);
        }

        await Session("subscriber").SubscribeAsync(Topic, world.Cancellation);
        if (scheme == SchemeNames.MqttPresent)
        {
            var key = Broker.TrafficKeyFingerprint("publisher", "subscriber");
            await Session("publisher").WaitForTrafficKeyAsync(world.Patience, key, world.Cancellation);
            await Session("subscriber").WaitForTrafficKeyAsync(world.Patience, key, world.Cancellation);
        }
    }

    private async Task CountAsync(string phase, (string Role, IParty Party)[] parties, Func<Task> run, string? broker, bool goesOn = false)
    {
        var before = new List<OperationTally>();
        foreach (var (role, party) in parties)
        {
            before.Add(goesOn ? endOf[role] : await party.CountsAsync(world.Cancellation));
        }

        var atBroker = goesOn ? endOf["broker"] : Broker.Counts;
        await run();
        for (var i = 0; i < parties.Length; i++)
        {
            // A board's counters begin anew with a provisioning.
            var after = await parties[i].Party.CountsAsync(world.Cancellation);
            endOf[parties[i].Role] = after;
            var since = after - before[i];
            counted.Add((phase, parties[i].Role, since.Hashes < 0 ? after : since));
        }

        if (broker is not null)
        {
            endOf["broker"] = Broker.Counts;
            counted.Add((phase, broker, endOf["broker"] - atBroker));
        }
    }

    /// <summary>Wraps go out while the second login is still ending: no handshake encrypts, so what was encrypted then was delivery.</summary>
    private void Split()
    {
        if (scheme != SchemeNames.MqttPresent)
        {
            return;
        }

        for (var i = 0; i < counted.Count; i++)
        {
            var (phase, party, tally) = counted[i];
            if (phase != "handshake" || tally.Ciphers == 0)
            {
                continue;
            }

            var delivered = new OperationTally(0, 0, tally.Ciphers, 0, tally.CipherBlocks);
            var to = party.StartsWith("broker", StringComparison.Ordinal) ? "broker" : party;
            counted[i] = (phase, party, tally - delivered);
            var at = counted.FindIndex(c => c.Phase == "key delivery" && c.Party == to);
            counted[at] = (counted[at].Phase, to, counted[at].Tally + delivered);
        }
    }
}
