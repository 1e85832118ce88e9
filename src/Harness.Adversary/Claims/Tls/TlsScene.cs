using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Harness.Adversary.Claims.Tls;

/// <summary>A broker of user names and passwords with TLS before it, a publisher and a subscriber with TLS beside them, and the wire of each in the adversary's hands.</summary>
/// <remarks>
/// device → its end of TLS → wire → the broker's end of TLS → tap (what the broker itself sees) → broker. Where devices prove their names by a certificate or a key, the broker's
/// end admits a CONNECT of that name alone, and the password is one that everybody knows.
/// </remarks>
internal sealed class TlsScene : IAsyncDisposable
{
    public const string BrokerName = "broker.test";
    private const string KnownPassword = "known to all";
    private readonly Dictionary<string, byte[]> _keys = [];
    private readonly Dictionary<string, X509Certificate2> _certificates = [];
    private readonly byte[] _adversarysKey = RandomNumberGenerator.GetBytes(16);
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly AttackScene _scene;

    private TlsScene(AttackScene scene, TlsWeakness weakness, SslProtocols protocols)
    {
        (_scene, Weakness, Protocols) = (scene, weakness, protocols);
        Credential = scene.Options.Scheme switch
        {
            SchemeNames.TlsClient => TlsCredential.Certificate,
            SchemeNames.TlsPsk => TlsCredential.Key,
            _ => TlsCredential.Password,
        };
        Testbed = new SchemeTestbed(new TestbedOptions { Scheme = SchemeNames.Password, Timeout = scene.Options.Timeout, Topic = $"plant/{scene.Random.Next():x8}/level", Server = BrokerName });
        foreach (var (role, part) in new[] { (AttackRoles.Publisher, DevicePart.Publisher), (AttackRoles.Subscriber, DevicePart.Subscriber) })
        {
            Testbed.AddHost(role, Identity($"{role}-{scene.Random.Next():x8}"), part);
        }
    }

    public SchemeTestbed Testbed { get; }

    public Tap BrokersView { get; } = new();

    public LabCertificates Certificates { get; } = new();

    public TlsWeakness Weakness { get; }

    public TlsCredential Credential { get; }

    public SslProtocols Protocols { get; }

    /// <summary>The wire between the publisher and the broker's end.</summary>
    public TlsRelay PublisherWire { get; private set; } = null!;

    /// <summary>The wire between the subscriber and the broker's end.</summary>
    public TlsRelay SubscriberWire { get; private set; } = null!;

    /// <summary>The broker's end.</summary>
    public TlsRelay BrokerEnd { get; private set; } = null!;

    /// <summary>Opens one, runs an attack there, and ends it.</summary>
    public static async Task<AttackResult> UseAsync(
        AttackScene scene, TlsWeakness weakness, Func<TlsScene, Task<AttackResult>> attack, CancellationToken cancellationToken, SslProtocols protocols = TlsEnds.Newest)
    {
        var opened = new TlsScene(scene, weakness, protocols);
        await using (opened.ConfigureAwait(false))
        {
            await opened.Testbed.StartAsync(cancellationToken).ConfigureAwait(false);
            await opened.Testbed.OpenTapAsync(opened.BrokersView, cancellationToken).ConfigureAwait(false);
            opened.BrokerEnd = opened.StartBrokerEnd();
            opened.PublisherWire = opened.Own(TlsRelay.Start(opened.BrokerEnd.Endpoint));
            opened.SubscriberWire = opened.Own(TlsRelay.Start(opened.BrokerEnd.Endpoint));
            try
            {
                return await attack(opened).ConfigureAwait(false);
            }
            finally
            {
                scene.Capture = opened.PublisherWire.Capture;
            }
        }
    }

