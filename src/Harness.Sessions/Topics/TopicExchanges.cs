namespace Harness.Sessions.Topics;

/// <summary>Bounds of a broker side on topics, in number and time.</summary>
/// <param name="Sessions">Most sessions at once; one more ends the oldest, finished ones first.</param>
/// <param name="SessionsPerClient">Most sessions of one name at once; one more ends that name's oldest.</param>
/// <param name="Lifetime">From step 1 on; an unfinished login ends then, and a finished one is no longer repeated.</param>
public sealed record TopicExchangeOptions(int Sessions, int SessionsPerClient, TimeSpan Lifetime)
{
    /// <summary>256 sessions, 4 a name, 30 s.</summary>
    public static TopicExchangeOptions Default { get; } = new(256, 4, TimeSpan.FromSeconds(30));
}

/// <summary>The answer to one message.</summary>
/// <param name="Bytes">Bytes to publish to the client.</param>
/// <param name="Accepted">True once, where V_C verified now; a repeat of that answer proves nothing about who asks.</param>
/// <param name="Sent">Called when the answer is on its way: keys are taken over then, and once.</param>
public sealed record TopicReply(ReadOnlyMemory<byte> Bytes, bool Accepted, Action Sent);

/// <summary>The broker side of logins on topics, without I/O.</summary>
/// <remarks>
/// It runs the very exchange of the MQTT 5 binding, so that refusals, lock-out and the work for a name without an account are the same.
/// A repeated step of one session gets the same bytes and costs nothing: a second V_C of a session is never judged.
/// What is no client's message at all (version, step, length) has no session to answer to and gets silence.
/// Safe for use by many threads.
/// </remarks>
public sealed class TopicExchanges : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Client, ulong Session, bool Proved), Entry> _entries = [];
    private readonly LinkedList<Entry> _order = new();
    private readonly AugPakeAuthenticator _authenticator;
    private readonly TopicExchangeOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    /// <summary>A broker side over an authenticator.</summary>
    /// <param name="authenticator">Accounts, lock-out and keys.</param>
    /// <param name="options">Bounds; null for <see cref="TopicExchangeOptions.Default"/>.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public TopicExchanges(AugPakeAuthenticator authenticator, TopicExchangeOptions? options = null, TimeProvider? time = null)
    {
        _authenticator = authenticator;
        _options = options ?? TopicExchangeOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Sessions, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.SessionsPerClient, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_options.Lifetime, TimeSpan.Zero, nameof(options));
        _time = time ?? TimeProvider.System;

        // Without it the scalar of an abandoned login would stay until somebody else logs in.
        _sweep = _time.CreateTimer(_ => Sweep(), null, _options.Lifetime, _options.Lifetime);
    }

    /// <summary>Sessions remembered now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Takes one message from a client's topic.</summary>
    /// <param name="client">C, from the topic.</param>
    /// <param name="payload">The message.</param>
    /// <param name="proved">True on a connection that proved the key before: its sessions are re-authentications, and nobody else's messages reach them.</param>
    /// <param name="cancellationToken">Ends the wait for another message of the same session.</param>
    /// <returns>The answer; null where there is nobody to answer.</returns>
    public async ValueTask<TopicReply?> HandleAsync(string client, ReadOnlyMemory<byte> payload, bool proved, CancellationToken cancellationToken)
    {
        if (!TopicMessage.TryDecode(payload.Span, out var message) || message.Step is not (TopicStep.Start or TopicStep.Proof))
        {
            return null;
        }

        if (client.Length == 0)
        {
            return Refuse(message.Session, ReasonCode.ClientIdentifierNotValid);
        }

        Sweep();
        if (message.Step == TopicStep.Proof)
        {
            return Find(client, message.Session, proved) is { } known
                ? await ProveAsync(known, message.Data, cancellationToken).ConfigureAwait(false)
                : Refuse(message.Session, ReasonCode.ProtocolError);
        }

        if (Find(client, message.Session, proved) is { } begun)
        {
            return await BeginAsync(begun, default, cancellationToken).ConfigureAwait(false);
        }

        if (!TopicStart.TryDecode(message.Data.Span, out var start))
        {
            return Refuse(message.Session, ReasonCode.ProtocolError);
        }

        return _authenticator.Supports(start.Method)
            ? await BeginAsync(Add(client, message.Session, proved, start.Method), start.X, cancellationToken).ConfigureAwait(false)
            : Refuse(message.Session, ReasonCode.BadAuthenticationMethod);
    }

    /// <summary>Forgets every session; unfinished logins are abandoned.</summary>
    public void Dispose()
    {
        _sweep.Dispose();
        List<Entry> all;
        lock (_gate)
        {
            all = [.. _order];
            _order.Clear();
            _entries.Clear();
        }

        all.ForEach(e => e.End());
    }

    private static TopicReply Refuse(ulong session, ReasonCode reason) =>
        new(new TopicMessage(TopicStep.Refusal, session, new[] { (byte)reason }).Encode(), false, static () => { });

    private static async ValueTask<TopicReply> BeginAsync(Entry entry, ReadOnlyMemory<byte> x, CancellationToken cancellationToken)
    {
        await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            entry.Challenge ??= await StepAsync(entry, x, TopicStep.Challenge, cancellationToken).ConfigureAwait(false);
            return new TopicReply(entry.Challenge, false, static () => { });
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private static async ValueTask<TopicReply> ProveAsync(Entry entry, ReadOnlyMemory<byte> proof, CancellationToken cancellationToken)
    {
        await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var isFirst = entry.Verdict is null;
            if (isFirst && entry.Challenge is not [_, (byte)TopicStep.Challenge, ..])
            {
                // Step 1 was refused, which ended the session, or has not been taken yet.
                return entry.Challenge is { } refusal ? new TopicReply(refusal, false, static () => { }) : Refuse(entry.Session, ReasonCode.ProtocolError);
            }

            entry.Verdict ??= await StepAsync(entry, proof, TopicStep.Success, cancellationToken).ConfigureAwait(false);
            var accepted = entry.Verdict[1] == (byte)TopicStep.Success;
            return new TopicReply(entry.Verdict, isFirst && accepted, accepted ? entry.Complete : static () => { });
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private static async ValueTask<byte[]> StepAsync(Entry entry, ReadOnlyMemory<byte> data, TopicStep good, CancellationToken cancellationToken)
    {
        if (entry.Exchange is not { } exchange)
        {
            return Refuse(entry.Session, ReasonCode.ProtocolError).Bytes.ToArray();
        }

        var step = await exchange.NextAsync(data, cancellationToken).ConfigureAwait(false);
        if (step.Reason >= ReasonCode.UnspecifiedError)
        {
            entry.EndHeld();
            return Refuse(entry.Session, step.Reason).Bytes.ToArray();
        }

        return new TopicMessage(good, entry.Session, step.Data).Encode();
    }

    private Entry? Find(string client, ulong session, bool proved)
    {
        lock (_gate)
        {
            // Its exchange from before its proof remains its own: a repeated V_C gets the same V_S.
            return _entries.GetValueOrDefault((client, session, proved)) ?? _entries.GetValueOrDefault((client, session, false));
        }
    }

    private Entry Add(string client, ulong session, bool proved, string method)
    {
        var gone = new List<Entry>();
        try
        {
            lock (_gate)
            {
                // Two copies of one step 1 at once are one session.
                if (_entries.TryGetValue((client, session, proved), out var other))
                {
                    return other;
                }

                // A proved connection's are counted apart: others cannot end them by beginning more.
                if (_order.Count(e => e.Client == client && e.Proved == proved) >= _options.SessionsPerClient)
                {
                    gone.Add(Remove(_order.First(e => e.Client == client && e.Proved == proved)));
                }

                if (_order.Count >= _options.Sessions)
                {
                    gone.Add(Remove(_order.FirstOrDefault(e => e.Exchange is null) ?? _order.FirstOrDefault(e => !e.Proved) ?? _order.First!.Value));
                }

                var exchange = _authenticator.Begin(new AuthenticationRequest(client, method, IsReauthentication: proved, Remote: null));
                var entry = new Entry(client, session, proved, exchange, _time.GetUtcNow() + _options.Lifetime);
                _entries.Add((client, session, proved), entry);
                _order.AddLast(entry);
                return entry;
            }
        }
        finally
        {
            gone.ForEach(e => e.End());
        }
    }

    private void Sweep()
    {
        var gone = new List<Entry>();
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            while (_order.First is { } oldest && oldest.Value.Until <= now)
            {
                gone.Add(Remove(oldest.Value));
            }
        }

        gone.ForEach(e => e.End());
    }

    private Entry Remove(Entry entry)
    {
        _order.Remove(entry);
        _entries.Remove((entry.Client, entry.Session, entry.Proved));
        return entry;
    }

    [SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim whose wait handle is never taken holds nothing to dispose.")]
    private sealed class Entry(string client, ulong session, bool proved, IAuthenticationExchange exchange, DateTimeOffset until)
    {
        private IAuthenticationExchange? _exchange = exchange;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public string Client { get; } = client;

        public ulong Session { get; } = session;

        public bool Proved { get; } = proved;

        public DateTimeOffset Until { get; } = until;

        public byte[]? Challenge { get; set; }

        public byte[]? Verdict { get; set; }

        public IAuthenticationExchange? Exchange => Volatile.Read(ref _exchange);

        public void Complete()
        {
            using var done = Interlocked.Exchange(ref _exchange, null);
            done?.Completed();
        }

        /// <summary>Ends what another message of the session may be computing just now.</summary>
        public void End()
        {
            Gate.Wait();
            try
            {
                EndHeld();
            }
            finally
            {
                Gate.Release();
            }
        }

        /// <summary>The same where the caller holds the gate.</summary>
        public void EndHeld() => Interlocked.Exchange(ref _exchange, null)?.Dispose();
    }
}
