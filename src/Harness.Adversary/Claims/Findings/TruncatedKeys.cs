namespace Harness.Adversary.Claims.Findings;

/// <summary>Of a 32-byte key 10 bytes are used: another key with the same first 10 opens everything.</summary>
[Attack("finding-keys-are-truncated", Order = 17)]
internal sealed class TruncatedKeys : PublishedSchemeFinding
{
    private const int Bits = 80;

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataConfidentiality),
        Schemes = SchemeSets.MqttPresent,
        Precondition = "the first 10 bytes of the subscriber's SK, and a capture; 80-bit keys",
        Summary = "sets the other 22 bytes of SK to zero, opens the subscriber's wrap, sets 22 bytes of that Ks to zero as well and opens a message",
        Observation = "the right plaintext under keys whose fingerprints are not those of SK and Ks",
        Reference = "Sahmi et al. 2021, sections 3.3 and 4: PRESENT has 80 or 128 bits, SK is a hash's 256",
        Control = PublishedScheme,
    };

    public override string Repair => "128-bit keys, derived for one use each: HKDF(SK, \"wrap\") and HKDF(Ks, \"payload\"), so that every bit of SK counts";

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options) => options with { KeyBits = Bits };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var payload = PayloadTraffic.Payloads(testbed, PacketDirection.ToClient)[^1];
        var wraps = PayloadTraffic.Payloads(testbed, PacketDirection.ToClient, Sessions.Broker.PrivateTopics.Key(testbed.Subscriber.Client));
        if (wraps.Count == 0 || !WrapMessage.TryDecode(wraps[^1], out var wrap))
        {
            throw new InconclusiveException("wrap at the tap", "of the format", $"{wraps.Count} messages");
        }

        var part = new byte[MqttPresentCipher.KeyLength];
        testbed.BrokerKey(testbed.Subscriber.Client).AsSpan(0, Bits / 8).CopyTo(part);
        var evidence = $"SK {testbed.Subscriber.RequiredSession.Fingerprint}, with 10 of its 32 bytes {Fingerprints.Of(part)}";
        var opened = MqttPresentCipher.TryUnwrap(Bits, part, wrap.Wrap.Span, out var traffic);
        CryptographicOperations.ZeroMemory(part);
        if (!opened)
        {
            return AttackResult.Loss($"{evidence}: the wrap does not open");
        }

        evidence += $"; Ks {Fingerprints.Of(traffic)}";
        traffic.AsSpan(Bits / 8).Clear();
        evidence += $", with 10 bytes {Fingerprints.Of(traffic)}";
        var right = MqttPresentCipher.TryOpen(Bits, traffic, payload, out var plaintext) && plaintext.AsSpan().SequenceEqual(reading);
        CryptographicOperations.ZeroMemory(traffic);
        return new AttackResult(right, $"{evidence}: {(right ? $"both open, read {PayloadTraffic.Quote(reading)}" : "the message does not open")}");
    }
}
