namespace Harness.Adversary.Claims.DataConfidentiality;

/// <summary>The eavesdropper says from ciphertext alone which pieces of a report are equal.</summary>
[Attack("dc-equal-blocks", Order = 2)]
internal sealed class EqualBlocks : Attack
{
    private const int Messages = 12;
    private const int Units = 3;
    private const int Values = 2;

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataConfidentiality),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "a capture of one session; it is known that reports consist of fields of 16 bytes",
        Summary = "reads off which of 36 fields in 12 reports, each of two values, are equal, on each hop",
        Observation = "all 36 are told right (by guessing once in 2^35)",
        Reference = "Sahmi et al. 2021, section 4: PRESENT block by block; NIST SP 800-38A, section 6.1 (ECB)",
        Control = "PRESENT in ECB from end to end",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var values = Enumerable.Range(0, Values).Select(_ => PayloadTraffic.Reading(testbed.Random, BlockPatterns.Unit)).ToArray();
        var fields = Enumerable.Range(0, Messages * Units).Select(_ => values[testbed.Random.Next(Values)]).ToArray();
        foreach (var message in fields.Chunk(Units))
        {
            await testbed.PublishAsync(message.SelectMany(f => f).ToArray(), cancellationToken).ConfigureAwait(false);
        }

        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        if (read.Count(m => m.Refusal is null) != Messages)
        {
            throw new InconclusiveException("reports", $"{Messages} opened by the subscriber", PayloadTraffic.Describe(read));
        }

        var truth = BlockPatterns.Of(fields);
        var told = new[] { PacketDirection.ToBroker, PacketDirection.ToClient }.Select(way => BlockPatterns.OfUnits(PayloadTraffic.Payloads(testbed, way), Units)).ToArray();
        var right = told.Max(t => t.Length == truth.Length ? t.Zip(truth).Count(pair => pair.First == pair.Second) : 0);
        var distinct = told.Min(t => t.Distinct().Count());
        return new AttackResult(
            told.Any(t => t.SequenceEqual(truth)),
            $"{Messages * Units} fields of {Values} values look like {distinct} values on the wire; {right} told right");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new EcbBlocks(), cancellationToken);
}
