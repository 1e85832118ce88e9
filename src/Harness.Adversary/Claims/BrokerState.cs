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
        if (SchemeNames.WithoutKey.Contains(testbed.Scheme))
        {
            return candidates;
        }

        if (SchemeNames.IsHopByHop(testbed.Scheme))
        {
            using var hop = new HopChannel(testbed.BrokerKey(testbed.Publisher.Client), HopDirection.FromBroker);
            if (hop.Open(testbed.Topic, payload, out var opened) == HopResult.Opened)
            {
                candidates.Add(opened);
            }
        }
        else if (testbed.Scheme == SchemeNames.Hardened)
        {
            using var hop = new BrokerHop(testbed, testbed.Publisher);
            candidates.AddRange(Keys(testbed).SelectMany(key => OpenWith(testbed, key, hop.Epochs(), payload)));
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
        if (SchemeNames.WithoutKey.Contains(testbed.Scheme))
        {
            return plaintext;
        }

        if (SchemeNames.IsHopByHop(testbed.Scheme))
        {
            using var hop = new HopChannel(testbed.BrokerKey(testbed.Subscriber.Client), HopDirection.FromBroker);
            for (var i = 0; i < Burnt; i++)
            {
                hop.Seal(testbed.Topic, []);
            }

            return hop.Seal(testbed.Topic, plaintext);
        }

        if (testbed.Scheme == SchemeNames.Hardened)
        {
            // TK is what it lacks: its own key in that place, and all else as the publisher's next message would be.
            using var keys = new EpochKeys(
                testbed.Publisher.Party.Pairs!.Status.Epoch!.Value, testbed.BrokerKey(testbed.Publisher.Client).AsSpan(0, HardenedKeys.TopicKeySize), HardenedKeys.Sender(testbed.Publisher.Client), 1);
            using var sealer = new MessageSealer(testbed.Options.PairCipher, keys, testbed.Publisher.Client, testbed.Topic);
            return sealer.Seal(plaintext).Payload;
        }

        var traffic = TrafficKey(testbed);
        var forged = MqttPresentCipher.Seal(testbed.Options.KeyBits, traffic, plaintext);
        CryptographicOperations.ZeroMemory(traffic);
        return forged;
    }

    /// <summary>Opens a payload with one key in each place of the key schedule of hardened: as SK_PS before each epoch that the broker carried, and as TK.</summary>
    /// <param name="testbed">Place.</param>
    /// <param name="key">32 bytes.</param>
    /// <param name="epochs">The keys of epochs as the broker carried them.</param>
    /// <param name="payload">The payload.</param>
    /// <returns>Candidates for the plaintext.</returns>
    public static IReadOnlyList<byte[]> OpenWith(AttackTestbed testbed, byte[] key, IReadOnlyList<PairMessage> epochs, byte[] payload)
    {
        var (cipher, publisher) = (testbed.Options.PairCipher, testbed.Publisher.Client);
        var number = testbed.Publisher.Party.Pairs!.Status.Epoch!.Value; // no secret: epochs may be counted on the wire
        var found = new List<EpochKeys>();
        found.AddRange(epochs.Select(e => EpochKeys.Open(cipher, key, e)).OfType<EpochKeys>());
        found.AddRange(from half in new[] { key[..HardenedKeys.TopicKeySize], key[HardenedKeys.TopicKeySize..] } select new EpochKeys(number, half, HardenedKeys.Sender(publisher), 0));
        var plaintexts = new List<byte[]>();
        foreach (var keys in found)
        {
            using var opener = new MessageOpener(cipher, keys, publisher, testbed.Topic);
            if (opener.Open(payload, out var plaintext) == HardenedResult.Opened)
            {
                plaintexts.Add(plaintext!);
            }

            keys.Dispose();
        }

        return plaintexts;
    }

    private static byte[][] Keys(AttackTestbed testbed) =>
        [testbed.BrokerKey(testbed.Publisher.Client), testbed.BrokerKey(testbed.Subscriber.Client), TrafficKey(testbed)];

    /// <summary>Ks, which the broker computed itself; the caller wipes it.</summary>
    public static byte[] TrafficKey(AttackTestbed testbed) =>
        MqttPresentCipher.Combine(testbed.BrokerKey(testbed.Publisher.Client), testbed.BrokerKey(testbed.Subscriber.Client));
}
