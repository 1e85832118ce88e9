namespace Harness.Adversary.Claims.Plain;

/// <summary>An attack on a login by user name and password. Where the scheme itself is the weakest setting there is, the control runs on it in this process.</summary>
internal abstract class PlainAttack : Attack
{
    protected const string ItselfInThisProcess = "the scheme itself, in this process: nothing is weaker";

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.OnAsync(this, controls, Weaken, cancellationToken);

    protected virtual AttackTestbedOptions Weaken(AttackTestbedOptions options) => options;

    /// <summary>Logs in as the publisher does, beside the tap, with a password.</summary>
    /// <exception cref="InconclusiveException">No answer in time.</exception>
    protected static async Task<ReasonCode> EnterAsync(AttackTestbed testbed, byte[] password, CancellationToken cancellationToken)
    {
        var client = testbed.Publisher.Client;
        try
        {
            var mqtt = await MqttClient.ConnectAsync(
                new MqttClientOptions
                {
                    Host = testbed.Broker.Endpoint.Address.ToString(), Port = testbed.Broker.Endpoint.Port, ClientId = client, UserName = client, Password = password,
                    Timeout = testbed.Options.Timeout,
                },
                cancellationToken).ConfigureAwait(false);
            await mqtt.DisposeAsync().ConfigureAwait(false);
            return ReasonCode.Success;
        }
        catch (MqttRefusedException e)
        {
            return e.Reason;
        }
        catch (MqttTimedOutException e)
        {
            throw new InconclusiveException($"login in the name of {client}", "an end, good or bad", e.Message, inner: e);
        }
    }

    /// <summary>Lets the publisher log in at a broker of the adversary's, which takes whatever comes.</summary>
    /// <returns>The end at the device, and the password that it sent; null where it sent none.</returns>
    protected static async Task<(LoginResult End, byte[]? Password)> AtRogueAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        byte[]? taken = null;
        var rogue = await MqttBroker.StartAsync(
            new MqttBrokerOptions
            {
                Passwords = login =>
                {
                    taken = login.Password.ToArray();
                    return ReasonCode.Success;
                },
            },
            cancellationToken).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            var end = await testbed.Publisher.TryLogInAsync(new LoginRequest(Endpoint: rogue.Endpoint), cancellationToken).ConfigureAwait(false);
            await testbed.Publisher.LogOutAsync().ConfigureAwait(false);
            return (end, taken);
        }
    }
}

/// <summary>A login in the device's name with a password that is not its own.</summary>
[Attack("ma-password-wrong", Order = 41)]
internal sealed class PlainWrongPassword : PlainAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.Password,
        Precondition = "knows the user's name, but not the password",
        Summary = "logs in in the device's name with a wrong password, and with an empty one",
        Observation = "the broker sends CONNACK 0x00",
        Reference = "MQTT 5 section 3.1.3.6 (Password)",
        Control = "a broker that takes any password",
    };

    protected override AttackTestbedOptions Weaken(AttackTestbedOptions options) => options.WithBroker(broker =>
    {
        var start = broker.StartBroker;
        return broker with { StartBroker = (mqtt, token) => start(mqtt with { Passwords = _ => ReasonCode.Success }, token) };
    });

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        await testbed.Publisher.LogOutAsync().ConfigureAwait(false);
        var wrong = await EnterAsync(testbed, "not the password"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        var empty = await EnterAsync(testbed, [], cancellationToken).ConfigureAwait(false);
        return new AttackResult(
            wrong == ReasonCode.Success || empty == ReasonCode.Success, $"a wrong password: 0x{(byte)wrong:X2}; an empty one: 0x{(byte)empty:X2}; the right one: accepted");
    }
}

