namespace Harness.Bench.Measuring;

/// <summary>The operations that can be measured on a device: those that are declared for it, and the others of its firmware.</summary>
public static class OperationCatalog
{
    /// <summary>Lists a device's operations: those with a name that all devices share, then the others of its firmware.</summary>
    /// <exception cref="RigErrorException">The device does not come up.</exception>
    public static async ValueTask<IReadOnlyList<OperationEntry>> ListAsync(TestBench bench, string device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bench);
        var party = await bench.GetPartyAsync(device, cancellationToken).ConfigureAwait(false);
        return await ListAsync(bench.Drivers.Operations, party, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens an operation for measuring; the caller disposes it.</summary>
    /// <param name="bench">The bench.</param>
    /// <param name="device">Device or role.</param>
    /// <param name="operation">A name of <see cref="ListAsync(TestBench, string, CancellationToken)"/>, or one that an operation had before.</param>
    /// <param name="bytes">Payload bytes of seal, open and publish-receive.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="InconclusiveException">The device has no such operation, or cannot take that many bytes.</exception>
    /// <exception cref="RigErrorException">The device does not come up.</exception>
    public static async ValueTask<IMeasuredOperation> OpenAsync(
        TestBench bench, string device, string operation, int bytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bench);
        ArgumentException.ThrowIfNullOrEmpty(operation);
        var declared = bench.Drivers.Operations;
        operation = declared.NameOf(operation);
        var party = await bench.GetPartyAsync(device, cancellationToken).ConfigureAwait(false);
        var list = await ListAsync(declared, party, cancellationToken).ConfigureAwait(false);
        var entry = list.FirstOrDefault(e => e.Name == operation) ?? throw new InconclusiveException(
            $"operation \"{operation}\" of {device}", "one that the device has", $"none{NearestWord.Hint(operation, list.Select(e => e.Name))}",
            nextCommand: $"./harness measure --list --device {ShellWord.Quote(device)}");
        if (party.Capabilities.MaximumPayload < bytes)
        {
            throw new InconclusiveException(
                $"payload of {device}", $"at most {party.Capabilities.MaximumPayload} bytes", $"{bytes}", nextCommand: $"./harness measure {operation} --bytes {party.Capabilities.MaximumPayload}");
        }

        var firmware = party is SerialParty asked ? await asked.OperationsAsync(cancellationToken).ConfigureAwait(false) : [];
        if (declared.Find(operation) is not { } found || !IsOn(found.Attribute, party, firmware))
        {
            return new BoardOperation((SerialParty)party, entry, operation);
        }

        bench.Uses(found.Assembly, "operation");
        var target = new OperationTarget(bench, device, party, entry, bytes) { Firmware = declared.FirmwareNameOf(operation, firmware) };
        return await found.Open(target, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<IReadOnlyList<OperationEntry>> ListAsync(DeclaredOperations declared, IParty party, CancellationToken cancellationToken)
    {
        var firmware = party is SerialParty board ? await board.OperationsAsync(cancellationToken).ConfigureAwait(false) : [];
        var list = declared.All.Where(o => IsOn(o.Attribute, party, firmware)).Select(o => Entry(o.Attribute, party)).ToList();
        list.AddRange(firmware
            .Where(name => list.TrueForAll(entry => entry.Name != name))
            .Select(name => new OperationEntry(name, "built into the firmware", "run")));
        return list;
    }

    private static bool IsOn(MeasuredOperationAttribute operation, IParty party, IReadOnlyCollection<string> firmware) =>
        (operation.Scheme is null || party.Capabilities.Schemes.Contains(operation.Scheme))
        && (operation.Scope != OperationScope.Primitive || party is not SerialParty || operation.Firmware.Any(firmware.Contains));

    private static OperationEntry Entry(MeasuredOperationAttribute operation, IParty party) => new(
        operation.Name, operation.Help, operation.Unit, HasDeviceClock: operation.Scope != OperationScope.EndToEnd,
        HasTrigger: operation.Scope == OperationScope.Step || (operation.Scope == OperationScope.Primitive && party is SerialParty));
}
