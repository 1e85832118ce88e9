namespace Harness.Bench.Measuring;

/// <summary>
/// A built-in operation of a board's firmware, one run a request. The line is taken exclusively and read on the measuring thread; a reply
/// that is damaged or late is asked for again through the normal client, and that sample keeps the time it took.
/// </summary>
internal sealed class BoardOperation : IMeasuredOperation
{
    private readonly SerialParty _board;
    private readonly string _firmwareName;
    private readonly byte[] _request;
    private readonly Func<CancellationToken, ValueTask<long?>> _runOnce;
    private BenchClient.DirectLine? _direct;
    private bool _begun;

    public BoardOperation(SerialParty board, OperationEntry entry, string firmwareName)
    {
        (_board, Entry, _firmwareName) = (board, entry, firmwareName);
        _request = Encoding.ASCII.GetBytes($"MEASURE op={firmwareName} n=1");
        _runOnce = OnceAsync;
    }

    public OperationEntry Entry { get; }

    public ValueTask RunAsync(OperationTimer timer, CancellationToken cancellationToken) =>
        _begun ? timer.TimeAsync(_runOnce, cancellationToken) : BeginAsync(timer, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _direct?.Dispose();
        _direct = null;
        return ValueTask.CompletedTask;
    }

    private async ValueTask BeginAsync(OperationTimer timer, CancellationToken cancellationToken)
    {
        _direct = await _board.BeginDirectAsync(cancellationToken).ConfigureAwait(false);
        _begun = true;
        await timer.TimeAsync(_runOnce, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<long?> OnceAsync(CancellationToken cancellationToken)
    {
        return _direct?.TryAsk(_request, " sum="u8) is { } ticks ? new(ticks) : RunWithRetriesAsync(cancellationToken);
    }

    private async ValueTask<long?> RunWithRetriesAsync(CancellationToken cancellationToken)
    {
        _direct?.Dispose();
        _direct = null;
        _begun = false;
        return (await _board.MeasureAsync(_firmwareName, 1, cancellationToken).ConfigureAwait(false)).Sum;
    }
}
