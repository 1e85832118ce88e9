using Harness.Crypto.Present;

namespace Harness.Bench.Measuring;

/// <summary>Operations of the device in this process, on Harness.Crypto: the counterpart of a board's <c>MEASURE</c>.</summary>
internal static class HostOperations
{
    private static readonly Dictionary<string, (string Description, Func<Action> Make)> All = new()
    {
        [OperationNames.Empty] = ("nothing at all", () => static () => { }),
        ["present-encrypt"] = ("one block of 8 bytes, PRESENT-128, keyed before", () => Block(16)),
        ["present80-encrypt"] = ("one block of 8 bytes, PRESENT-80, keyed before", () => Block(10)),
        ["present-key"] = ("round keys of PRESENT-128", () => KeySetUp(16)),
        ["present80-key"] = ("round keys of PRESENT-80", () => KeySetUp(10)),
        ["sha256"] = ("SHA-256 of 55 bytes, one block", () =>
        {
            var (data, hash) = (new byte[55], new byte[32]);
            return () => SHA256.HashData(data, hash);
        }),
        ["p256-mul"] = ("a point of P-256 times a scalar, generator", () => Power(AugPakeGroup.P256)),
        ["modexp"] = ("2048-bit power with a 256-bit exponent, generator", () => Power(AugPakeGroup.Modp2048Q256)),
    };

    /// <summary>Lists the operations.</summary>
    public static IEnumerable<OperationEntry> List() => All.Select(pair => new OperationEntry(pair.Key, pair.Value.Description, HasTrigger: false));

    /// <summary>Opens an operation; null if none has that name.</summary>
    public static IMeasuredOperation? Open(string name) =>
        All.TryGetValue(name, out var found) ? new HostOperation(new OperationEntry(name, found.Description, HasTrigger: false), found.Make()) : null;

    private static Action Block(int keyBytes)
    {
        var engine = new PresentEngine();
        engine.Init(true, new byte[keyBytes]);
        var block = new byte[PresentEngine.BlockSize];
        return () => engine.ProcessBlock(block, block);
    }

    private static Action KeySetUp(int keyBytes)
    {
        var engine = new PresentEngine();
        var key = new byte[keyBytes];
        return () => engine.Init(true, key);
    }

    private static Action Power(AugPakeGroup group)
    {
        var scalar = group.DrawScalar();
        return () => group.PowerOfGenerator(scalar);
    }

    private sealed class HostOperation(OperationEntry entry, Action run) : IMeasuredOperation
    {
        public OperationEntry Entry => entry;

        public ValueTask RunAsync(OperationTimer timer, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            timer.Time(run);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
