namespace Harness.Adversary.Claims.AdversaryTools;

/// <summary>An honest device and an honest broker with a tap between, whose handshake can be attacked: a scheme's, or a weakened one.</summary>
internal abstract class HandshakeTarget
{
    public abstract Tap Tap { get; }

    /// <summary>The broker itself, beside the tap.</summary>
    public abstract IPEndPoint Broker { get; }

    public abstract AugPakeGroup Group { get; }

    public abstract AugPakeProfile Profile { get; }

    /// <summary>C of the device.</summary>
    public abstract string Client { get; }

    /// <summary>S.</summary>
    public abstract string Server { get; }

    /// <summary>W of the device's account: for a thief of the account file, and nobody else.</summary>
    public abstract ReadOnlyMemory<byte> StolenVerifier { get; }

    public abstract Random Random { get; }

    public abstract TimeSpan Timeout { get; }

    /// <summary>True where a password is the device's: for judging an attack that claims to have found it, never for finding it.</summary>
    public abstract bool IsPassword(string guess);

    public string Method => AugPakeMethod.Of(Profile, Group);

    /// <summary>The hash inputs of a handshake of this device.</summary>
    /// <param name="clientId">The ClientId that it comes under.</param>
    public AugPakeTranscript TranscriptOf(string clientId) => new(Group, Profile, Client, Server, null, PseudonymOf(clientId));

    /// <summary>The field that binds a handshake to its ClientId, where that is a pseudonym; else null.</summary>
    public virtual string? PseudonymOf(string clientId) => null;

    /// <summary>A ClientId under which the adversary's next login is taken for one of the device's.</summary>
    public virtual string TakeClientId() => Client;

    /// <summary>The ClientId of the device's latest login through the tap.</summary>
    /// <exception cref="InconclusiveException">None came by.</exception>
    public string SeenClientId => Tap.Seen.Select(p => p.Packet).OfType<ConnectPacket>().LastOrDefault()?.ClientId
        ?? throw new InconclusiveException("captured login", "a CONNECT at the tap", "none");

    /// <summary>Logs the honest device in through the tap, or elsewhere.</summary>
    /// <returns>Outcome at both ends.</returns>
    public abstract Task<LoginResult> LogInAsync(IPEndPoint? endpoint, CancellationToken cancellationToken);

    /// <summary>An undisturbed login.</summary>
    /// <exception cref="InconclusiveException">It failed.</exception>
    public async Task<LoginResult> LogInUndisturbedAsync(CancellationToken cancellationToken)
    {
        Tap.Attack = null;
        var ends = await LogInAsync(null, cancellationToken).ConfigureAwait(false);
        return ends is { Succeeded: true, BrokerAccepted: true }
            ? ends
            : throw new InconclusiveException("undisturbed login", "both ends accept", ends.Seen);
    }

    /// <summary>A broker of the adversary's that lives as long as the caller lets it.</summary>
    public Task<RogueBroker> RogueBrokerAsync(Func<RogueExchange, byte[]> answer, Func<RogueExchange, byte[]> prove, CancellationToken cancellationToken) =>
        RogueBroker.StartAsync(Server, answer, prove, Timeout, cancellationToken);

    /// <summary>Runs a broker on AugPAKE's server, in the broker's name, and lets the device log in there.</summary>
    /// <param name="server">The server, with a W that the adversary has.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    /// <returns>Outcome of the login, and the fingerprint of the server's SK; empty where V_C did not verify.</returns>
    /// <exception cref="InconclusiveException">No device logged in.</exception>
    public async Task<(LoginResult Ends, string Key)> ImpersonateAsync(AugPakeServer server, CancellationToken cancellationToken)
    {
        var key = "";
        var rogue = await RogueBrokerAsync(
            e => server.Respond(e.X),
            e =>
            {
                if (!server.TryVerify(e.ClientProof))
                {
                    return new byte[32];
                }

                var proof = server.Authenticator;
                using var sk = server.TakeKey();
                key = sk.Fingerprint;
                return proof;
            },
            cancellationToken).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            var ends = await LogInAsync(rogue.Endpoint, cancellationToken).ConfigureAwait(false);
            return rogue.Exchanges.Count == 0 ? throw new InconclusiveException("rogue broker", "a login of the device", ends.Seen) : (ends, key);
        }
    }

    /// <summary>Fingerprint of the key that a device which is logged in holds, where it cannot be asked: shown by a message of its own.</summary>
    /// <exception cref="InconclusiveException">It cannot be shown.</exception>
    public virtual Task<string> ShownKeyAsync(CancellationToken cancellationToken) =>
        throw new InconclusiveException("key of the device", "its fingerprint", "none");

    protected bool BrokerSentSuccess(int packetsBefore) => Tap.Seen.Skip(packetsBefore)
        .Any(p => p is { Direction: PacketDirection.ToClient, Packet: ConnAckPacket { Reason: ReasonCode.Success } });
}