    /// <summary>Logs a device in over TLS towards a place; the wire of its own where none is named.</summary>
    public async Task<LoginResult> TryLogInAsync(TestbedDevice device, CancellationToken cancellationToken, System.Net.IPEndPoint? towards = null)
    {
        var wire = towards ?? (device == Testbed.Publisher ? PublisherWire : SubscriberWire).Endpoint;
        return await TryLogInAsync(device, DeviceEnd(device), wire, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Logs a device in through an end of TLS that is not its own.</summary>
    public async Task<LoginResult> TryLogInAsync(TestbedDevice device, TlsEnd? deviceEnd, System.Net.IPEndPoint towards, CancellationToken cancellationToken)
    {
        var own = Own(TlsRelay.Start(towards, connect: deviceEnd));
        var end = await device.TryLogInAsync(new LoginRequest(Endpoint: own.Endpoint), cancellationToken).ConfigureAwait(false);
        return end.Succeeded || own.Failures.Count == 0 ? end : end with { Seen = $"TLS ended by {own.Failures[^1].GetType().Name}" };
    }

    /// <summary>Logs both in, and lets the subscriber subscribe.</summary>
    /// <exception cref="InconclusiveException">A login failed undisturbed.</exception>
    public async Task LogInAsync(CancellationToken cancellationToken)
    {
        foreach (var device in new[] { Testbed.Subscriber, Testbed.Publisher })
        {
            if (await TryLogInAsync(device, cancellationToken).ConfigureAwait(false) is { Succeeded: false } end)
            {
                throw new InconclusiveException($"undisturbed login of {device.Name}", "to succeed", end.Seen);
            }
        }

        await Testbed.AdmitAsync(Testbed.Subscriber, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The publisher publishes, undisturbed, and the subscriber reads it.</summary>
    /// <exception cref="InconclusiveException">It does not.</exception>
    public async Task<byte[]> DeliverAsync(CancellationToken cancellationToken)
    {
        var reading = PayloadTraffic.Reading(_scene.Random);
        await Testbed.PublishAsync(reading, cancellationToken).ConfigureAwait(false);
        var read = await Testbed.Subscriber.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return read.Any(m => PayloadTraffic.Carries(m, reading)) ? reading : throw new InconclusiveException("honest message", "read by the subscriber", PayloadTraffic.Describe(read));
    }

    /// <summary>Logs a client of the adversary's own in over TLS, with an account that it was given.</summary>
    public async Task<TestbedDevice> InsiderAsync(CancellationToken cancellationToken)
    {
        var insider = Testbed.AddHost("insider", Identity($"insider-{_scene.Random.Next():x8}"));
        return await TryLogInAsync(insider, cancellationToken, BrokerEnd.Endpoint).ConfigureAwait(false) is { Succeeded: true }
            ? insider : throw new InconclusiveException("login of an insider", "to succeed", "refused");
    }

    /// <summary>An end of TLS as the adversary makes one in the broker's name: by a certificate that signs itself, or by a key of its own.</summary>
    public TlsEnd? FalseBrokerEnd() => Weakness == TlsWeakness.NoTls ? null
        : Credential == TlsCredential.Key ? TlsEnds.PskServer(_ => AdversarysKey) : TlsEnds.Server(Certificates.SelfSigned(BrokerName), Protocols);

    /// <summary>An end of TLS as the adversary makes one in a device's name.</summary>
    public TlsEnd? FalseDeviceEnd(string client) => Weakness == TlsWeakness.NoTls ? null
        : Credential == TlsCredential.Key ? TlsEnds.PskClient(client, AdversarysKey) : TlsEnds.TrustingClient(BrokerName, Protocols);

    /// <summary>A device's certificate.</summary>
    public X509Certificate2 CertificateOf(string client) => _certificates.TryGetValue(client, out var own) ? own : _certificates[client] = Certificates.Issue(client);

    /// <summary>A device's key: a word, as people make keys; the lab's one key in the weak setting. Null for a name that is not enrolled.</summary>
    public byte[]? KeyOf(string client) => !_keys.TryGetValue(client, out var own) ? null : Weakness == TlsWeakness.ChecksNothing ? _adversarysKey : own;

    /// <summary>The key that the adversary has; every device's in the weak setting.</summary>
    public byte[] AdversarysKey => _adversarysKey;

    /// <summary>Gives a device another key.</summary>
    public void PutKey(string client, byte[] key) => _keys[client] = key;

    /// <summary>A broker of the adversary's that takes whatever comes, behind an end of TLS of its own.</summary>
    /// <returns>Its place, and the passwords that it was sent.</returns>
    public async Task<(System.Net.IPEndPoint Endpoint, IReadOnlyList<byte[]> Passwords)> RogueAsync(TlsEnd? end, CancellationToken cancellationToken)
    {
        var passwords = new List<byte[]>();
        var broker = Own(await MqttBroker.StartAsync(
            new MqttBrokerOptions
            {
                Passwords = login =>
                {
                    passwords.Add(login.Password.ToArray());
                    return ReasonCode.Success;
                },
            },
            cancellationToken).ConfigureAwait(false));
        return (Own(TlsRelay.Start(broker.Endpoint, Weakness == TlsWeakness.NoTls ? null : end)).Endpoint, passwords);
    }

    public T Own<T>(T thing)
        where T : IAsyncDisposable
    {
        _owned.Add(thing);
        return thing;
    }

    public async ValueTask DisposeAsync()
    {
        await Testbed.Publisher.LogOutAsync().ConfigureAwait(false);
        await Testbed.Subscriber.LogOutAsync().ConfigureAwait(false);
        foreach (var thing in Enumerable.Reverse(_owned))
        {
            await thing.DisposeAsync().ConfigureAwait(false);
        }

        await Testbed.DisposeAsync().ConfigureAwait(false);
        Certificates.Dispose();
    }

    private TlsRelay StartBrokerEnd()
    {
        var end = (Weakness, Credential) switch
        {
            (TlsWeakness.NoTls, _) => null,
            (_, TlsCredential.Key) => TlsEnds.PskServer(KeyOf),
            (_, TlsCredential.Certificate) => TlsEnds.Server(Certificates.Issue(BrokerName), Protocols, Weakness == TlsWeakness.ChecksNothing ? null : Certificates.Authority),
            _ => TlsEnds.Server(Certificates.Issue(BrokerName), Protocols),
        };
        var checksName = end is not null && Credential switch { TlsCredential.Key => true, TlsCredential.Certificate => Weakness != TlsWeakness.ChecksNothing, _ => false };
        return Own(TlsRelay.Start(Testbed.Endpoint, end, admit: checksName ? TlsEnds.IsOwnName : null));
    }

    private TlsEnd? DeviceEnd(TestbedDevice device) => (Weakness, Credential) switch
    {
        (TlsWeakness.NoTls, _) => null,
        (_, TlsCredential.Key) => TlsEnds.PskClient(device.Client, KeyOf(device.Client)!),
        (TlsWeakness.ChecksNothing, _) => TlsEnds.TrustingClient(BrokerName, Protocols),
        (_, TlsCredential.Certificate) => TlsEnds.Client(BrokerName, Certificates.Authority, Protocols, CertificateOf(device.Client)),
        _ => TlsEnds.Client(BrokerName, Certificates.Authority, Protocols),
    };

    private PartyIdentity Identity(string client)
    {
        var word = Dictionary.Draw(_scene.Random);
        PutKey(client, Encoding.UTF8.GetBytes(word));
        return new(client, BrokerName, Credential == TlsCredential.Password ? word : KnownPassword, _scene.Options.Group.Name, Harness.Crypto.AugPake.AugPakeProfile.Rfc6628.Name())
        {
            Scheme = SchemeNames.Password,
        };
    }
}

/// <summary>The thing by which a device proves its name to a broker over TLS.</summary>
internal enum TlsCredential
{
    /// <summary>A password inside.</summary>
    Password,

    /// <summary>A certificate.</summary>
    Certificate,

    /// <summary>A pre-shared key.</summary>
    Key,
}

/// <summary>A piece of TLS that a control leaves out.</summary>
internal enum TlsWeakness
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An end takes any certificate; with pre-shared keys, the lab has one for all, which the adversary has too.</summary>
    ChecksNothing,

    /// <summary>No TLS at all: plain MQTT.</summary>
    NoTls,
}

/// <summary>An attack on MQTT over TLS.</summary>
internal abstract class TlsAttack : StandaloneAttack
{
    protected const string Plain = "the same without TLS";

    /// <summary>The piece that the control leaves out.</summary>
    protected virtual TlsWeakness ControlWeakness => TlsWeakness.NoTls;

    public override Task<AttackResult> RunAsync(AttackScene scene, CancellationToken cancellationToken) =>
        TlsScene.UseAsync(scene, TlsWeakness.None, opened => AttackAsync(opened, cancellationToken), cancellationToken);

    public override Task<AttackResult> RunOnControlAsync(AttackScene scene, CancellationToken cancellationToken) =>
        TlsScene.UseAsync(scene, ControlWeakness, opened => AttackAsync(opened, cancellationToken), cancellationToken);

    protected abstract Task<AttackResult> AttackAsync(TlsScene scene, CancellationToken cancellationToken);

    /// <summary>The attack under the newest version and, where that does not win, under TLS 1.2.</summary>
    protected async Task<AttackResult> UnderBothVersionsAsync(AttackScene scene, CancellationToken cancellationToken)
    {
        var newest = await TlsScene.UseAsync(scene, TlsWeakness.None, opened => AttackAsync(opened, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (newest.Won)
        {
            return newest;
        }

        var older = await TlsScene.UseAsync(scene, TlsWeakness.None, opened => AttackAsync(opened, cancellationToken), cancellationToken, SslProtocols.Tls12).ConfigureAwait(false);
        return older.Won ? older : older with { Evidence = $"{newest.Evidence}; {older.Evidence}" };
    }
}
