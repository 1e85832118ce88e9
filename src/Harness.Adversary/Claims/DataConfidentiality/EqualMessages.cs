namespace Harness.Adversary.Claims.DataConfidentiality;

/// <summary>The eavesdropper says from ciphertext alone which messages are equal: a door that is open, shut, shut, open.</summary>
[Attack("dc-equal-messages", Order = 3)]
internal sealed class EqualMessages : Attack
{
    private const int Messages = 24;
    private const int Texts = 3;

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataConfidentiality),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "a capture of one session",
        Summary = "reads off which of 24 messages, each one of three texts of one length, are equal, on each hop",
        Observation = "all 24 are told right (by guessing once in 10^10)",
        Reference = "Sahmi et al. 2021, section 4: payloads are encrypted without a nonce",
        Control = "AES-GCM under one nonce",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var texts = Enumerable.Range(0, Texts).Select(_ => PayloadTraffic.Reading(testbed.Random, 36)).ToArray();
        var sent = Enumerable.Range(0, Messages).Select(_ => texts[testbed.Random.Next(Texts)]).ToArray();
        foreach (var text in sent)
        {
            await testbed.PublishAsync(text, cancellationToken).ConfigureAwait(false);
        }

        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        if (read.Count(m => m.Refusal is null) != Messages)
        {
            throw new InconclusiveException("messages", $"{Messages} opened by the subscriber", PayloadTraffic.Describe(read));
        }

        var truth = BlockPatterns.Of(sent);
        var told = new[] { PacketDirection.ToBroker, PacketDirection.ToClient }.Select(way => BlockPatterns.OfMessages(PayloadTraffic.Payloads(testbed, way))).ToArray();
        return new AttackResult(
            told.Any(t => t.SequenceEqual(truth)),
            $"{Messages} messages of {Texts} texts look like {told.Min(t => t.Distinct().Count())} texts on the wire");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new OneNonce(), cancellationToken);
}
