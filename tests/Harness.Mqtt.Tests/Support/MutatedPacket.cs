namespace Harness.Mqtt.Tests.Support;

/// <summary>A sample packet with some bytes changed, added or taken away.</summary>
internal static class MutatedPacket
{
    private static readonly (MqttVersion Version, byte[] Bytes)[] Originals = [.. SamplePackets.Encoded.Select(e => (e.Item2, e.Item3))];

    /// <summary>Makes one.</summary>
    /// <param name="random">The source of choices: its seed repeats them.</param>
    /// <param name="version">The version of the original; null takes either.</param>
    public static (MqttVersion Version, byte[] Bytes) Next(Random random, MqttVersion? version = null)
    {
        while (true)
        {
            var (own, original) = Originals[random.Next(Originals.Length)];
            if ((version ?? own) == own)
            {
                return (own, Of(original, random));
            }
        }
    }

    private static byte[] Of(byte[] original, Random random)
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
