using Harness.Crypto.Ecdsa;

namespace Harness.Schemes.Tests.Hardened;

/// <summary>A publisher, its subscribers and a broker's router, whose messages are handed over by the test: every one may be lost, kept or altered.</summary>
internal sealed class PairWorld : IDisposable
{
    public const string Topic = "lab/climate";
    private readonly bool _signed;
    private readonly Dictionary<string, PairChannel> _channels = [];

    public PairWorld(HardenedCipher cipher, int subscribers, bool signed = false)
    {
        (Cipher, _signed) = (cipher, signed);
        Names = [.. Enumerable.Range(1, subscribers).Select(i => $"sub{i}")];
        Router = new PairRouter(cipher, Names.Select(n => ("pub", n)));
        Publisher = MakePublisher();
        foreach (var name in Names)
        {
            Subscribers[name] = MakeSubscriber(name);
        }
    }

    public static byte[] SigningKey { get; } = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    public HardenedCipher Cipher { get; }

    public IReadOnlyList<string> Names { get; }

    public PairRouter Router { get; }

    public HardenedMemory Memory { get; private set; } = Seeded();

    public HardenedPublisher Publisher { get; private set; }

    public Dictionary<string, HardenedSubscriber> Subscribers { get; } = [];

    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Decides whether a body reaches its receiver: sender, receiver, body. Null lets everything pass.</summary>
    public Func<string, string, byte[], bool>? Passes { get; set; }

    public HardenedSubscriber First => Subscribers["sub1"];

    public static HardenedMemory Seeded(uint epoch = 0)
    {
        var memory = new HardenedMemory();
        memory.Provision(0, epoch);
        return memory;
    }

    /// <summary>Logs everybody in and lets the epoch that the pair runs make due begin.</summary>
    public void LogInAll()
    {
        LogInPublisher();
        foreach (var name in Names)
        {
            LogIn(name);
        }

        Elapse(HardenedPublisher.Gathering);
    }

    public void LogInPublisher()
    {
        Connect("pub");
        Send(Publisher.LoggedIn());
    }

    public void LogIn(string name)
    {
        Connect(name);
        Send(name, "pub", Subscribers[name].LoggedIn());
    }

    public void Elapse(TimeSpan time)
    {
        Now += time;
        Send(Publisher.Elapsed(Now));
    }

    public void Send(IEnumerable<PairDelivery> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            Send("pub", delivery.Peer, delivery.Body);
        }
    }

    /// <summary>Carries a body by the broker, and every answer that follows.</summary>
    public void Send(string from, string to, byte[] body)
    {
        if (Passes?.Invoke(from, to, body) == false || Carry(from, to, body) is not { } arrived)
        {
            return;
        }

        if (to == "pub")
        {
            Send(Publisher.Take(from, arrived, Now));
        }
        else if (Subscribers[to].Take(arrived, Now).Reply is { } reply)
        {
            Send(to, "pub", reply);
        }
    }

    /// <summary>The body as the receiver opens it; null where the broker does not carry it.</summary>
    public byte[]? Carry(string from, string to, byte[] body)
    {
        if (Router.Take(from, _channels[from].Seal(to, body), out _) is not { } forward || Router.Seal(forward) is not { } carried)
        {
            return null;
        }

        Assert.That(carried.Topic, Is.EqualTo(_channels[to].Topic));
        Assert.That(_channels[to].Open(carried.Payload, out var peer, out var arrived), Is.EqualTo(HardenedResult.Opened));
        Assert.That(peer, Is.EqualTo(from));
        return arrived;
    }

    /// <summary>Opens a message at a subscriber.</summary>
    public (HardenedResult Result, byte[]? Plaintext) Open(string name, SealedMessage message)
    {
        var result = Subscribers[name].Open(message.WireTopic, message.Payload, out var plaintext);
        return (result, plaintext);
    }

    public void PowerCyclePublisher(HardenedMemory memory)
    {
        Publisher.Dispose();
        Memory = memory;
        Publisher = MakePublisher();
        Router.Disconnected("pub");
    }

    public void PowerCycle(string name)
    {
        Subscribers[name].Dispose();
        Subscribers[name] = MakeSubscriber(name);
        Router.Disconnected(name);
    }

    /// <summary>A new connection of a device, logged in.</summary>
    public void Connect(string name)
    {
        if (name == "pub")
        {
            Publisher.Connecting();
        }

        Authenticate(name);
    }

    /// <summary>A login, or one more on the same connection: the pair topic is another one.</summary>
    public void Authenticate(string name)
    {
        var key = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);
        Router.Established(name, key);
        if (_channels.Remove(name, out var old))
        {
            old.Dispose();
        }

        _channels[name] = new PairChannel(Cipher, key, name, isBroker: false);
    }

    public HardenedSubscriber MakeSubscriber(string name, string? password = null) => new(
        Cipher, name, "pub", Topic, AugPakeGroup.P256,
        Verifier.ComputeScalar(AugPakeGroup.P256, AugPakeProfile.Framed, name, "pub", password ?? Password(name), HardenedPublisher.RunField),
        _signed ? EcdsaP256.PublicKey(SigningKey) : null);

    public void Dispose()
    {
        Publisher.Dispose();
        Router.Dispose();
        foreach (var subscriber in Subscribers.Values)
        {
            subscriber.Dispose();
        }

        foreach (var channel in _channels.Values)
        {
            channel.Dispose();
        }
    }

    private static string Password(string name) => $"pair password of {name}";

    private HardenedPublisher MakePublisher() => new(
        Cipher, "pub", Topic, Memory,
        Names.Select(n => new PairAccount(n, AugPakeGroup.P256, Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.Framed, n, "pub", Password(n), HardenedPublisher.RunField))),
        _signed ? SigningKey : null);
}