/// <summary>A testbed's publisher and its login at the broker.</summary>
internal sealed class SchemeHandshakeTarget(AttackTestbed testbed) : HandshakeTarget
{
    public override Tap Tap => testbed.Tap;

    public override IPEndPoint Broker => testbed.Broker.Endpoint;

    public override AugPakeGroup Group => testbed.Options.Group;

    public override AugPakeProfile Profile => testbed.Options.Profile;

    public override string Client => Device.Client;

    public override string Server => testbed.Options.Server;

    public override string? PseudonymOf(string clientId) => testbed.Scheme == SchemeNames.Hardened ? clientId : null;

    // Who keeps a CONNECT of the device's back has the one name that the broker will take, and the device never uses it again.
    public override string TakeClientId() => testbed.Scheme == SchemeNames.Hardened ? testbed.TakePseudonym(Device) : Client;

    public override ReadOnlyMemory<byte> StolenVerifier => testbed.Broker.Accounts.Find(Client, Method)?.Verifier
        ?? throw new InconclusiveException("account file", $"an account of {Client}", "none");

    public override Random Random => testbed.Random;

    public override TimeSpan Timeout => testbed.Options.Timeout;

    public override bool IsPassword(string guess) => guess == Device.Identity.Password;

    private TestbedDevice Device => testbed.Publisher;

    public override async Task<LoginResult> LogInAsync(IPEndPoint? endpoint, CancellationToken cancellationToken)
    {
        if (testbed.Options.Binding == LoginBinding.Topics)
        {
            throw new InconclusiveException("handshake under attack", "MQTT 5 AUTH", "the topic binding, which this attack does not read");
        }

        var before = Tap.Seen.Count;
        var device = await Device.TryLogInAsync(new LoginRequest(Endpoint: endpoint), cancellationToken).ConfigureAwait(false);
        var result = device with { BrokerAccepted = BrokerSentSuccess(before) };
        if (result is not { Succeeded: true, BrokerAccepted: true })
        {
            return result;
        }

        if (testbed.Broker.SessionFingerprint(Client) is null)
        {
            // CONNACK is on the wire before the broker has taken the key over; what comes after it on the connection is judged when it has.
            await Device.RoundTripAsync(cancellationToken).ConfigureAwait(false);
        }

        return result with
        {
            BrokerFingerprint = testbed.Broker.SessionFingerprint(Client) ?? throw new InconclusiveException("key of the broker", $"one of {Client}, whose login it took", "none"),
        };
    }

    public override async Task<string> ShownKeyAsync(CancellationToken cancellationToken)
    {
        if (testbed.Scheme == SchemeNames.MqttAuth)
        {
            throw new InconclusiveException("key of the device", "shown by a message that only its holder can seal", $"no such sign under {testbed.Scheme}");
        }

        // A message of its own tells: under mqtt-present Ks comes wrapped under the broker's SK of this device, so who seals under Ks has opened the
        // wrap; under augmqtt the broker opens the message itself, and refuses one under another SK.
        await testbed.Subscriber.LogInAsync(cancellationToken).ConfigureAwait(false);
        await testbed.AdmitAsync(testbed.Subscriber, cancellationToken).ConfigureAwait(false);
        await testbed.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        return testbed.Broker.SessionFingerprint(Client) ?? throw new InconclusiveException("key of the device", "one at the broker", "none");
    }
}
