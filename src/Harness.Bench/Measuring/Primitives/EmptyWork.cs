namespace Harness.Bench.Measuring.Primitives;

/// <summary>The empty operation, which measures the overhead of timing itself.</summary>
internal static class EmptyWork
{
    [MeasuredOperation(OperationNames.Empty, "nothing at all", "run", Order = 1, Firmware = [OperationNames.Empty])]
    public static ValueTask<IMeasuredOperation> Open(OperationTarget target, CancellationToken cancellationToken) => target.Primitive(() => static () => { });
}