/// <summary>A broker that knows nothing is taken for the right one.</summary>
[Attack("ma-password-rogue-broker", Order = 42)]
internal sealed class PlainRogueBroker : PlainAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.Password,
        Precondition = "the device connects to the adversary's broker, which knows nothing",
        Summary = "takes whatever comes and answers CONNACK 0x00",
        Observation = "the device takes itself for logged in",
        Reference = "MQTT 5 section 3.1.3.6: a broker proves nothing",
        Control = ItselfInThisProcess,
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        var (end, password) = await AtRogueAsync(testbed, cancellationToken).ConfigureAwait(false);
        return password is null
            ? throw new InconclusiveException("rogue broker", "a login of the device", end.Seen)
            : new AttackResult(end.Succeeded, $"a broker that knows nothing: {end.Seen}");
    }
}

/// <summary>The password that a device gave a rogue broker opens the real one.</summary>
[Attack("mitm-password-passed-on", Order = 41)]
internal sealed class PlainPassedOn : PlainAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.ManInTheMiddle, "handshake"),
        Schemes = SchemeSets.Password,
        Precondition = "stands between the device and the broker",
        Summary = "lets the device log in at a broker of its own, and logs in at the real one with what it was sent",
        Observation = "the real broker sends the adversary CONNACK 0x00",
        Reference = "MQTT 5 section 5.4.1 (authentication of clients by the server)",
        Control = ItselfInThisProcess,
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        var (end, password) = await AtRogueAsync(testbed, cancellationToken).ConfigureAwait(false);
        if (password is null)
        {
            throw new InconclusiveException("rogue broker", "a login of the device", end.Seen);
        }

        var reason = await EnterAsync(testbed, password, cancellationToken).ConfigureAwait(false);
        return new AttackResult(reason == ReasonCode.Success, $"what the device sent the rogue broker got 0x{(byte)reason:X2} at the real one");
    }
}

/// <summary>No guess is needed: the password stands in CONNECT.</summary>
[Attack("opg-password-on-the-wire", Order = 41)]
internal sealed class PlainOnTheWire : PlainAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.OfflineGuessing, "handshake"),
        Schemes = SchemeSets.Password,
        Precondition = "an eavesdropper with a capture of one login",
        Summary = "reads the password out of CONNECT",
        Observation = "the real broker sends CONNACK 0x00 to whoever uses it",
        Reference = "MQTT 5 section 5.4.1: with a password TLS is needed",
        Control = ItselfInThisProcess,
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        await testbed.Publisher.LogOutAsync().ConfigureAwait(false);
        var password = testbed.Tap.Seen.Select(p => p.Packet).OfType<ConnectPacket>().Last().Password
            ?? throw new InconclusiveException("captured login", "a password in CONNECT", "none");
        var reason = await EnterAsync(testbed, password, cancellationToken).ConfigureAwait(false);
        return new AttackResult(reason == ReasonCode.Success, $"{password.Length} bytes out of CONNECT, without a guess, got 0x{(byte)reason:X2}");
    }
}

/// <summary>A recorded CONNECT is sent again.</summary>
[Attack("replay-password-login", Order = 41)]
internal sealed class PlainReplay : PlainAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Replay, "handshake"),
        Schemes = SchemeSets.Password,
        Precondition = "a tap that recorded one login, and a socket of its own",
        Summary = "sends the recorded CONNECT on a new connection",
        Observation = "the broker answers CONNACK 0x00",
        Reference = "MQTT 5 section 3.1: nothing in CONNECT is new each time",
        Control = ItselfInThisProcess,
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        await testbed.Publisher.LogOutAsync().ConfigureAwait(false);
        var recorded = testbed.Tap.Seen.Last(p => p.Packet is ConnectPacket).Raw;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(testbed.Options.Timeout);
        try
        {
            var reason = await UnauthenticatedClient.ReplayAsync(testbed.Broker.Endpoint, [recorded], limit.Token).ConfigureAwait(false);
            return new AttackResult(reason == ReasonCode.Success, $"the broker answered the recorded CONNECT with 0x{(byte)reason:X2}");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InconclusiveException("replayed login", "an answer, good or bad", "none in time", inner: e);
        }
    }
}
