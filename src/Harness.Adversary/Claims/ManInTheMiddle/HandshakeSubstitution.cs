namespace Harness.Adversary.Claims.ManInTheMiddle;

/// <summary>Runs one handshake with the device and another with the broker, each with exponents of its own.</summary>
[Attack("mitm-two-handshakes", Order = 1)]
internal sealed class TwoHandshakes : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.ManInTheMiddle, "handshake"),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "Stands between device and broker; knows C and S, but neither password nor W.",
        Summary = "Is the broker to the device and the device to the broker, as against Diffie-Hellman: Y = X^y, K = g^y on the one side, X = g^x, K = Y^(1/x) on the other.",
        Observation = "The device's fingerprint of SK is the adversary's, or the broker sends CONNACK 0x00 and a V_S that fits the adversary's K.",
        Reference = "Sahmi et al. 2021, table 3 (MITM); RFC 6628 section 3.3.3",
        Control = "AugPAKE without W in Y and z, which is Diffie-Hellman",
    };

    protected override Weakness Weakness => Weakness.NoPassword;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        var group = target.Group;
        var y = group.DrawScalar();
        var deviceKey = "";
        var rogue = await target.RogueBrokerAsync(
            e => group.Power(e.X, y),
            e =>
            {
                var k = group.PowerOfGenerator(y);
                deviceKey = Fingerprints.Of(target.TranscriptOf(e.Client).Key(e.X, e.Y, k));
                return target.TranscriptOf(e.Client).ServerAuthenticator(e.X, e.Y, k);
            },
            cancellationToken).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            var ends = await target.LogInAsync(rogue.Endpoint, cancellationToken).ConfigureAwait(false);
            if (rogue.Exchanges.Count == 0)
            {
                throw new InconclusiveException("man in the middle", "a login of the device", ends.Seen);
            }

            var scalar = group.DrawScalar();
            var x = group.PowerOfGenerator(scalar);
            var z = ModularArithmetic.Z(group, ModularArithmetic.Read(scalar), BigInteger.Zero, BigInteger.Zero);
            byte[] shared = [];
            var clientId = target.TakeClientId();
            var transcript = target.TranscriptOf(clientId);
            var login = new RawLogin(target.Method, x, hello =>
            {
                shared = group.Power(hello.Y.Span, z);
                return transcript.ClientAuthenticator(x, hello.Y.Span, shared);
            });
            var (isIn, seen) = await login.TryEnterAsync(target, clientId, cancellationToken).ConfigureAwait(false);

            // A device whose key cannot be asked for shows it by its V_C: a hash over K, which fits ours or not.
            var device = ends.Succeeded && (ends.Fingerprint is { Length: > 0 } ? ends.Fingerprint == deviceKey : rogue.Exchanges.Any(e => e.ClientProof is { } proof
                && target.TranscriptOf(e.Client).ClientAuthenticator(e.X, e.Y, group.PowerOfGenerator(y)).AsSpan().SequenceEqual(proof)));
            var broker = isIn && login.ServerProof.AsSpan().SequenceEqual(transcript.ServerAuthenticator(x, login.Hello!.Y.Span, shared));
            return device || broker
                ? AttackResult.Win($"SK {deviceKey} shared with the device: {device}; SK {Fingerprints.Of(transcript.Key(x, login.Hello!.Y.Span, shared))} shared with the broker: {broker}")
                : AttackResult.Loss($"to the device: {ends.Seen}; to the broker: {seen}");
        }
    }
}

/// <summary>Puts a value of its own in the place of each field of the handshake in turn.</summary>
[Attack("mitm-substituted-fields", Order = 2)]
internal sealed class SubstitutedFields : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.ManInTheMiddle, "handshake"),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "Stands between device and broker; knows C and S, but neither password nor W.",
        Summary = "Puts a valid value of its own in the place of X, S, Y, V_C and V_S, one a login.",
        Observation = "The end that got the substitute accepts: the broker sends CONNACK 0x00, or the device reports a session key.",
        Reference = "Sahmi et al. 2021, table 3 (MITM); RFC 6628 section 3.3.3; MQTT 5 section 4.12",
        Control = "ends that take any proof",
    };

    protected override Weakness Weakness => Weakness.UncheckedProofs;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        var element = Elements.Valid(target.Group);
        var proof = RandomNumberGenerator.GetBytes(32);
        (PacketField Field, byte[] Value)[] substitutes =
        [
            (PacketField.X, element), (PacketField.ServerName, "another broker"u8.ToArray()), (PacketField.Y, element), (PacketField.ClientProof, proof), (PacketField.ServerProof, proof),
        ];
        var seen = new List<string>();
        foreach (var (field, value) in substitutes)
        {
            var policy = AlterPolicy.Replace(field, value);
            target.Tap.Attack = policy;
            var ends = await target.LogInAsync(null, cancellationToken).ConfigureAwait(false);
            target.Tap.Attack = null;
            if (policy.Triggered == 0)
            {
                throw new InconclusiveException($"another {field.Name}", $"{field.Name} at the tap", ends.Seen);
            }

            // The broker sent success before V_S was on its way: V_S is judged by the device alone.
            if (ends.Succeeded || (ends.BrokerAccepted == true && field != PacketField.ServerProof))
            {
                return AttackResult.Win($"another {field.Name} was accepted: {ends.Seen}");
            }

            seen.Add($"another {field.Name}: {ends.Seen}");
        }

        await target.LogInUndisturbedAsync(cancellationToken).ConfigureAwait(false);
        return AttackResult.Loss(string.Join("; ", seen));
    }
}
