using System.Text;
using Harness.Adversary.Claims.Weak;
using Harness.Mqtt;
using Harness.Schemes;

namespace Harness.Adversary.Claims.Findings;

/// <summary>Two fields of a report exchange their values on the way, and the report is read as genuine.</summary>
internal sealed class BlockSwap : Finding
{
    private const int Block = 8;

    public override string Id => "finding-block-swap-accepted";

    public override Cell Cell { get; } = new(Claim.DataIntegrity, "wire");

    public override IReadOnlyList<string> Schemes { get; } = [SchemeNames.MqttPresent];

    public override string Precondition => "a tap on the subscriber's connection; it is known where in a report the two fields stand, no key";

    public override string Summary => "exchanges the second and the third block of the payload on the way";

    public override string Observation => "the subscriber opens the report with the two fields exchanged and all else as sent";

    public override string Reference => "Sahmi et al. 2021, section 4: PRESENT block by block, no tag; section 5 c (integrity)";

    public override string Control => "PRESENT in ECB from end to end";

    public override string Repair => "a tag over the whole payload: EAX, or CMAC after encryption";

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        var (one, other) = (ground.Random.Next(1000), ground.Random.Next(1000, 2000));
        var report = Encoding.ASCII.GetBytes($"level mm{one:D8}{other:D8}in   out");
        byte[] swapped = [.. report[..Block], .. report[(2 * Block)..(3 * Block)], .. report[Block..(2 * Block)], .. report[(3 * Block)..]];
        var swap = new AlterPolicy(Target.Payload(Direction.ToClient, ground.Topic), Swap, NthPacketPolicy.Every);
        ground.Tap.Attack = swap;
        await ground.PublishAsync(report, cancellationToken).ConfigureAwait(false);
        var read = await ground.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        ground.Tap.Attack = null;
        if (swap.Triggered != 1)
        {
            throw new Record.InconclusiveException("blocks exchanged at the tap", "once", $"{swap.Triggered} times");
        }

        return read.Any(m => Wire.Carries(m, swapped))
            ? AttackResult.Win($"{Wire.Quote(report)} was read as {Wire.Quote(swapped)}")
            : AttackResult.Loss($"blocks exchanged: {Wire.Describe(read)}");
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.RunAsync(this, grounds, () => new EcbBlocks(), cancellationToken);

    public override Task<AttackResult> RunRepairedAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.RunAsync(this, grounds, () => new CountedGcm(checksCounter: true), cancellationToken);

    private static byte[] Swap(byte[] payload) =>
        [.. payload[..Block], .. payload[(2 * Block)..(3 * Block)], .. payload[Block..(2 * Block)], .. payload[(3 * Block)..]];
}
