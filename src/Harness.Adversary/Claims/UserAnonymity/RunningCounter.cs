namespace Harness.Adversary.Claims.UserAnonymity;

/// <summary>A counter that goes on where it stood tells a later session to be of the same client, though no string of the two is equal.</summary>
[Attack("ua-running-counter", Order = 4)]
internal sealed class RunningCounter : Attack
{
    private const int Messages = 6;
    private const int CounterSize = 8;

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.UserAnonymity),
        Schemes = SchemeSets.Hardened,
        Precondition = "An eavesdropper with a capture of two sessions of a publisher that kept its power in between. IP addresses, ports, timing and lengths are not looked at.",
        Summary = "reads the first 8 bytes of every payload to the broker as a number, and looks whether a topic of the second session begins where one of the first ended",
        Observation = "a number that is the successor of another",
        Reference = "Sahmi et al. 2021, table 3 (UA); src/Harness.Schemes/Hardened/HARDENED.md, messages (counter mask)",
        Control = "plain MQTT with a new ClientId and topic each time, whose payloads are counted in the clear; a client that counts nothing must not be linked",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(testbed);
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var start = testbed.Tap.Seen.Count;
        for (var i = 0; i < Messages; i++)
        {
            await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        }

        var publisher = PayloadTraffic.ConnectionOf(testbed, testbed.Publisher);
        var first = testbed.Tap.Seen.Skip(start).Where(p => p.Connection == publisher).ToList();
        var between = testbed.Tap.Seen.Count;
        await testbed.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        await testbed.AdmitAsync(testbed.Publisher, cancellationToken).ConfigureAwait(false);
        await testbed.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        publisher = PayloadTraffic.ConnectionOf(testbed, testbed.Publisher);
        return Judge(first, [.. testbed.Tap.Seen.Skip(between).Where(p => p.Connection == publisher)]);
    }

    public override async Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controls);
        var toys = await ToyClients.OpenAsync(controls.Options with { Seed = Seed }, cancellationToken).ConfigureAwait(false);
        await using (toys.ConfigureAwait(false))
        {
            var silent = Judge(await toys.PseudonymousAsync(cancellationToken).ConfigureAwait(false), await toys.PseudonymousAsync(cancellationToken).ConfigureAwait(false));
            return silent.Won
                ? AttackResult.Loss($"a client that counts nothing is linked: {silent.Evidence}")
                : Judge(await toys.CountingAsync(17, cancellationToken).ConfigureAwait(false), await toys.CountingAsync(18, cancellationToken).ConfigureAwait(false));
        }
    }

    private static AttackResult Judge(IReadOnlyList<ProxiedPacket> first, IReadOnlyList<ProxiedPacket> second)
    {
        var ends = Numbers(first).Select(t => t[^1]).ToHashSet();
        var begins = Numbers(second).Select(t => t[0]).ToList();
        if (ends.Count == 0 || begins.Count == 0)
        {
            throw new InconclusiveException("captured sessions", "payloads to the broker in both", $"{ends.Count} and {begins.Count} topics with one");
        }

        var successors = begins.Where(b => ends.Contains(unchecked(b - 1))).ToList();
        return successors.Count > 0
            ? AttackResult.Win($"the second session begins with {successors[0]}, one above the end of the first")
            : AttackResult.Loss($"none of {begins.Count} topics of the second session begins one above the end of one of {ends.Count} of the first");
    }

    private static IEnumerable<ulong[]> Numbers(IEnumerable<ProxiedPacket> session) =>
        from packet in session
        where packet.Direction == PacketDirection.ToBroker
        let message = packet.Packet as PublishPacket
        where message is not null && message.Payload.Length >= CounterSize
        group BinaryPrimitives.ReadUInt64BigEndian(message.Payload.Span) by message.Topic into topic
        select topic.ToArray();
}
