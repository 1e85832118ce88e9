namespace Harness.Bench.Measuring;

/// <summary>A built-in operation of a board's firmware, one run a request.</summary>
internal sealed class BoardOperation(SerialParty board, OperationEntry entry, string firmwareName) : IMeasuredOperation
{
    public OperationEntry Entry => entry;

    public ValueTask RunAsync(OperationTimer timer, CancellationToken cancellationToken) => timer.TimeAsync(OnceAsync, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<long?> OnceAsync(CancellationToken cancellationToken) =>
        (await board.MeasureAsync(firmwareName, 1, cancellationToken).ConfigureAwait(false)).Sum;
}
