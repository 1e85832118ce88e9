using static Harness.Adversary.Tests.Packets;

namespace Harness.Adversary.Tests;

public sealed class DeliveryPolicyTests
{
    private static readonly PacketSelector Publishes = PacketSelector.Of(PacketDirection.ToBroker, PacketType.Publish);
    private static readonly ProxiedPacket A = Publish([1]);
    private static readonly ProxiedPacket B = Publish([2]);
    private static readonly ProxiedPacket C = Publish([3]);

    [Test]
    public async Task The_nth_packet_is_dropped() =>
        await Expect(new DropPolicy(Publishes, 2), [A, B, C], A, C);

    [Test]
    public async Task Every_packet_is_dropped()
    {
        var policy = new DropPolicy(Publishes, NthPacketPolicy.Every);
        Assert.That(await policy.SendAsync(A, B, C), Is.Empty);
        Assert.That(policy.Triggered, Is.EqualTo(3));
    }

    [Test]
    public async Task The_nth_packet_comes_twice() =>
        await Expect(new DuplicatePolicy(Publishes, 2), [A, B, C], A, B, B, C);

    [Test]
    public async Task Bytes_come_after_or_in_place_of_a_packet()
    {
        Assert.That(await new InjectPolicy(Publishes, new byte[] { 0xC0, 0 }).SendAsync(A), Is.EqualTo(new[] { A.Hex(), "C000" }));
        Assert.That(await new InjectPolicy(Publishes, new byte[] { 0xC0, 0 }, instead: true).SendAsync(A), Is.EqualTo(new[] { "C000" }));
    }

    [Test]
    public async Task The_connection_is_closed_at_the_nth_packet() =>
        Assert.That(await new ClosePolicy(Publishes, 2).SendAsync(A, B), Is.EqualTo(new[] { A.Hex(), "close" }));

    private static async Task Expect(NthPacketPolicy policy, ProxiedPacket[] sent, params ProxiedPacket[] left)
    {
        Assert.That(await policy.SendAsync(sent), Is.EqualTo(left.Select(p => p.Hex())));
        Assert.That(policy.Triggered, Is.EqualTo(1));
    }
}
