namespace Harness.Bench.Measuring.Primitives;

/// <summary>PRESENT's block and its key schedule, with both key sizes.</summary>
internal static class Present
{
    private const int LongKey = 16;
    private const int ShortKey = 10;

    [MeasuredOperation("present-encrypt", "one block of 8 bytes, PRESENT-128, keyed before", "block", Order = 2, Firmware = ["present-encrypt", "present128-block"])]
    public static ValueTask<IMeasuredOperation> Encrypt128(OperationTarget target, CancellationToken cancellationToken) => target.Primitive(() => Block(LongKey));

    [MeasuredOperation("present80-encrypt", "one block of 8 bytes, PRESENT-80, keyed before", "block", Order = 3, Firmware = ["present80-encrypt", "present80-block"])]
    public static ValueTask<IMeasuredOperation> Encrypt80(OperationTarget target, CancellationToken cancellationToken) => target.Primitive(() => Block(ShortKey));

    [MeasuredOperation("present-key", "round keys of PRESENT-128", "key", Order = 4, Firmware = ["present-key", "present128-key"])]
    public static ValueTask<IMeasuredOperation> Key128(OperationTarget target, CancellationToken cancellationToken) => target.Primitive(() => KeySetUp(LongKey));

    [MeasuredOperation("present80-key", "round keys of PRESENT-80", "key", Order = 5, Firmware = ["present80-key"])]
    public static ValueTask<IMeasuredOperation> Key80(OperationTarget target, CancellationToken cancellationToken) => target.Primitive(() => KeySetUp(ShortKey));

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
}
