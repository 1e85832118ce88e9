namespace Harness.Adversary.Claims.Scram;

/// <summary>An attack on a login by SCRAM-SHA-256.</summary>
internal abstract class ScramAttack : Attack
{
    /// <summary>True if the control's devices take any nonce, iterations and signature.</summary>
    protected virtual bool TrustingDevice => false;

    /// <summary>The broker of the control; null for the scheme's.</summary>
    protected virtual Func<SecureBrokerOptions, SecureBrokerOptions>? WeakBroker => null;

    public override async Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken)
    {
        var parties = new List<IDisposable>();
        try
        {
            return await PositiveControl.OnAsync(this, controls, Weaken, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            parties.ForEach(p => p.Dispose());
        }

        AttackTestbedOptions Weaken(AttackTestbedOptions options)
        {
            options = WeakBroker is { } weak ? options.WithBroker(weak) : options;
            return !TrustingDevice ? options : options with
            {
                Party = (role, _) =>
                {
                    var party = new TrustingScramParty(new HostParty(role));
                    parties.Add(party);
                    return new(party);
                },
            };
        }
    }

    /// <summary>Logs the publisher in through the tap, with an adversary at it.</summary>
    /// <returns>The end at the device, and whether the broker sent success.</returns>
    protected static async Task<(LoginResult Device, bool Broker)> LogInAsync(AttackTestbed testbed, NthPacketPolicy? policy, CancellationToken cancellationToken)
    {
        var before = testbed.Tap.Seen.Count;
        testbed.Tap.Attack = policy;
        var device = await testbed.Publisher.TryLogInAsync(cancellationToken).ConfigureAwait(false);
        testbed.Tap.Attack = null;
        return (device, testbed.Tap.Seen.Skip(before).Any(p => p is { Direction: PacketDirection.ToClient, Packet: ConnAckPacket { Reason: ReasonCode.Success } }));
    }

    /// <summary>Requires that an undisturbed login goes through: refusals were then for what the adversary did.</summary>
    /// <exception cref="InconclusiveException">It does not.</exception>
    protected static async Task RequireUndisturbedAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        if (await LogInAsync(testbed, null, cancellationToken).ConfigureAwait(false) is not ({ Succeeded: true }, true) and var (end, _))
        {
            throw new InconclusiveException("undisturbed login", "both ends accept", end.Seen);
        }
    }

    /// <summary>The messages of the publisher's latest login, as they came by at the tap.</summary>
    /// <exception cref="InconclusiveException">Not all of them did.</exception>
    protected static (ScramClientFirst First, ScramServerFirst Challenge, ScramClientFinal Final, byte[] Last) Captured(AttackTestbed testbed)
    {
        var tap = testbed.Tap;
        return tap.Values(PacketField.X) is [.., var x] && tap.Values(PacketField.Challenge) is [.., var c] && tap.Values(PacketField.ClientProof) is [.., var p]
            && tap.Values(PacketField.ServerProof) is [.., var last]
            && ScramClientFirst.TryDecode(x, out var first) && ScramServerFirst.TryDecode(c, out var challenge) && ScramClientFinal.TryDecode(p, out var final)
            ? (first, challenge, final, last)
            : throw new InconclusiveException("captured login", "four messages of SCRAM at the tap", "not all of them");
    }
}
