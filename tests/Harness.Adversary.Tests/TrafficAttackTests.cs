using Harness.Sessions;
using Harness.Sessions.Tests;

namespace Harness.Adversary.Tests;

/// <summary>Attacks on real traffic of MQTT-PRESENT, whose published faults must show: they are what the scheme is judged by.</summary>
public sealed class TrafficAttackTests
{
    private static readonly byte[] Reading = "T=21.53 H=48.10 P=1013.25"u8.ToArray();
    private static readonly PacketField Payload = PacketField.Payload(PacketDirection.ToBroker, Bench.Topic);

    [Test]
    public async Task A_reading_stands_nowhere_on_the_wire()
    {
        await using var bench = await Bench.StartAsync();
        var (pub, sub) = await PairAsync(bench);
        await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(Reading));
        Assert.That(new PlaintextScan(Reading).Scan(bench.Tap.Capture), Is.Empty);
    }

    [Test]
    public async Task A_reading_published_in_the_clear_is_found_both_ways()
    {
        await using var bench = await Bench.StartAsync();
        var (pub, sub) = await PairAsync(bench);
        await pub.PublishAsync(Bench.Topic, Reading, default);
        await sub.ReceiveAsync(Bench.Limit);
        var findings = new PlaintextScan(Reading).Scan(bench.Tap.Capture);
        Assert.That(findings.Select(f => (f.Direction, f.Encoding)), Is.EquivalentTo(new[] { (PacketDirection.ToBroker, "raw"), (PacketDirection.ToClient, "raw") }));
    }

    [Test]
    public async Task A_flipped_bit_in_the_last_block_spoils_it()
    {
        var policy = AlterPolicy.FlipBit(Payload, bit: 8 * 24);
        await using var bench = await Bench.StartAsync();
        var (pub, sub) = await PairAsync(bench);
        bench.Tap.Policy = policy;
        await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        // PKCS#7 passes about once in 256: what must not come out is the reading.
        byte[]? opened = null;
        try
        {
            opened = (await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray();
        }
        catch (PartyRefusedException e)
        {
            Assert.That(e.Refusal, Is.EqualTo(PartyRefusal.BadPadding));
        }

        Assert.That(opened, Is.Not.EqualTo(Reading));
        Assert.That(policy.Triggered, Is.EqualTo(1));
    }

    [Test]
    public async Task A_flipped_bit_in_the_first_block_goes_unnoticed_as_published()
    {
        var policy = AlterPolicy.FlipBit(Payload, bit: 3);
        await using var bench = await Bench.StartAsync();
        var (pub, sub) = await PairAsync(bench);
        bench.Tap.Policy = policy;
        await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        var opened = (await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray();
        Assert.That(opened[8..], Is.EqualTo(Reading[8..]));
        Assert.That(opened[..8], Is.Not.EqualTo(Reading[..8]));
        Assert.That(policy.Triggered, Is.EqualTo(1));
    }

    [Test]
    public async Task A_replayed_reading_is_accepted_as_published()
    {
        await using var bench = await Bench.StartAsync();
        var (pub, sub) = await PairAsync(bench);
        var policy = new ReplayPolicy(PacketSelector.Of(PacketDirection.ToClient, PacketType.Publish), record: 1, at: 2);
        bench.Tap.Policy = policy;
        await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        await pub.PublishSealedAsync(Bench.Topic, "another reading"u8.ToArray(), default);
        for (var i = 0; i < 2; i++)
        {
            Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(Reading));
        }

        Assert.That(policy.Triggered, Is.EqualTo(1));
    }

    [Test]
    public async Task A_replayed_old_wrap_after_a_new_login_is_refused_or_yields_another_key()
    {
        var keys = PacketSelector.Of(PacketDirection.ToClient, PacketType.Publish) with
        {
            Matches = p => p is { Direction: PacketDirection.ToClient, Packet: PublishPacket { Topic: "aug/707562/key" } },
        };
        var recorder = new ReplayPolicy(keys, record: 1, at: int.MaxValue);
        await using var bench = await Bench.StartAsync(policy: recorder);
        var (pub, _) = await PairAsync(bench);
        await pub.DisposeAsync();

        // Each wrap of the new session, also one that the broker sends twice, is replaced by the recorded one.
        var policy = new InjectPolicy(keys, recorder.Recorded!.Value, instead: true, nth: NthPacketPolicy.Every);
        bench.Tap.Policy = policy;
        pub = await bench.LogInAsync("pub");
        var current = bench.Broker.TrafficKeyFingerprint("pub", "sub")!;
        try
        {
            Assert.That((await pub.WaitForTrafficKeyAsync(Bench.Limit)).Fingerprint, Is.Not.EqualTo(current));
        }
        catch (PartyRefusedException e)
        {
            Assert.That(e.Refusal, Is.EqualTo(PartyRefusal.BadKey));
        }

        Assert.That(policy.Triggered, Is.GreaterThan(0));
    }

    private static async Task<(DeviceSession Pub, DeviceSession Sub)> PairAsync(Bench bench)
    {
        var sub = await bench.LogInAsync("sub");
        var pub = await bench.LogInAsync("pub");
        await sub.SubscribeAsync(Bench.Topic, default);
        await sub.WaitForTrafficKeyAsync(Bench.Limit);
        await pub.WaitForTrafficKeyAsync(Bench.Limit);
        return (pub, sub);
    }
}
