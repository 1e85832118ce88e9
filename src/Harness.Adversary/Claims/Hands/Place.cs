using System.Net;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Record;
using Harness.Sessions;

namespace Harness.Adversary.Claims.Hands;

/// <summary>How both ends of a login ended.</summary>
/// <param name="DeviceAccepted">The device holds a session key.</param>
/// <param name="DeviceKey">Its fingerprint; empty where it does not, and where it logs in by itself and nobody can ask it.</param>
/// <param name="BrokerAccepted">The broker sent success.</param>
/// <param name="BrokerKey">Fingerprint of the broker's key where both accepted; else empty.</param>
/// <param name="Seen">What was seen, for evidence.</param>
internal sealed record LoginEnds(bool DeviceAccepted, string DeviceKey, bool BrokerAccepted, string BrokerKey, string Seen);

/// <summary>Where a handshake can be attacked: an honest device and an honest broker with a tap between; a scheme's ground, or a toy's.</summary>
internal abstract class Place
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

    public abstract TimeSpan Patience { get; }

    public abstract ConnectMqttClient Connect { get; }

    /// <summary>Whether a password is the device's: for judging an attack that claims to have found it, never for finding it.</summary>
    public abstract bool IsPassword(string guess);

    public string Method => AugPakeMethod.Of(Profile, Group);

    /// <summary>The hash inputs of a handshake of this device.</summary>
    public AugPakeTranscript Transcript => new(Group, Profile, Client, Server, null);

    /// <summary>The honest device logs in through the tap, or elsewhere.</summary>
    public abstract Task<LoginEnds> LogInAsync(IPEndPoint? endpoint, CancellationToken cancellationToken);

    /// <summary>An undisturbed login.</summary>
    /// <exception cref="InconclusiveException">It failed.</exception>
    public async Task<LoginEnds> LogInUndisturbedAsync(CancellationToken cancellationToken)
    {
        Tap.Attack = null;
        var ends = await LogInAsync(null, cancellationToken).ConfigureAwait(false);
        return ends is { DeviceAccepted: true, BrokerAccepted: true }
            ? ends
            : throw new InconclusiveException("undisturbed login", "both ends accept", ends.Seen);
    }

    /// <summary>A broker of the adversary's that lives as long as the place.</summary>
    public Task<RogueBroker> RogueBrokerAsync(Func<RogueExchange, byte[]> answer, Func<RogueExchange, byte[]> prove, CancellationToken cancellationToken) =>
        RogueBroker.StartAsync(Server, answer, prove, Patience, cancellationToken);

    /// <summary>Runs a broker on AugPAKE's server, in the broker's name, and lets the device log in there.</summary>
    /// <param name="server">The server, with a W that the adversary has.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    /// <returns>How the login ended, and the fingerprint of the server's SK; empty where V_C did not verify.</returns>
    /// <exception cref="InconclusiveException">No device logged in.</exception>
    public async Task<(LoginEnds Ends, string Key)> ImpersonateAsync(AugPakeServer server, CancellationToken cancellationToken)
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
        .Any(p => p is { Direction: Direction.ToClient, Packet: ConnAckPacket { Reason: ReasonCode.Success } });
}

/// <summary>A device of a ground.</summary>
internal sealed class GroundPlace(Ground ground, GroundDevice device) : Place
{
    public GroundPlace(Ground ground)
        : this(ground, ground.Publisher)
    {
    }

    public override Tap Tap => ground.Tap;

    public override IPEndPoint Broker => ground.Broker.Endpoint;

    public override AugPakeGroup Group => ground.Options.Group;

    public override AugPakeProfile Profile => ground.Options.Profile;

    public override string Client => device.Client;

    public override string Server => ground.Options.Server;

    public override ReadOnlyMemory<byte> StolenVerifier => ground.Broker.Accounts.Find(Client, Method)?.Verifier
        ?? throw new InconclusiveException("account file", $"an account of {Client}", "none");

    public override Random Random => ground.Random;

    public override TimeSpan Patience => ground.Options.Patience;

    public override ConnectMqttClient Connect => ground.Options.ConnectClient ?? (async (o, token) => await MqttClient.ConnectAsync(o, token).ConfigureAwait(false));

    public override bool IsPassword(string guess) => guess == device.Identity.Password;

    public override async Task<LoginEnds> LogInAsync(IPEndPoint? endpoint, CancellationToken cancellationToken)
    {
        if (ground.Options.Binding == LoginBinding.Topics)
        {
            throw new InconclusiveException("handshake under attack", "MQTT 5 AUTH", "the topic binding, which this attack does not read");
        }

        var before = Tap.Seen.Count;
        var attempt = await device.TryLogInAsync(null, endpoint, cancellationToken).ConfigureAwait(false);
        var brokerAccepted = BrokerSentSuccess(before);
        if (!attempt.Succeeded || !brokerAccepted)
        {
            return new LoginEnds(attempt.Succeeded, attempt.Fingerprint, brokerAccepted, "", attempt.Seen);
        }

        if (ground.Broker.SessionFingerprint(Client) is null)
        {
            // CONNACK is on the wire before the broker has taken the key over; what comes after it on the connection is judged when it has.
            await device.RoundTripAsync(cancellationToken).ConfigureAwait(false);
        }

        var brokerKey = ground.Broker.SessionFingerprint(Client) ?? throw new InconclusiveException("key of the broker", $"one of {Client}, whose login it took", "none");
        return new LoginEnds(attempt.Succeeded, attempt.Fingerprint, brokerAccepted, brokerKey, attempt.Seen);
    }

    public override async Task<string> ShownKeyAsync(CancellationToken cancellationToken)
    {
        if (ground.Scheme == Schemes.SchemeNames.MqttAuth)
        {
            throw new InconclusiveException("key of the device", "shown by a message that only its holder can seal", $"no such sign under {ground.Scheme}");
        }

        // A message of its own tells: under mqtt-present Ks comes wrapped under the broker's SK of this device, so who seals under Ks has opened the
        // wrap; under augmqtt the broker opens the message itself, and refuses one under another SK.
        await ground.Subscriber.LogInAsync(cancellationToken).ConfigureAwait(false);
        await ground.AdmitAsync(ground.Subscriber, cancellationToken).ConfigureAwait(false);
        await ground.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
        await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        return ground.Broker.SessionFingerprint(Client) ?? throw new InconclusiveException("key of the device", "one at the broker", "none");
    }
}
