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
    public async Task Two_packets_change_places() =>
        await Expect(new SwapPolicy(Publishes, 1), [A, B, C], B, A, C);

    [Test]
    public async Task A_swap_without_a_second_packet_does_not_trigger()
    {
        var policy = new SwapPolicy(Publishes, 3);
        await policy.SendAsync(A, B, C);
        Assert.That(policy.Triggered, Is.Zero);
    }

    [Test]
    public async Task A_swap_stays_within_its_connection()
    {
        var other = Publish([4], connection: 2);
        await Expect(new SwapPolicy(Publishes, 1), [A, other, B], other, B, A);
    }

    [Test]
    public async Task A_recorded_packet_stands_in_for_a_later_one() =>
        await Expect(new ReplayPolicy(Publishes, record: 1, at: 3), [A, B, C], A, B, A);

    [Test]
    public async Task A_recorded_packet_comes_again_after_a_later_one() =>
        await Expect(new ReplayPolicy(Publishes, record: 1, at: 2, instead: false), [A, B, C], A, B, A, C);

    [Test]
    public void A_replay_before_its_record_is_an_error() =>
        Assert.That(() => new ReplayPolicy(Publishes, 2, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());

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
