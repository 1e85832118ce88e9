using System.Security.Cryptography;
using Harness.Adversary.Claims.Findings;
using Harness.Adversary.Claims.Weak;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Schemes.MqttPresent;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;

namespace Harness.Adversary.Claims.Authorization;

/// <summary>A publisher paired with the subscriber on a topic of its own reads what others publish to it, and learns every session key on the way.</summary>
internal sealed class ReadByUnrolling : Attack
{
    private const string Rogue = "rogue-publisher";
    private const string RogueTopic = "rogue/level";

    public override AttackCard Card { get; } = new()
    {
        Id = "a-read-by-unrolling",
        Cell = new(Claim.Authorization, "grant"),
        Schemes = [SchemeNames.MqttPresent],
        Precondition = "a valid account paired with the subscriber on another topic, and an eavesdropper's capture",
        Summary = "Ks of its own pair xor its own SK is the subscriber's SK, which opens the wrap of the publisher's pair: Ks, and the publisher's SK",
        Observation = "fingerprints of both session keys, and the plaintext of a message between the two",
        Reference = "Sahmi et al. 2021, equation 9",
        Control = "the scheme as published, in this process: any secret of two is the exclusive or of their keys",
    };

    public override GroundOptions Prepare(GroundOptions options)
    {
        var clientOf = options.ClientOf ?? (role => $"{role.Replace(' ', '-')}-1");
        return options with { ClientOf = clientOf, MorePairs = [.. options.MorePairs, new KeyPair(Rogue, clientOf(GroundRoles.Subscriber), RogueTopic)] };
    }

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        var payload = Wire.Payloads(ground, Direction.ToBroker)[^1];
        var rogue = await ground.RogueAsync(Rogue, cancellationToken).ConfigureAwait(false);
        var wrap = await rogue.WaitForWrapAsync(cancellationToken).ConfigureAwait(false);
        var (keys, _) = await KeyUnrolling.OnTheWireAsync(ground, rogue, wrap, [ground.Publisher, ground.Subscriber], cancellationToken).ConfigureAwait(false);
        try
        {
            return Judge(ground, keys, payload, reading);
        }
        finally
        {
            foreach (var key in keys.Values)
            {
                CryptographicOperations.ZeroMemory(key);
            }
        }
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.AsPublishedAsync(this, grounds, SchemeNames.MqttPresent, cancellationToken);

    private static AttackResult Judge(Ground ground, IReadOnlyDictionary<string, byte[]> keys, byte[] payload, byte[] reading)
    {
        bool Right(GroundDevice device) => keys.TryGetValue(device.Client, out var key) && Fingerprints.Of(key) == ground.Broker.SessionFingerprint(device.Client);
        var (publisher, subscriber) = (Right(ground.Publisher), Right(ground.Subscriber));
        if (!publisher || !subscriber)
        {
            return AttackResult.Loss($"session keys found: subscriber {(subscriber ? "yes" : "no")}, publisher {(publisher ? "yes" : "no")}");
        }

        var traffic = MqttPresentCipher.Combine(keys[ground.Publisher.Client], keys[ground.Subscriber.Client]);
        var opened = MqttPresentCipher.TryOpen(ground.Options.KeyBits, traffic, payload, out var plaintext) && plaintext.AsSpan().SequenceEqual(reading);
        CryptographicOperations.ZeroMemory(traffic);
        return opened
            ? AttackResult.Win($"SK of the subscriber {Fingerprints.Of(keys[ground.Subscriber.Client])}, of the publisher {Fingerprints.Of(keys[ground.Publisher.Client])}; read {Wire.Quote(reading)}")
            : throw new InconclusiveException("payload under the keys found", "to open", "both keys are right, and it does not");
    }
}
