namespace Harness.Sessions;

/// <summary>A record of what a broker did with one client.</summary>
public interface IClientRecord
{
    /// <summary>ClientId.</summary>
    string Client { get; }
}

/// <summary>The latest records of one kind at a broker, in bounded memory. Safe for use by many threads.</summary>
/// <typeparam name="TRecord">Type of the records: <see cref="Login.LoginRecord"/>, <see cref="Broker.PayloadRecord"/>.</typeparam>
public sealed class RecentRecords<TRecord>
    where TRecord : class, IClientRecord
{
    /// <summary>Most records kept; the oldest go first.</summary>
    public const int Capacity = 4096;

    private readonly Lock _gate = new();
    private readonly Queue<TRecord> _records = new();
    private readonly List<(string Client, TaskCompletionSource<TRecord> Seen)> _waiting = [];

    /// <summary>The records, oldest first.</summary>
    public IReadOnlyList<TRecord> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records];
            }
        }
    }

    /// <summary>The latest record of a client; null where none is remembered.</summary>
    public TRecord? Last(string client)
    {
        lock (_gate)
        {
            return _records.LastOrDefault(r => r.Client == client);
        }
    }

    /// <summary>Waits for the next record, from this call on, of a client.</summary>
    /// <exception cref="OperationCanceledException">None came before the token fell.</exception>
    public Task<TRecord> NextAsync(string client, CancellationToken cancellationToken)
    {
        var seen = new TaskCompletionSource<TRecord>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((client, seen));
        }

        return AwaitAsync(seen, cancellationToken);
    }

    internal void Add(TRecord record)
    {
        lock (_gate)
        {
            _records.Enqueue(record);
            if (_records.Count > Capacity)
            {
                _records.Dequeue();
            }

            _waiting.RemoveAll(w => w.Client == record.Client && w.Seen.TrySetResult(record));
        }
    }

    private async Task<TRecord> AwaitAsync(TaskCompletionSource<TRecord> seen, CancellationToken cancellationToken)
    {
        try
        {
            return await seen.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _waiting.RemoveAll(w => w.Seen == seen);
            }
        }
    }
}
