namespace Harness.Sessions.Broker;

/// <summary>What the broker decided on one payload or token request. Never a plaintext, never a token.</summary>
/// <param name="Client">ClientId of who sent it.</param>
/// <param name="Topic">The topic it came on, or the topic a token request is about, or the filter of a refused subscription.</param>
/// <param name="Accepted">True = routed, or granted.</param>
/// <param name="Reason">One of <see cref="PayloadReasons"/>.</param>
/// <param name="At">When.</param>
public sealed record PayloadRecord(string Client, string Topic, bool Accepted, string Reason, DateTimeOffset At);

/// <summary>The reason words of <see cref="PayloadRecord"/>.</summary>
public static class PayloadReasons
{
    /// <summary>Routed as it came: the scheme's broker does not look at payloads.</summary>
    public const string Routed = "ROUTED";

    /// <summary>Opened under the publisher's key, and re-sealed for each who gets it.</summary>
    public const string Opened = "OPENED";

    /// <summary>Too short, wrong tag, or of the other direction.</summary>
    public const string BadTag = "BAD-TAG";

    /// <summary>The counter is not above the last one accepted.</summary>
    public const string Replay = "REPLAY";

    /// <summary>The connection has no session key: it did not log in, or it ended (a will).</summary>
    public const string NoKey = "NO-KEY";

    /// <summary>No token was shown that covers the topic.</summary>
    public const string NoGrant = "NO-GRANT";

    /// <summary>A token request that was granted.</summary>
    public const string Granted = "GRANTED";

    /// <summary>A token request that was refused.</summary>
    public const string Refused = "REFUSED";

    /// <summary>Sealed rightly, but no token request.</summary>
    public const string Malformed = "MALFORMED";
}

/// <summary>The latest decisions of a broker, in bounded memory. Safe for use by many threads.</summary>
public sealed class PayloadJournal
{
    /// <summary>Most records kept; the oldest go first.</summary>
    public const int Capacity = 4096;

    private readonly Lock _gate = new();
    private readonly Queue<PayloadRecord> _records = new();
    private readonly List<(Func<PayloadRecord, bool> Wanted, TaskCompletionSource<PayloadRecord> Seen)> _waiting = [];

    /// <summary>The records, oldest first.</summary>
    public IReadOnlyList<PayloadRecord> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records];
            }
        }
    }

    /// <summary>The latest decision on what a client sent; null where none is remembered.</summary>
    public PayloadRecord? Last(string client)
    {
        lock (_gate)
        {
            return _records.LastOrDefault(r => r.Client == client);
        }
    }

    /// <summary>Waits for the next decision, from this call on, on what a client sent.</summary>
    /// <exception cref="OperationCanceledException">None came before the token fell.</exception>
    public Task<PayloadRecord> NextAsync(string client, CancellationToken cancellationToken)
    {
        var seen = new TaskCompletionSource<PayloadRecord>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((r => r.Client == client, seen));
        }

        return AwaitAsync(seen, cancellationToken);
    }

    internal void Add(PayloadRecord record)
    {
        lock (_gate)
        {
            _records.Enqueue(record);
            if (_records.Count > Capacity)
            {
                _records.Dequeue();
            }

            _waiting.RemoveAll(w => w.Wanted(record) && w.Seen.TrySetResult(record));
        }
    }

    private async Task<PayloadRecord> AwaitAsync(TaskCompletionSource<PayloadRecord> seen, CancellationToken cancellationToken)
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
