using System.Text;
using Harness.Adversary.Claims.Hands;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;

namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>Registration as MQTT-PRESENT publishes it: (C, W) on the wire.</summary>
internal static class Registration
{
    private const byte Version = 1;

    /// <summary>A ground whose broker takes registrations. The publisher's account is expected to come by one.</summary>
    public static GroundOptions Prepare(GroundOptions options) => options.WithBroker(o => o with { AsPublishedRegistration = true, AllowAnonymous = true });

    /// <summary>Registers the publisher through the tap, whose account was forgotten.</summary>
    /// <exception cref="InconclusiveException">The group cannot be registered, or the broker did not take it.</exception>
    public static async Task SendAsync(Ground ground, CancellationToken cancellationToken)
    {
        var device = ground.Publisher;
        var method = AugPakeMethod.Of(ground.Options.Profile, ground.Options.Group);
        ground.Broker.Accounts.Remove(device.Client, method);
        try
        {
            await WireRegistration.RunAsync(device.Party, ground.SessionOptions(device.Identity, null), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SessionException or PartyRefusedException)
        {
            throw new InconclusiveException("registration", "to go through", e.Message, inner: e);
        }

        if (ground.Broker.Accounts.Find(device.Client, method) is null)
        {
            throw new InconclusiveException("registration", $"an account of {device.Client} for {method}", "none");
        }
    }

    /// <summary>(C, W) of every registration that came by a tap.</summary>
    public static IReadOnlyList<(string Client, byte[] Verifier)> Sniff(Tap tap) =>
        [.. tap.Seen.Where(p => p.Direction == Direction.ToBroker).Select(p => p.Packet).OfType<PublishPacket>()
            .Where(p => p.Topic.Split('/') is [PrivateTopics.Root, _, "reg"] && p.Payload is { IsEmpty: false, Span: [Version, ..] })
            .Select(p => (Encoding.UTF8.GetString(Convert.FromHexString(p.Topic.Split('/')[1])), p.Payload[1..].ToArray()))];

    /// <summary>A payload of a registration on the way to the broker.</summary>
    public static Target Message(string client) => Target.Payload(Direction.ToBroker, PrivateTopics.Registration(client));
}

/// <summary>Runs the broker's part with a W that was sniffed.</summary>
internal sealed class SniffedRegistration : Attack
{
    public override string Id => "ma-sniffed-registration";

    public override Cell Cell => new(Claim.MutualAuthentication, "registration");

    public override IReadOnlyList<string> Schemes => [SchemeNames.MqttPresent];

    public override string Precondition => "An eavesdropper at the device's registration, to whose broker the device then connects.";

    public override string Summary => "Takes (C, W) from aug/<hex(C)>/reg and runs AugPAKE's server with it, in the broker's name.";

    public override string Observation => "The device reports a session key, whose fingerprint is the adversary's.";

    public override string Reference => "Sahmi et al. 2021, equation 1 and section 4 a: the client sends (C, W); RFC 6628 section 2.3.1 wants a secure channel for it";

    public override string Control => "the account file itself in the adversary's hands";

    public override GroundOptions Prepare(GroundOptions options) => Registration.Prepare(options);

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ground);
        await Registration.SendAsync(ground, cancellationToken).ConfigureAwait(false);
        return Registration.Sniff(ground.Tap) is [var (client, verifier), ..]
            ? await ImpersonateAsync(new GroundPlace(ground), client, verifier, cancellationToken).ConfigureAwait(false)
            : AttackResult.Loss("no registration came by the tap");
    }

    public override async Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grounds);
        var ground = await grounds.OpenAsync(null, cancellationToken).ConfigureAwait(false);
        await using (ground.ConfigureAwait(false))
        {
            var place = new GroundPlace(ground);
            return await ImpersonateAsync(place, place.Client, place.StolenVerifier.ToArray(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a broker on W alone and lets the device log in there.</summary>
    internal static async Task<AttackResult> ImpersonateAsync(Place place, string client, byte[] verifier, CancellationToken cancellationToken)
    {
        using var server = new AugPakeServer(place.Group, place.Profile, client, place.Server, verifier);
        var key = "";
        var rogue = await place.RogueBrokerAsync(
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
            var ends = await place.LogInAsync(rogue.Endpoint, cancellationToken).ConfigureAwait(false);
            return rogue.Exchanges.Count == 0
                ? throw new InconclusiveException("rogue broker", "a login of the device", ends.Seen)
                : new AttackResult(ends.DeviceAccepted && ends.DeviceKey == key, $"device and rogue broker: SK {ends.DeviceKey} and {key}; {ends.Seen}");
        }
    }
}
