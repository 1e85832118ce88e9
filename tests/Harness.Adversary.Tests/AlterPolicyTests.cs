using static Harness.Adversary.Tests.Packets;

namespace Harness.Adversary.Tests;

public sealed class AlterPolicyTests
{
    private static readonly byte[] Before = [1, 2, 3];
    private static readonly byte[] After = [9, 9];

    public static IEnumerable<TestCaseData> Targets()
    {
        yield return new TestCaseData(PacketField.X, Connect(Before), Connect(After)).SetArgDisplayNames("X");
        yield return new TestCaseData(PacketField.Y, Hello(Before), Hello(After)).SetArgDisplayNames("Y");
        yield return new TestCaseData(PacketField.ClientProof, Proof(Before), Proof(After)).SetArgDisplayNames("V_C");
        yield return new TestCaseData(PacketField.ServerProof, ConnAck(Before), ConnAck(After)).SetArgDisplayNames("V_S");
        yield return new TestCaseData(PacketField.Payload(PacketDirection.ToBroker), Publish(Before), Publish(After)).SetArgDisplayNames("payload");
    }

    [TestCaseSource(nameof(Targets))]
    public async Task A_field_is_replaced_and_everything_else_stays(PacketField target, ProxiedPacket before, ProxiedPacket after)
    {
        var policy = AlterPolicy.Replace(target, After);
        Assert.That(await policy.SendAsync(before), Is.EqualTo(new[] { after.Hex() }));
        Assert.That(policy.Triggered, Is.EqualTo(1));
    }

    [TestCaseSource(nameof(Targets))]
    public async Task No_other_packet_is_touched(PacketField target, ProxiedPacket own, ProxiedPacket _)
    {
        ProxiedPacket[] others = [.. new[] { Connect(Before), Hello(Before), Proof(Before), ConnAck(Before), Publish(Before) }.Where(p => p.Hex() != own.Hex())];
        var policy = AlterPolicy.Replace(target, After, NthPacketPolicy.Every);
        Assert.That(others, Has.Length.EqualTo(4));
        Assert.That(await policy.SendAsync(others), Is.EqualTo(others.Select(p => p.Hex())));
        Assert.That(policy.Triggered, Is.Zero);
    }

    [Test]
    public async Task S_is_replaced_and_Y_stays()
    {
        var left = await AlterPolicy.Replace(PacketField.ServerName, "zz"u8.ToArray()).SendAsync(Hello([7, 8]));
        Assert.That(left.Single(), Does.Contain("00027A7A0708"));
    }

    [Test]
    public async Task One_bit_is_flipped_in_the_nth_packet_alone()
    {
        var policy = AlterPolicy.FlipBit(PacketField.Payload(PacketDirection.ToBroker), bit: 9, nth: 2);
        var left = await policy.SendAsync(Publish([0, 0]), Publish([0, 0]), Publish([0, 0]));
        Assert.That(left, Is.EqualTo(new[] { Publish([0, 0]).Hex(), Publish([0, 2]).Hex(), Publish([0, 0]).Hex() }));
        Assert.That((policy.Seen, policy.Triggered), Is.EqualTo((3, 1)));
    }

    [Test]
    public async Task A_field_replaced_by_its_own_value_counts_as_no_attack()
    {
        var policy = AlterPolicy.Replace(PacketField.X, Before);
        await policy.SendAsync(Connect(Before));
        Assert.That((policy.Seen, policy.Triggered), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_flip_in_an_empty_field_counts_as_no_attack()
    {
        var policy = AlterPolicy.FlipBit(PacketField.Payload(PacketDirection.ToBroker), 0);
        await policy.SendAsync(Publish([]));
        Assert.That(policy.Triggered, Is.Zero);
    }

    [Test]
    public async Task Undecodable_bytes_pass()
    {
        var noise = new ProxiedPacket(1, PacketDirection.ToBroker, null, new byte[] { 0xFF, 0xFF }, MqttVersion.V5);
        Assert.That(await AlterPolicy.Replace(PacketField.X, After).SendAsync(noise), Is.EqualTo(new[] { "FFFF" }));
    }

    [Test]
    public async Task Re_authentication_carries_X_and_V_S_too()
    {
        var x = Of(new AuthPacket { Reason = ReasonCode.ReAuthenticate, AuthenticationMethod = Method, AuthenticationData = Before }, PacketDirection.ToBroker);
        var vs = Of(new AuthPacket { Reason = ReasonCode.Success, AuthenticationMethod = Method, AuthenticationData = Before }, PacketDirection.ToClient);
        var (onX, onVs) = (AlterPolicy.Replace(PacketField.X, After), AlterPolicy.Replace(PacketField.ServerProof, After));
        await onX.SendAsync(x, vs);
        await onVs.SendAsync(x, vs);
        Assert.That((onX.Triggered, onVs.Triggered), Is.EqualTo((1, 1)));
    }
}
