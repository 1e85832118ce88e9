namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>A toy AugPAKE with a weakness: device, tap and broker in this process, on the real MQTT.</summary>
internal sealed class WeakenedHandshakeTarget : HandshakeTarget, IAsyncDisposable
{
    private readonly AttackTestbedOptions _options;
    private readonly WeakenedAuthenticator _authenticator;
    private readonly Weakness _weakness;
    private readonly string _password;
    private BrokerWithTap _running = null!;

    private WeakenedHandshakeTarget(AttackTestbedOptions options, Weakness weakness, AugPakeGroup group)
    {
        (_options, _weakness, Group) = (options, weakness, group);
        Random = new Random(options.Seed);
        (Client, _password) = ($"toy-{Random.Next():x8}", Dictionary.Draw(Random));
        var verifier = Verifier.ComputeW(group, Profile, Client, Server, _password);
        StolenVerifier = verifier;
        _authenticator = new WeakenedAuthenticator(group, Server, new Dictionary<string, byte[]> { [Client] = verifier }, weakness);
    }

    public override Tap Tap { get; } = new();

    public override IPEndPoint Broker => _running.Broker.Endpoint;

    public override AugPakeGroup Group { get; }

    public override AugPakeProfile Profile => AugPakeProfile.AsPublished;

    public override string Client { get; }

    public override string Server => _options.Server;

    public override ReadOnlyMemory<byte> StolenVerifier { get; }

    public override Random Random { get; }

    public override TimeSpan Timeout => _options.Timeout;

    public override bool IsPassword(string guess) => guess == _password;

    /// <summary>Opens one.</summary>
    /// <param name="controls">Names, seed and waits.</param>
    /// <param name="weakness">Checks that it leaves out.</param>
    /// <param name="group">Its group; null for the rig's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<WeakenedHandshakeTarget> OpenAsync(PositiveControlFactory controls, Weakness weakness, AugPakeGroup? group, CancellationToken cancellationToken)
    {
        var target = new WeakenedHandshakeTarget(controls.Options, weakness, group ?? controls.Options.Group);
        target._running = await BrokerWithTap.StartAsync(new MqttBrokerOptions { Authenticator = target._authenticator }, target.Tap, cancellationToken).ConfigureAwait(false);
        return target;
    }

    /// <summary>Opens one, runs an attack there, and ends it.</summary>
    public static async Task<AttackResult> UseAsync(
        PositiveControlFactory controls, Weakness weakness, AugPakeGroup? group, Func<WeakenedHandshakeTarget, Task<AttackResult>> use, CancellationToken cancellationToken)
    {
        var target = await OpenAsync(controls, weakness, group, cancellationToken).ConfigureAwait(false);
        await using (target.ConfigureAwait(false))
        {
            return await use(target).ConfigureAwait(false);
        }
    }

    public override async Task<LoginResult> LogInAsync(IPEndPoint? endpoint, CancellationToken cancellationToken)
    {
        var before = Tap.Seen.Count;
        var login = new WeakenedAugPakeClient(Group, Client, Server, _password, _weakness);
        var target = endpoint ?? _running.Proxy.Endpoint;
        try
        {
            var mqtt = await MqttClient.ConnectAsync(
                new MqttClientOptions
                {
                    Host = target.Address.ToString(), Port = target.Port, ClientId = Client, Timeout = Timeout, Authentication = login,
                },
                cancellationToken).ConfigureAwait(false);
            await using (mqtt.ConfigureAwait(false))
            {
                // A round trip, as a device makes: the broker has taken its key over, and a rogue one knows that it was believed.
                await mqtt.SubscribeAsync(PrivateTopics.Key(Client), QualityOfService.AtLeastOnce, cancellationToken).ConfigureAwait(false);
                return LoginResult.Success(login.Fingerprint) with
                {
                    Seen = $"toy device holds SK {login.Fingerprint}", BrokerAccepted = BrokerSentSuccess(before), BrokerFingerprint = _authenticator.Fingerprint(Client),
                };
            }
        }
        catch (Exception e) when (e is AugPakeException or MqttRefusedException or MqttNotConnectedException or MqttProtocolException)
        {
            var status = e is AugPakeException ? LoginStatus.AbortedByDevice : LoginStatus.RefusedByBroker;
            return new LoginResult(status, $"toy: {e.Message}") { Error = e, BrokerAccepted = BrokerSentSuccess(before) };
        }
        catch (MqttTimedOutException e)
        {
            throw new InconclusiveException("login of the toy", "an end, good or bad", e.Message, inner: e);
        }
    }

    public ValueTask DisposeAsync() => _running.DisposeAsync();
}
