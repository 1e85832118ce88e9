namespace Harness.Bench.Measuring;

/// <summary>A primitive in this process: the counterpart of a board's <c>MEASURE</c>.</summary>
internal sealed class HostOperation(OperationEntry entry, Action run) : IMeasuredOperation
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
