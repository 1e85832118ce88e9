namespace Harness.Adversary.Claims.Bearer;

/// <summary>A broker that judges user name and password, a tap in front of it, a device with a right, and a subscriber behind the tap.</summary>
public sealed class BearerLab : IAsyncDisposable
{
    /// <summary>The clock's tolerance of niruntasukrat-2016 here, and the lifetime of a JSON web token. The deployed values are not public.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private const string Watcher = "watcher";
    private BrokerWithTap _broker = null!;
    private readonly TimeSpan _timeout;

    private BearerLab(IBearer bearer, LabClock clock, TimeSpan timeout) => (Bearer, Clock, _timeout) = (bearer, clock, timeout);

    /// <summary>The device's login and the broker's judgement.</summary>
    public IBearer Bearer { get; }

    /// <summary>The clock of both.</summary>
    public LabClock Clock { get; }

    /// <summary>The adversary at the tap.</summary>
    public Tap Tap { get; } = new();

    /// <summary>The bytes at the tap.</summary>
    public IReadOnlyList<CapturedBytes> Capture => _broker.Proxy.Capture;

    /// <summary>The broker's own address, beside the tap.</summary>
    public IPEndPoint Broker => _broker.Broker.Endpoint;

    /// <summary>Puts a link with faults at the tap.</summary>
    public void SetLink(LinkConditions conditions) => _broker.Proxy.SetLink(conditions);

    /// <summary>Makes the device and the judgement of a scheme.</summary>
    /// <param name="scheme">One of <see cref="SchemeNames.Niruntasukrat2016"/> and <see cref="SchemeNames.Jwt"/>.</param>
    /// <param name="clock">The clock of both.</param>
    public static IBearer Bearing(string scheme, LabClock clock) => scheme == SchemeNames.Jwt ? new JwtBearer(clock, Lifetime) : new OAuthBearer(clock, Lifetime, keepsRevoked: false);

    /// <summary>Tries a login beside the tap.</summary>
    /// <returns>The reason in CONNACK.</returns>
    public async Task<ReasonCode> TryAsync(ConnectFields fields, CancellationToken cancellationToken)
    {
        try
        {
            var client = await ConnectAsync(fields, Broker, cancellationToken).ConfigureAwait(false);
            await client.DisposeAsync().ConfigureAwait(false);
            return ReasonCode.Success;
        }
        catch (MqttRefusedException e)
        {
            return e.Reason;
        }
    }

    /// <summary>Starts broker and tap.</summary>
    /// <param name="bearer">Makes the scheme from the clock.</param>
    /// <param name="timeout">Longest time of an exchange.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<BearerLab> OpenAsync(Func<LabClock, IBearer> bearer, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var clock = new LabClock();
        var lab = new BearerLab(bearer(clock), clock, timeout);
        lab._broker = await BrokerWithTap.StartAsync(
            new MqttBrokerOptions { Passwords = login => login.ClientId == Watcher || lab.Bearer.Accepts(login) ? ReasonCode.Success : ReasonCode.BadUserNameOrPassword },
            lab.Tap, cancellationToken).ConfigureAwait(false);
        return lab;
    }

    /// <summary>Connects with given fields through the tap.</summary>
    /// <exception cref="MqttRefusedException">The broker refused them.</exception>
    public Task<MqttClient> ConnectAsync(ConnectFields fields, CancellationToken cancellationToken) => ConnectAsync(fields, _broker.Proxy.Endpoint, cancellationToken);

    /// <summary>Connects with given fields.</summary>
    /// <exception cref="MqttRefusedException">The broker refused them.</exception>
    public Task<MqttClient> ConnectAsync(ConnectFields fields, IPEndPoint broker, CancellationToken cancellationToken) => MqttClient.ConnectAsync(
        new MqttClientOptions { Host = broker.Address.ToString(), Port = broker.Port, ClientId = fields.ClientId, UserName = fields.UserName, Password = fields.Password, Timeout = _timeout }, cancellationToken);

    /// <summary>A subscriber beside the tap, who sees what the broker passes on.</summary>
    public async Task<MqttClient> WatchAsync(string topic, CancellationToken cancellationToken)
    {
        var watcher = await ConnectAsync(new ConnectFields(Watcher, Watcher, []), Broker, cancellationToken).ConfigureAwait(false);
        await watcher.SubscribeAsync(topic, cancellationToken: cancellationToken).ConfigureAwait(false);
        return watcher;
    }

    /// <summary>The fields of the CONNECT that came by last.</summary>
    public ConnectFields Captured() => Tap.Seen.Select(p => p.Packet).OfType<ConnectPacket>().LastOrDefault() is { } connect
        ? new ConnectFields(connect.ClientId, connect.UserName, connect.Password is { } password ? [.. password] : [])
        : throw new InconclusiveException("CONNECT at the tap", "one to copy", "none");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _broker.DisposeAsync();
}
