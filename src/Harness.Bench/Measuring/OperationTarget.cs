namespace Harness.Bench.Measuring;

/// <summary>Opens a measured operation; the caller disposes it.</summary>
/// <param name="target">The device to open it on.</param>
/// <param name="cancellationToken">Cancels the opening.</param>
public delegate ValueTask<IMeasuredOperation> OpenOperation(OperationTarget target, CancellationToken cancellationToken);

/// <summary>The device that an operation is opened on, and what was asked for.</summary>
/// <param name="Bench">The bench.</param>
/// <param name="Device">Device or role.</param>
/// <param name="Party">The device as a party, up.</param>
/// <param name="Entry">The operation as it is on this device.</param>
/// <param name="Bytes">Payload bytes.</param>
public sealed record OperationTarget(TestBench Bench, string Device, IParty Party, OperationEntry Entry, int Bytes)
{
    /// <summary>The operation's name in the board's firmware; null in this process.</summary>
    internal string? Firmware { get; init; }

    /// <summary>A payload of <see cref="Bytes"/> letters.</summary>
    public byte[] Payload() => [.. Enumerable.Range(0, Bytes).Select(i => (byte)('a' + (i % 26)))];

    /// <summary>An identity for the party under a name and a password that exist nowhere else.</summary>
    public PartyIdentity NewIdentity() =>
        Bench.IdentityOf(Device, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), profile: "as-published");

    /// <summary>Opens a primitive: on a board the one of its firmware, else the work given here.</summary>
    /// <param name="prepare">Prepares the work, outside the measured time, and returns it.</param>
    public ValueTask<IMeasuredOperation> Primitive(Func<Action> prepare)
    {
        ArgumentNullException.ThrowIfNull(prepare);
        return ValueTask.FromResult<IMeasuredOperation>(Firmware is not null && Party is SerialParty board
            ? new BoardOperation(board, Entry, Firmware)
            : new HostOperation(Entry, prepare()));
    }
}
