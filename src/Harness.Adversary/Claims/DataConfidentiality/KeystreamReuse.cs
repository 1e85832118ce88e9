namespace Harness.Adversary.Claims.DataConfidentiality;

/// <summary>Two messages under one key and nonce give away the exclusive or of their plaintexts: whoever knows one of them reads the other.</summary>
/// <remarks>Counters that start again under a key that did not change would do it; so the publisher logs in anew in between, and re-authenticates.</remarks>
[Attack("dc-keystream-reuse", Order = 4)]
internal sealed class KeystreamReuse : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataConfidentiality),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "a capture over a second login and a re-authentication of the publisher, and the plaintext of every message but one",
        Summary = "for every pair of payloads takes ciphertext xor ciphertext xor the known plaintext, on each hop, behind nonces of any length",
        Observation = "the plaintext of the message it does not know",
        Reference = "NIST SP 800-38D, section 8: a nonce never twice under one key",
        Control = "AES-GCM under one nonce",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var known = new List<byte[]>();
        async Task KnownAsync()
        {
            for (var i = 0; i < 3; i++)
            {
                known.Add(await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false));
            }
        }

        await KnownAsync().ConfigureAwait(false);
        await testbed.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        await testbed.AdmitAsync(testbed.Publisher, cancellationToken).ConfigureAwait(false);
        await testbed.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
        await KnownAsync().ConfigureAwait(false);

        // A device that logs in by itself cannot be made to authenticate again on its connection.
        if (testbed.Broker.SupportsReauthentication && !testbed.Publisher.IsExternal)
        {
            await PayloadTraffic.ReauthenticateAsync(testbed, testbed.Publisher, cancellationToken).ConfigureAwait(false);
            await KnownAsync().ConfigureAwait(false);
        }

        var secret = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var pairs = 0;
        foreach (var way in (PacketDirection[])[PacketDirection.ToBroker, PacketDirection.ToClient])
        {
            var payloads = PayloadTraffic.Payloads(testbed, way);
            for (var i = 0; i < known.Count; i++)
            {
                foreach (var offset in BlockPatterns.Offsets)
                {
                    pairs++;
                    if (Xor(payloads[i], payloads[^1], known[i], offset).AsSpan().SequenceEqual(secret))
                    {
                        return AttackResult.Win($"message {i + 1} of {known.Count} and the secret one share their keystream ({way}): read {PayloadTraffic.Quote(secret)}");
                    }
                }
            }
        }

        return AttackResult.Loss($"none of {pairs} pairs gave the message away{(testbed.Publisher.IsExternal ? "; across logins, without a re-authentication" : "")}");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new OneNonce(), cancellationToken);

    private static byte[] Xor(byte[] one, byte[] other, byte[] known, int offset)
    {
        var length = Math.Min(Math.Min(one.Length, other.Length) - offset, known.Length);
        return [.. Enumerable.Range(0, Math.Max(0, length)).Select(i => (byte)(one[offset + i] ^ other[offset + i] ^ known[i]))];
    }
}
