using System.Security.Authentication;

namespace Harness.Adversary.Claims.Tls;

/// <summary>A broker of user names and passwords with TLS before it, a publisher and a subscriber with TLS beside them, and the wire of each in the adversary's hands.</summary>
/// <remarks>device → its end of TLS → wire → the broker's end of TLS → tap (what the broker itself sees) → broker.</remarks>
internal sealed class TlsScene : IAsyncDisposable
{
    public const string BrokerName = "broker.test";
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly AttackScene _scene;

    private TlsScene(AttackScene scene, TlsWeakness weakness, SslProtocols protocols)
    {
        (_scene, Weakness, Protocols) = (scene, weakness, protocols);
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
            opened.BrokerEnd = opened.Own(TlsRelay.Start(
                opened.Testbed.Endpoint, weakness == TlsWeakness.NoTls ? null : TlsEnds.Server(opened.Certificates.Issue(BrokerName), protocols)));
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
        var own = Own(TlsRelay.Start(wire, connect: Weakness switch
        {
            TlsWeakness.NoTls => null,
            TlsWeakness.ChecksNothing => TlsEnds.TrustingClient(BrokerName, Protocols),
            _ => TlsEnds.Client(BrokerName, Certificates.Authority, Protocols),
        }));
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

    /// <summary>A broker of the adversary's that takes whatever comes, behind an end of TLS of its own.</summary>
    /// <returns>Its place, and the passwords that it was sent.</returns>
    public async Task<(System.Net.IPEndPoint Endpoint, IReadOnlyList<byte[]> Passwords)> RogueAsync(TlsEnd end, CancellationToken cancellationToken)
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

    private PartyIdentity Identity(string client) =>
        new(client, BrokerName, Dictionary.Draw(_scene.Random), _scene.Options.Group.Name, Harness.Crypto.AugPake.AugPakeProfile.Rfc6628.Name()) { Scheme = SchemeNames.Password };
}

/// <summary>A piece of TLS that a control leaves out.</summary>
internal enum TlsWeakness
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The device takes any certificate.</summary>
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
}
