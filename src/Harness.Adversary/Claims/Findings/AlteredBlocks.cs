namespace Harness.Adversary.Claims.Findings;

/// <summary>A report is changed on the way and read as genuine.</summary>
internal abstract class AlteredBlocks : Finding
{
    /// <summary>Bytes of a block of PRESENT.</summary>
    protected const int Block = 8;

    /// <summary>Description of an attack of this family.</summary>
    protected static AttackDescription Describe(string precondition, string summary, string observation) => new()
    {
        Cell = new(Claim.DataIntegrity, "wire"),
        Schemes = [SchemeNames.MqttPresent],
        Precondition = precondition,
        Summary = summary,
        Observation = observation,
        Reference = "Sahmi et al. 2021, section 4: PRESENT block by block, no tag; section 5 c (integrity)",
        Control = "PRESENT in ECB from end to end",
    };

    public sealed override string Repair => "a tag over nonce, topic and ciphertext: PRESENT in EAX, or CMAC after encryption";

    public sealed override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var (one, other) = (testbed.Random.Next(1000), testbed.Random.Next(1000, 2000));
        var report = Encoding.ASCII.GetBytes($"level mm{one:D8}{other:D8}in   out");
        var policy = new AlterPolicy(PacketField.Payload(PacketDirection.ToClient, testbed.Topic), Alter, NthPacketPolicy.Every);
        testbed.Tap.Attack = policy;
        await testbed.PublishAsync(report, cancellationToken).ConfigureAwait(false);
        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        testbed.Tap.Attack = null;
        if (policy.Triggered != 1)
        {
            throw new InconclusiveException("reports changed at the tap", "1", $"{policy.Triggered}");
        }

        return read is [{ Plaintext: { } opened }] && IsIntendedResult(report, opened.ToArray())
            ? AttackResult.Win($"{PayloadTraffic.Quote(report)} was read as {Show(opened.Span)}")
            : AttackResult.Loss($"changed on the way: {PayloadTraffic.Describe(read)}");
    }

    public sealed override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new EcbBlocks(), cancellationToken);

    public sealed override Task<AttackResult> RunRepairedAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new CountedGcm(checksCounter: true), cancellationToken);

    /// <summary>Changes a payload.</summary>
    protected abstract byte[] Alter(byte[] payload);

    /// <summary>True where the change turned the report into the intended one.</summary>
    protected abstract bool IsIntendedResult(byte[] report, byte[] read);

    private static string Show(ReadOnlySpan<byte> read)
    {
        var text = new StringBuilder("'");
        foreach (var b in read)
        {
            text.Append(b is >= 0x20 and <= 0x7E ? (char)b : '.');
        }

        return text.Append('\'').ToString();
    }
}

/// <summary>Two fields of a report exchange their values.</summary>
[Attack("finding-block-swap-accepted", Order = 11)]
internal sealed class BlockSwap : AlteredBlocks
{
    public override AttackDescription Description { get; } = Describe(
        precondition: "a tap on the subscriber's connection; it is known where in a report the two fields stand, no key",
        summary: "exchanges the second and the third block of the payload on the way",
        observation: "the subscriber opens the report with the two fields exchanged and all else as sent");

    protected override byte[] Alter(byte[] payload) =>
        [.. payload[..Block], .. payload[(2 * Block)..(3 * Block)], .. payload[Block..(2 * Block)], .. payload[(3 * Block)..]];

    protected override bool IsIntendedResult(byte[] report, byte[] read) => read.AsSpan().SequenceEqual(Alter(report));
}

/// <summary>One bit is turned: one field of the report becomes another value, the others stay.</summary>
[Attack("finding-flipped-bits-accepted", Order = 12)]
internal sealed class FlippedBit : AlteredBlocks
{
    public override AttackDescription Description { get; } = Describe(
        precondition: "a tap on the subscriber's connection, no key",
        summary: "turns one bit of the payload's second block on the way",
        observation: "the subscriber opens a report whose second field is another and all else as sent");

    protected override byte[] Alter(byte[] payload)
    {
        payload[Block] ^= 1;
        return payload;
    }

    protected override bool IsIntendedResult(byte[] report, byte[] read) =>
        read.Length == report.Length && read.AsSpan(0, Block).SequenceEqual(report.AsSpan(0, Block))
        && read.AsSpan(2 * Block).SequenceEqual(report.AsSpan(2 * Block)) && !read.AsSpan().SequenceEqual(report);
}
