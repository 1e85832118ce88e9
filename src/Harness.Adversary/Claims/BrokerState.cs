namespace Harness.Adversary.Claims;

/// <summary>Use of the session keys that a broker holds: its own state and nothing else.</summary>
internal static class BrokerState
{
    /// <summary>Counters burnt before a forgery: more than a testbed ever used, so that it is above the last one accepted.</summary>
    private const int Burnt = 5000;

    /// <summary>Opens what the publisher sent, every way that its keys allow.</summary>
    /// <returns>Candidates: the bytes as they came, and what the keys made of them.</returns>
    public static IReadOnlyList<byte[]> Open(AttackTestbed testbed, byte[] payload)
    {
        var candidates = new List<byte[]> { payload };
        if (SchemeNames.IsHopByHop(testbed.Scheme))
        {
            using var hop = new HopChannel(testbed.BrokerKey(testbed.Publisher.Client), HopDirection.FromBroker);
            if (hop.Open(testbed.Topic, payload, out var opened) == HopResult.Opened)
            {
                candidates.Add(opened);
            }
        }
        else
        {
            var traffic = TrafficKey(testbed);
            if (MqttPresentCipher.TryOpen(testbed.Options.KeyBits, traffic, payload, out var opened))
            {
                candidates.Add(opened);
            }

            CryptographicOperations.ZeroMemory(traffic);
        }

        return candidates;
    }

    /// <summary>A payload for the subscriber that nobody but the broker made.</summary>
    public static byte[] Forge(AttackTestbed testbed, byte[] plaintext)
    {
        if (SchemeNames.IsHopByHop(testbed.Scheme))
        {
            using var hop = new HopChannel(testbed.BrokerKey(testbed.Subscriber.Client), HopDirection.FromBroker);
            for (var i = 0; i < Burnt; i++)
            {
                hop.Seal(testbed.Topic, []);
            }

            return hop.Seal(testbed.Topic, plaintext);
        }

        var traffic = TrafficKey(testbed);
        var forged = MqttPresentCipher.Seal(testbed.Options.KeyBits, traffic, plaintext);
        CryptographicOperations.ZeroMemory(traffic);
        return forged;
    }

    /// <summary>Ks, which the broker computed itself; the caller wipes it.</summary>
    public static byte[] TrafficKey(AttackTestbed testbed) =>
        MqttPresentCipher.Combine(testbed.BrokerKey(testbed.Publisher.Client), testbed.BrokerKey(testbed.Subscriber.Client));
}
