namespace Harness.Adversary.Claims.Findings;

/// <summary>A wrap on its way to a client, as an eavesdropper sees it: the topic it came on names the receiver, the message the partner.</summary>
/// <param name="Receiver">ClientId of who can open it.</param>
/// <param name="Message">The message received.</param>
public sealed record SeenWrap(string Receiver, WrapMessage Message);

/// <summary>The fault of Ks = SKp xor SKs (Sahmi et al. 2021, equation 9): who knows Ks and one key knows the other.</summary>
public static class KeyUnrolling
{
    /// <summary>The partner's session key.</summary>
    /// <param name="trafficKey">Ks, 32 bytes.</param>
    /// <param name="ownKey">One's own SK, 32 bytes.</param>
    /// <returns>32 bytes; the caller wipes them.</returns>
    public static byte[] Partner(ReadOnlySpan<byte> trafficKey, ReadOnlySpan<byte> ownKey) => MqttPresentCipher.Combine(trafficKey, ownKey);

    /// <summary>Fingerprint of the partner's session key, as a wrap for oneself gives it away.</summary>
    /// <param name="keyBits">PRESENT's key size, 80 or 128.</param>
    /// <param name="ownKey">One's own SK, 32 bytes.</param>
    /// <param name="wrap">A wrap that came for oneself.</param>
    /// <returns>16 hex digits; null where the wrap does not open.</returns>
    public static string? PartnerFingerprint(int keyBits, ReadOnlySpan<byte> ownKey, WrapMessage wrap)
    {
        ArgumentNullException.ThrowIfNull(wrap);
        if (!MqttPresentCipher.TryUnwrap(keyBits, ownKey, wrap.Wrap.Span, out var traffic))
        {
            return null;
        }

        var partner = Partner(traffic, ownKey);
        var found = Fingerprints.Of(partner);
        CryptographicOperations.ZeroMemory(partner);
        CryptographicOperations.ZeroMemory(traffic);
        return found;
    }

    /// <summary>Every session key that follows from some known ones and the wraps on the wire.</summary>
    /// <remarks>
    /// A wrap to a client whose SK is known gives Ks, and Ks gives the partner's SK; with it the partner's wraps open in turn. So all
    /// sessions fall that are connected with a known one by pairs.
    /// </remarks>
    /// <param name="keyBits">PRESENT's key size, 80 or 128.</param>
    /// <param name="known">SK by ClientId; for a rogue its own alone.</param>
    /// <param name="wraps">The wraps seen, in order; of several between the same two the last counts, for an older one may be under an older SK.</param>
    /// <returns>SK by ClientId, the known ones among them; the caller wipes them. A wrap that does not open is passed over.</returns>
    public static IReadOnlyDictionary<string, byte[]> All(int keyBits, IReadOnlyDictionary<string, byte[]> known, IReadOnlyList<SeenWrap> wraps)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(wraps);
        var keys = known.ToDictionary(k => k.Key, k => (byte[])k.Value.Clone(), StringComparer.Ordinal);
        var latest = wraps.GroupBy(w => (w.Receiver, w.Message.Peer, w.Message.Topic)).Select(g => g.Last()).ToArray();
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var wrap in latest)
            {
                if (keys.ContainsKey(wrap.Message.Peer) || !keys.TryGetValue(wrap.Receiver, out var own)
                    || !MqttPresentCipher.TryUnwrap(keyBits, own, wrap.Message.Wrap.Span, out var traffic))
                {
                    continue;
                }

                keys.Add(wrap.Message.Peer, Partner(traffic, own));
                CryptographicOperations.ZeroMemory(traffic);
                grown = true;
            }
        }

        return keys;
    }

    /// <summary>Every session key that follows from a rogue's own and its wrap, and from the wraps that went over the wire to others.</summary>
    /// <param name="testbed">Place.</param>
    /// <param name="rogue">The client whose SK is known.</param>
    /// <param name="own">The wrap that the rogue got.</param>
    /// <param name="others">Clients whose wraps are examined.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    /// <returns>SK by ClientId, which the caller wipes, and how many wraps they follow from.</returns>
    internal static async Task<(IReadOnlyDictionary<string, byte[]> Keys, int Wraps)> OnTheWireAsync(
        AttackTestbed testbed, RogueClient rogue, WrapMessage own, IReadOnlyList<TestbedDevice> others, CancellationToken cancellationToken)
    {
        var seen = new List<SeenWrap> { new(rogue.Client, own) };
        foreach (var device in others)
        {
            // A round trip on its connection: what the broker sent it before the rogue's wrap has passed the tap.
            await device.RoundTripAsync(cancellationToken).ConfigureAwait(false);
            seen.AddRange(PayloadTraffic.Payloads(testbed, PacketDirection.ToClient, PrivateTopics.Key(device.Client))
                .Select(bytes => WrapMessage.TryDecode(bytes, out var message) ? new SeenWrap(device.Client, message) : null).OfType<SeenWrap>());
        }

        return (All(testbed.Options.KeyBits, new Dictionary<string, byte[]> { [rogue.Client] = rogue.SessionKey.ToArray() }, seen), seen.Count);
    }
}
