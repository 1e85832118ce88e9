namespace Harness.Bench.Measuring;

/// <summary>The operations that can be measured on a device: those that it reports.</summary>
public static class OperationCatalog
{
    /// <summary>Lists a device's operations: those with a name that all devices share, then the others of its firmware.</summary>
    /// <exception cref="RigErrorException">The device does not come up.</exception>
    public static async ValueTask<IReadOnlyList<OperationEntry>> ListAsync(TestBench bench, string device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bench);
        var party = await bench.GetPartyAsync(device, cancellationToken).ConfigureAwait(false);
        var list = new List<OperationEntry>();
        if (party is SerialParty board)
        {
            var firmware = await board.OperationsAsync(cancellationToken).ConfigureAwait(false);
            list.AddRange(OperationNames.OnBoards
                .Where(pair => pair.Value.Firmware.Any(firmware.Contains))
                .Select(pair => new OperationEntry(pair.Key, pair.Value.Description)));
            list.AddRange(Party());
            list.AddRange(firmware
                .Where(name => list.TrueForAll(entry => entry.Name != name) && !OperationNames.OfParties.ContainsKey(name))
                .Select(name => new OperationEntry(name, "built into the firmware")));
        }
        else
        {
            list.AddRange(HostOperations.List());
            list.AddRange(Party());
        }

        return list;

        IEnumerable<OperationEntry> Party() =>
        [
            .. OperationNames.OfParties.Select(pair => new OperationEntry(pair.Key, pair.Value, HasTrigger: pair.Key != OperationNames.Handshake)),
            new OperationEntry(OperationNames.PublishReceive, "a payload sealed, carried by the broker, opened by a subscriber here", HasDeviceClock: false, HasTrigger: false),
        ];
    }

    /// <summary>Opens an operation for measuring; the caller disposes it.</summary>
    /// <param name="bench">The bench.</param>
    /// <param name="device">Device or role.</param>
    /// <param name="operation">A name of <see cref="ListAsync"/>, or one that an operation had before (<see cref="OperationNames.Former"/>).</param>
    /// <param name="bytes">Payload bytes of seal, open and publish-receive.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="InconclusiveException">The device has no such operation, or cannot take that many bytes.</exception>
    /// <exception cref="RigErrorException">The device does not come up.</exception>
    public static async ValueTask<IMeasuredOperation> OpenAsync(
        TestBench bench, string device, string operation, int bytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bench);
        ArgumentException.ThrowIfNullOrEmpty(operation);
        operation = OperationNames.Of(operation);
        var list = await ListAsync(bench, device, cancellationToken).ConfigureAwait(false);
        var entry = list.FirstOrDefault(e => e.Name == operation) ?? throw new InconclusiveException(
            $"operation \"{operation}\" of {device}", "one that the device has", $"none{NearestWord.Hint(operation, list.Select(e => e.Name))}",
            nextCommand: $"./harness measure --list --device {ShellWord.Quote(device)}");
        var party = await bench.GetPartyAsync(device, cancellationToken).ConfigureAwait(false);
        if (party.Capabilities.MaximumPayload < bytes)
        {
            throw new InconclusiveException(
                $"payload of {device}", $"at most {party.Capabilities.MaximumPayload} bytes", $"{bytes}", nextCommand: $"./harness measure {operation} --bytes {party.Capabilities.MaximumPayload}");
        }

        if (OperationNames.OfParties.ContainsKey(operation) || operation == OperationNames.PublishReceive)
        {
            // A random name for this run: no account exists for it elsewhere.
            var identity = bench.IdentityOf(device, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), profile: "as-published");
            return operation == OperationNames.PublishReceive
                ? await PublishReceiveOperation.OpenAsync(entry, bench, party, identity, bytes, cancellationToken).ConfigureAwait(false)
                : await PartyOperation.OpenAsync(entry, party, identity, bench.Rig.KeyBits, bytes, cancellationToken).ConfigureAwait(false);
        }

        if (party is not SerialParty board)
        {
            return HostOperations.Open(operation)!;
        }

        var firmware = await board.OperationsAsync(cancellationToken).ConfigureAwait(false);
        var name = OperationNames.OnBoards.TryGetValue(operation, out var known) ? known.Firmware.First(firmware.Contains) : operation;
        return new BoardOperation(board, entry, name);
    }
}
