namespace Harness.Mqtt.Tests.Codec;

public class MutationTests
{
    [TestCase(1, 20_000)]
    [TestCase(20251122, 20_000)]
    [TestCase(3, 10_000_000, Category = "Long")]
    public void Mutated_packets_are_taken_or_refused_and_never_fail_otherwise(int seed, int packets)
    {
        var random = new Random(seed);
        var (taken, refused, unfinished) = (0, 0, 0);
        for (var i = 0; i < packets; i++)
        {
            var (version, bytes) = MutatedPacket.Next(random);
            try
            {
                if (!MqttCodec.TryDecode(bytes, version, MqttLimits.Default, out var packet, out var consumed))
                {
                    unfinished++;
                    continue;
                }

                taken++;
                var again = (packet as ConnectPacket)?.Version ?? version;
                var encoded = MqttCodec.Encode(packet!, again);
                if (consumed < 2 || consumed > bytes.Length || !MqttCodec.TryDecode(encoded, again, MqttLimits.Default, out var second, out _)
                    || !MqttCodec.Encode(second!, again).AsSpan().SequenceEqual(encoded))
                {
                    Assert.Fail($"{Convert.ToHexString(bytes)}: {consumed} bytes taken, again {Convert.ToHexString(encoded)}");
                }
            }
            catch (MqttProtocolException)
            {
                refused++;
            }
        }

        TestContext.Out.WriteLine($"{packets} packets: {taken} taken, {refused} refused, {unfinished} unfinished");

        // All three outcomes must occur, or the mutations test nothing.
        Assert.That(taken, Is.GreaterThan(500));
        Assert.That(refused, Is.GreaterThan(500));
        Assert.That(unfinished, Is.GreaterThan(500));
    }
}
