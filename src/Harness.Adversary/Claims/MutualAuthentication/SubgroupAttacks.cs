namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>A rogue broker that sends Y of a small order, and finds K by trying.</summary>
[Attack("ma-small-order-y", Order = 8)]
internal sealed class SmallOrderY : HandshakeAttack
{
    private const int Tries = 3;

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "The device connects to the adversary's broker, which knows nothing but S.",
        Summary = "Sends a Y whose order is the largest small prime of p-1 (on p256 a point of order 2 on another curve), tries every K it can give against V_C, and sends the V_S of the one that fits.",
        Observation = "The device reports a session key, whose fingerprint is the adversary's.",
        Reference = "Sahmi et al. 2021, 3.2, refuses 0, 1 and -1 alone; RFC 6628 section 2.1 (secure prime or order check of Y)",
        Control = "a group of 1,024 bits whose cofactor is divisible by every odd prime up to 229",
    };

    protected override AugPakeGroup WeakGroup => WeakenedGroups.SmoothCofactor;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        var group = target.Group;
        var (y, candidates, words) = SmallElement(group);
        var tried = 0;
        var key = "";
        var rogue = await target.RogueBrokerAsync(
            _ => y,
            e =>
            {
                var transcript = target.TranscriptOf(e.Client);
                foreach (var k in candidates)
                {
                    tried++;
                    if (transcript.ClientAuthenticator(e.X, e.Y, k).AsSpan().SequenceEqual(e.ClientProof))
                    {
                        key = Fingerprints.Of(transcript.Key(e.X, e.Y, k));
                        return transcript.ServerAuthenticator(e.X, e.Y, k);
                    }
                }

                return new byte[32];
            },
            cancellationToken).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            // K is the identity where the order divides z, once in as many logins as the order: then the device aborts and tries again.
            LoginResult ends;
            var logins = 0;
            do
            {
                ends = await target.LogInAsync(rogue.Endpoint, cancellationToken).ConfigureAwait(false);
            }
            while (!ends.Succeeded && ++logins < Tries);
            if (rogue.Exchanges.Count == 0)
            {
                throw new InconclusiveException("rogue broker", "a login of the device", ends.Seen);
            }

            // A device whose key cannot be asked for went on after a V_S of ours: where a K fitted its V_C, K is the same; where none did, it takes anybody.
            return ends is { Succeeded: true, Fingerprint: "" } && key.Length == 0 ? AttackResult.Win($"Y of {words}: no K fitted, and yet the device took V_S: {ends.Seen}")
                : ends.Succeeded && (string.IsNullOrEmpty(ends.Fingerprint) || ends.Fingerprint == key) ? AttackResult.Win($"Y of {words}: after {tried} tries at K both hold SK {key}")
                : AttackResult.Loss($"Y of {words}, {logins} logins: {ends.Seen}");
        }
    }

    private static (byte[] Y, IReadOnlyList<byte[]> Candidates, string Words) SmallElement(AugPakeGroup group)
    {
        if (group == AugPakeGroup.P256)
        {
            var point = Subgroups.InvalidCurvePoint();
            return (point, [point], "order 2 on another curve");
        }

        var prime = Subgroups.SmallFactors(group)[^1];
        var p = ModularArithmetic.Read(group.Prime);
        var element = Subgroups.OfOrder(group, [prime]);
        var powers = Enumerable.Range(0, prime).Select(i => ModularArithmetic.Write(BigInteger.ModPow(element, i, p), group.ElementLength)).ToList();
        return (ModularArithmetic.Write(element, group.ElementLength), powers, $"order {prime}");
    }
}

/// <summary>A rogue client that sends X of a smooth order, reads y from Y, and so has K without the password.</summary>
[Attack("ma-smooth-order-x", Order = 9)]
internal sealed class SmoothOrderX : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "Knows C and S, but not the password.",
        Summary = "Sends an X whose order is the product of all small primes of the cofactor (on p256 a point on another curve); Y^q = X^(yq) then gives y modulo that order, and g^y is K where y is smaller.",
        Observation = "The broker sends CONNACK 0x00 and a V_S that fits the adversary's K.",
        Reference = "Sahmi et al. 2021, 3.2, refuses 0, 1 and -1 alone; RFC 6628 section 2.1 (secure prime or order check of X)",
        Control = "a group of 1,024 bits whose cofactor has a smooth part of 303 bits, more than q",
    };

    protected override AugPakeGroup WeakGroup => WeakenedGroups.SmoothCofactor;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        var (group, clientId) = (target.Group, target.TakeClientId());
        var transcript = target.TranscriptOf(clientId);
        byte[] k = [];
        var smooth = SmoothElement.Of(group);
        var login = new RawLogin(target.Method, smooth.Bytes, hello =>
        {
            k = group == AugPakeGroup.P256 ? smooth.Bytes : group.PowerOfGenerator(ModularArithmetic.Scalar(group, smooth.Exponent(hello.Y.ToArray())));
            return transcript.ClientAuthenticator(smooth.Bytes, hello.Y.Span, k);
        });
        var (isIn, seen) = await login.TryEnterAsync(target, clientId, cancellationToken).ConfigureAwait(false);
        return isIn && login.ServerProof.AsSpan().SequenceEqual(transcript.ServerAuthenticator(smooth.Bytes, login.Hello!.Y.Span, k))
            ? AttackResult.Win($"X of {smooth.Words}: {seen}, SK {Fingerprints.Of(transcript.Key(smooth.Bytes, login.Hello.Y.Span, k))} without the password")
            : new AttackResult(isIn, $"X of {smooth.Words}: {seen}");
    }
}
