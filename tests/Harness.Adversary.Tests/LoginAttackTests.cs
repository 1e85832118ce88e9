using Harness.Sessions;
using Harness.Sessions.Tests;

namespace Harness.Adversary.Tests;

/// <summary>Attacks on a real login through the tap. Each proves that it ran, that no key came of it, and that the next login succeeds.</summary>
public sealed class LoginAttackTests
{
    private static byte[] AnotherElement => AugPakeGroup.P256.PowerOfGenerator([5]);

    public static IEnumerable<TestCaseData> RefusedByTheBroker()
    {
        TestCaseData Case(string name, Func<NthPacketPolicy> attack, ReasonCode reason) => new TestCaseData(attack, reason).SetArgDisplayNames(name);

        yield return Case("X with a flipped bit", () => AlterPolicy.FlipBit(PacketField.X, 77), ReasonCode.ProtocolError);
        yield return Case("another X", () => AlterPolicy.Replace(PacketField.X, AnotherElement), ReasonCode.NotAuthorized);
        yield return Case("no X", () => AlterPolicy.Replace(PacketField.X, default), ReasonCode.ProtocolError);
        yield return Case("another Y", () => AlterPolicy.Replace(PacketField.Y, AnotherElement), ReasonCode.NotAuthorized);
        yield return Case("V_C with a flipped bit", () => AlterPolicy.FlipBit(PacketField.ClientProof, 255), ReasonCode.NotAuthorized);
        yield return Case("V_C of zeros", () => AlterPolicy.Replace(PacketField.ClientProof, new byte[32]), ReasonCode.NotAuthorized);
        yield return Case("V_C one byte short", () => new AlterPolicy(PacketField.ClientProof, v => v[..31]), ReasonCode.ProtocolError);
    }

    [TestCaseSource(nameof(RefusedByTheBroker))]
    public async Task The_broker_refuses(Func<NthPacketPolicy> attack, ReasonCode reason)
    {
        await using var bench = await Bench.StartAsync();
        var policy = attack();
        bench.Tap.Policy = policy;
        var refused = Assert.ThrowsAsync<SessionRefusedException>(() => bench.LogInAsync("pub"));
        Assert.That(refused!.Reason, Is.EqualTo(reason));
        await NoKeyAndNextSucceeds(bench, policy);
    }

    public static IEnumerable<TestCaseData> RefusedByTheDevice()
    {
        TestCaseData Case(string name, Func<NthPacketPolicy> attack, PartyRefusal refusal) => new TestCaseData(attack, refusal).SetArgDisplayNames(name);

        yield return Case("Y with a flipped bit", () => AlterPolicy.FlipBit(PacketField.Y, 77), PartyRefusal.BadElement);
        yield return Case("Y of zeros", () => AlterPolicy.Replace(PacketField.Y, new byte[65]), PartyRefusal.BadElement);
        yield return Case("no Y", () => AlterPolicy.Replace(PacketField.Y, default), PartyRefusal.BadElement);
        yield return Case("another S", () => AlterPolicy.Replace(PacketField.ServerName, "brokes"u8.ToArray()), PartyRefusal.BadServer);
        yield return Case("V_S with a flipped bit", () => AlterPolicy.FlipBit(PacketField.ServerProof, 0), PartyRefusal.BadTag);
        yield return Case("V_S cut", () => new AlterPolicy(PacketField.ServerProof, v => v[..31]), PartyRefusal.BadTag);
        yield return Case("V_S with a byte more", () => new AlterPolicy(PacketField.ServerProof, v => [.. v, 0]), PartyRefusal.BadTag);
        yield return Case("no V_S", () => AlterPolicy.Replace(PacketField.ServerProof, default), PartyRefusal.BadTag);
    }

    [TestCaseSource(nameof(RefusedByTheDevice))]
    public async Task The_device_refuses_and_disconnects_with_0x80(Func<NthPacketPolicy> attack, PartyRefusal refusal)
    {
        await using var bench = await Bench.StartAsync();
        var policy = attack();
        var watch = new DisconnectWatch(policy);
        bench.Tap.Policy = watch;
        var party = bench.Party("pub");
        var refused = Assert.ThrowsAsync<PartyRefusedException>(() => bench.LogInAsync("pub", party: party));
        Assert.That(refused!.Refusal, Is.EqualTo(refusal));
        Assert.That((await watch.Disconnected.WaitAsync(Bench.Limit)).Reason, Is.EqualTo(ReasonCode.UnspecifiedError));
        var none = Assert.ThrowsAsync<PartyRefusedException>(() => party.AcceptWrapAsync(128, new byte[40], default).AsTask());
        Assert.That(none!.Refusal, Is.EqualTo(PartyRefusal.State), "no session key");
        await NoKeyAndNextSucceeds(bench, policy);
    }

