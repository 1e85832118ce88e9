namespace Harness.Sessions.Login;

/// <summary>The latest logins at a broker, in bounded memory. Safe for use by many threads.</summary>
public sealed class LoginJournal
{
    /// <summary>Most records kept; the oldest go first.</summary>
    public const int Capacity = 4096;

    private readonly Lock _gate = new();
    private readonly LinkedList<LoginRecord> _records = new();
    private readonly List<(Func<LoginRecord, bool> Wanted, TaskCompletionSource<LoginRecord> Seen)> _waiting = [];

    /// <summary>The records, oldest first.</summary>
    public IReadOnlyList<LoginRecord> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records];
            }
        }
    }

    /// <summary>The latest login of a client; null where none is remembered.</summary>
    public LoginRecord? Last(string client)
    {
        lock (_gate)
        {
            return _records.LastOrDefault(r => r.Client == client);
        }
    }

    /// <summary>Waits for the next login, from this call on, of a client.</summary>
    /// <exception cref="OperationCanceledException">None came before the token fell.</exception>
    public Task<LoginRecord> NextAsync(string client, CancellationToken cancellationToken)
    {
        var seen = new TaskCompletionSource<LoginRecord>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((r => r.Client == client, seen));
        }

        return AwaitAsync(seen, cancellationToken);
    }

    internal void Add(LoginRecord record)
    {
        lock (_gate)
        {
            _records.AddLast(record);
            if (_records.Count > Capacity)
            {
                _records.RemoveFirst();
            }

            _waiting.RemoveAll(w => w.Wanted(record) && w.Seen.TrySetResult(record));
        }
    }

    private async Task<LoginRecord> AwaitAsync(TaskCompletionSource<LoginRecord> seen, CancellationToken cancellationToken)
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
