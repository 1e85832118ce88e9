namespace Harness.Mqtt.Tests.Codec;

public class MutationTests
{
    [TestCase(1)]
    [TestCase(20251122)]
    public void Mutated_packets_are_taken_or_refused_and_never_fail_otherwise(int seed)
    {
        var random = new Random(seed);
        var originals = SamplePackets.Encoded.ToArray();
        var (taken, refused, unfinished) = (0, 0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var (_, version, original) = originals[random.Next(originals.Length)];
            var bytes = Mutate(original, random);
            try
            {
                if (!MqttCodec.TryDecode(bytes, version, MqttLimits.Default, out var packet, out var consumed))
                {
                    unfinished++;
                    continue;
                }

                taken++;
                Assert.That(consumed, Is.InRange(2, bytes.Length));
                var again = (packet as ConnectPacket)?.Version ?? version;
                var encoded = MqttCodec.Encode(packet!, again);
                Assert.That(MqttCodec.TryDecode(encoded, again, MqttLimits.Default, out var second, out _), Is.True, Convert.ToHexString(bytes));
                Assert.That(MqttCodec.Encode(second!, again), Is.EqualTo(encoded), Convert.ToHexString(bytes));
            }
            catch (MqttProtocolException)
            {
                refused++;
            }
        }

        // All three outcomes must occur, or the mutations test nothing.
        Assert.That(taken, Is.GreaterThan(500));
        Assert.That(refused, Is.GreaterThan(500));
        Assert.That(unfinished, Is.GreaterThan(500));
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                case 3 when bytes.Count > 2: bytes.RemoveAt(at); break;
                default: bytes.InsertRange(at, bytes.Skip(at).Take(random.Next(1, 9)).ToArray()); break;
            }
        }

        // Half of them with a matching length, or most would only be too short.
        if (random.Next(2) == 0 && bytes.Count is > 2 and < 129)
        {
            bytes[1] = (byte)(bytes.Count - 2);
        }

        return [.. bytes];
    }
}