    [Test]
    public async Task A_replayed_V_C_is_refused()
    {
        var policy = new ReplayPolicy(PacketField.ClientProof.Selector, record: 1, at: 2);
        await using var bench = await Bench.StartAsync(policy: policy);
        await (await bench.LogInAsync("pub")).DisposeAsync();
        Assert.That(Assert.ThrowsAsync<SessionRefusedException>(() => bench.LogInAsync("pub"))!.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(policy.Triggered, Is.EqualTo(1));
    }

    [Test]
    public async Task A_CONNECT_sent_twice_ends_the_login()
    {
        var policy = new DuplicatePolicy(PacketField.X.Selector);
        await using var bench = await Bench.StartAsync(policy: policy);
        Assert.That(async () => await bench.LogInAsync("pub"), Throws.InstanceOf<SessionException>().And.Not.InstanceOf<SessionTimedOutException>());
        await NoKeyAndNextSucceeds(bench, policy);
    }

    [Test]
    public async Task A_dropped_V_C_is_a_time_out_and_no_refusal()
    {
        var policy = new DropPolicy(PacketField.ClientProof.Selector);
        await using var bench = await Bench.StartAsync(policy: policy);
        using var party = new HostParty("pub");
        Assert.ThrowsAsync<SessionTimedOutException>(
            () => DeviceSession.LoginAsync(party, bench.Options("pub", limit: TimeSpan.FromSeconds(3)), default));
        await NoKeyAndNextSucceeds(bench, policy);
    }

    [Test]
    public async Task A_connection_closed_at_V_S_is_neither_success_nor_refusal()
    {
        var policy = new ClosePolicy(PacketField.ServerProof.Selector);
        await using var bench = await Bench.StartAsync(policy: policy);
        Assert.ThrowsAsync<SessionDisconnectedException>(() => bench.LogInAsync("pub"));
        Assert.That(policy.Triggered, Is.EqualTo(1));
    }

    [Test]
    public async Task A_rogue_broker_that_knows_no_W_deceives_nobody([Values("p256", "modp2048-q256")] string group)
    {
        await using var rogue = await RogueBroker.StartWithoutVerifierAsync("broker");
        using var party = new HostParty("pub");
        var options = new DeviceSessionOptions
        {
            Endpoint = rogue.Endpoint,
            Identity = new PartyIdentity("pub", "broker", Bench.Password, group, "as-published"),
            LoginTimeout = Bench.Limit,
        };
        var refused = Assert.ThrowsAsync<PartyRefusedException>(() => DeviceSession.LoginAsync(party, options, default));
        Assert.That((refused!.Refusal, rogue.Triggered, rogue.Deceived), Is.EqualTo((PartyRefusal.BadTag, 1, 0)));
    }

    private static async Task NoKeyAndNextSucceeds(Bench bench, NthPacketPolicy policy)
    {
        Assert.That(policy.Triggered, Is.EqualTo(1), "the attack ran");
        bench.Tap.Policy = null;
        var session = await bench.LogInAsync("pub");
        Assert.That(session.Fingerprint, Is.EqualTo(bench.Broker.SessionFingerprint("pub")));
        Assert.That(bench.Broker.Faults, Is.Empty);
    }

    /// <summary>Sees the client's DISCONNECT beside an attack.</summary>
    private sealed class DisconnectWatch(IProxyPolicy attack) : IProxyPolicy
    {
        private readonly TaskCompletionSource<DisconnectPacket> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<DisconnectPacket> Disconnected => _seen.Task;

        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
        {
            if (packet is { Direction: PacketDirection.ToBroker, Packet: DisconnectPacket disconnect })
            {
                _seen.TrySetResult(disconnect);
            }

            return attack.OnPacketAsync(packet, cancellationToken);
        }
    }
}
