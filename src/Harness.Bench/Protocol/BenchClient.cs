namespace Harness.Bench.Protocol;

/// <summary>
/// The host's side of the bench protocol (rigs/firmware/PROTOCOL.md): one request at a time, checksums in both directions, and the same line
/// again if no reply came, so that a lost line costs a wait and never runs an operation twice.
/// </summary>
public sealed partial class BenchClient : IAsyncDisposable
{
    /// <summary>Shortest wait for one try of <c>ID</c>: a board that was just opened may take a second for its first answer (PTY, USB).</summary>
    public static readonly TimeSpan MinimumReadyTry = TimeSpan.FromSeconds(2);

    private readonly ILink _link;
    private readonly BenchClientOptions _options;
    private readonly LineReader _reader;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private int _seq;

    /// <summary>Creates a client on a link; the caller keeps the link and disposes it after the client.</summary>
    public BenchClient(ILink link, BenchClientOptions options)
    {
        _link = link;
        _options = options;
        _reader = new LineReader(link, options.Time);
        _seq = options.FirstSeq is { } first ? first - 1 : RandomNumberGenerator.GetInt32(0, 65535);
    }

    /// <summary>Maximum bytes of a request line, from <c>ID</c>; 0 before it answered.</summary>
    public int LineLimit { get; private set; }

    /// <summary>Sends a request and waits for the reply.</summary>
    /// <param name="verb">The verb, for example <c>AUG.INIT</c>.</param>
    /// <param name="arguments">Keys and values in order; binary values as lower-case hex.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>An OK reply.</returns>
    /// <exception cref="BoardErrorException">The board answered ERR.</exception>
    /// <exception cref="BoardSilentException">Nothing came back.</exception>
    /// <exception cref="BoardGarbageException">Only lines that are no replies came back.</exception>
    /// <exception cref="BoardVanishedException">The line ended.</exception>
    public async ValueTask<BoardReply> AskAsync(
        string verb, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ExchangeAsync(verb, arguments, _options.Reply, _options.Attempts, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Sends a request without arguments.</summary>
    /// <inheritdoc cref="AskAsync(string, IReadOnlyList{ValueTuple{string, string}}, CancellationToken)"/>
    public ValueTask<BoardReply> AskAsync(string verb, CancellationToken cancellationToken) => AskAsync(verb, [], cancellationToken);

    /// <summary>Waits until <c>ID</c> answers. No banner is waited for; each try waits at least 2 s.</summary>
    /// <exception cref="BoardMismatchException">Other firmware or another protocol.</exception>
    /// <exception cref="BoardSilentException">Nothing came back within the boot time.</exception>
    /// <exception cref="BoardGarbageException">Only lines that are no replies came back.</exception>
    /// <exception cref="BoardVanishedException">The line ended.</exception>
    public async ValueTask<BoardInfo> WaitReadyAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The board's buffer may hold half a line from an earlier program: a line end clears it.
            await WriteAsync("\n"u8.ToArray(), "ID", cancellationToken).ConfigureAwait(false);
            var each = _options.Boot < MinimumReadyTry ? _options.Boot : MinimumReadyTry;
            var tries = Math.Max(1, (int)Math.Ceiling(_options.Boot / each));
            var reply = await ExchangeAsync("ID", [], each, tries, cancellationToken).ConfigureAwait(false);
            var info = BoardInfo.From(_options.Board, reply);
            LineLimit = info.Line;
            return info;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Sends bytes unchanged and returns the next line, for scenarios about the protocol itself. Nothing is added,
    /// checked or sent again.
    /// </summary>
    /// <param name="bytes">The bytes to send, with the line end where one is meant.</param>
    /// <param name="wait">Longest wait for a line.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The line without its end; null if none came in time.</returns>
    /// <exception cref="BoardVanishedException">The line ended.</exception>
    public async ValueTask<byte[]?> SendRawAsync(ReadOnlyMemory<byte> bytes, TimeSpan wait, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            DrainStale();
            _options.Transcript?.Sent(TrimEnd(bytes.Span));
            await WriteAsync(bytes, "a raw line", cancellationToken).ConfigureAwait(false);
            if (await NextLineAsync(wait, "a raw line", cancellationToken).ConfigureAwait(false) is not { } line)
            {
                return null;
            }

            Keep(line.Bytes, BoardReply.TryParse(line.Bytes, out _));
            return line.Bytes;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Builds the next request line, checksum and LF included, as <see cref="AskAsync(string, CancellationToken)"/> would send it.</summary>
    public byte[] NextLine(string verb, IReadOnlyList<(string Key, string Value)> arguments) => Format(NextSeq(), verb, arguments);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The semaphore is not disposed: a pending request must end with its own error, not with an ObjectDisposedException.
        await _reader.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<BoardReply> ExchangeAsync(
        string verb, IReadOnlyList<(string Key, string Value)> arguments, TimeSpan each, int attempts, CancellationToken cancellationToken)
    {
        DrainStale();
        var started = _options.Time.GetTimestamp();
        using var seen = new SkippedLines(_reader.BytesSeen, Fault);
        var seq = NextSeq();
        var line = Format(seq, verb, arguments);
        var renumbered = false;
        for (var attempt = 1; attempt <= attempts; attempt++)
        {
            // A line end ahead of a repetition ends whatever the first try left in the board's buffer.
            _options.Transcript?.Sent(TrimEnd(line));
            await WriteAsync(attempt == 1 ? line : (byte[])[(byte)'\n', .. line], verb, cancellationToken).ConfigureAwait(false);
            var (reply, damaged) = await AnswerAsync(seq, verb, line.Length, each, seen, cancellationToken).ConfigureAwait(false);
            if (reply is { IsOk: true })
            {
                return reply;
            }

            if (reply is { Code: "SEQ" } && !renumbered)
            {
                // The board knows this SEQ from an earlier program, with another line; so none of this client's requests ran under it.
                renumbered = true;
                Fault("seq-taken", $"SEQ {seq} was used before this run; asked under the next number");
                seq = NextSeq();
                line = Format(seq, verb, arguments);
                attempt--;
                continue;
            }

            if (reply is not null)
            {
                throw new BoardErrorException(_options.Board, verb, reply.Code, reply.Description);
            }

            if (!damaged)
            {
                Fault("no-reply", $"no {(IsArriving(seq) ? "whole reply" : "reply")} to {verb} (SEQ {seq}), try {attempt} of {attempts}");
            }
        }

        throw Unanswered(verb, seq, each, attempts, started, seen);
    }

    /// <summary>Waits for the reply of one try; null asks for another try, at once if the board could not read the line.</summary>
    private async ValueTask<(BoardReply? Reply, bool Damaged)> AnswerAsync(
        int seq, string verb, int sent, TimeSpan each, SkippedLines seen, CancellationToken cancellationToken)
    {
        var until = _options.Time.GetTimestamp();
        var wait = each;
        while (true)
        {
            var left = wait - _options.Time.GetElapsedTime(until);
            if (left <= TimeSpan.Zero || await NextLineAsync(left, verb, cancellationToken).ConfigureAwait(false) is not { } incoming)
            {
                return (null, false);
            }

            var parsed = BoardReply.TryParse(incoming.Bytes, out var reply) && !incoming.Overlong;
            var told = parsed || seen.Add(incoming.Bytes);
            if (told)
            {
                Keep(incoming.Bytes, parsed);
            }

            if (!parsed)
            {
                if (told)
                {
                    Fault(incoming.Overlong ? "overlong" : "garbage", $"skipped while waiting for {verb}: {SkippedLines.Sample(incoming.Bytes)}");
                }

                // The line may have been the reply, damaged, or noise ahead of it.
                var grace = _options.Time.GetElapsedTime(until) + _options.Grace;
                wait = grace < each ? grace : each;
            }
            else if (IsDamageReport(reply!, seq, sent))
            {
                seen.Add(incoming.Bytes);
                Fault("damaged-request", $"{_options.Board} could not read {verb} (SEQ {seq}): {reply!.Code} {reply.Description}".TrimEnd());
                return (null, true);
            }
            else if (reply!.Seq == seq || (reply.Seq == 0 && !reply.IsOk))
            {
                return (reply, false);
            }
            else
            {
                Fault("stale", $"skipped a reply to SEQ {reply.Seq} while waiting for {seq}");
            }
        }
    }

    /// <summary>
    /// True if the board reports that the line came in damaged. CRC always means that; without a readable SEQ so do FORMAT, VERB, ARG and SEQ, and
    /// LENGTH where the line was not too long for it.
    /// </summary>
    private bool IsDamageReport(BoardReply reply, int seq, int sent) => !reply.IsOk && reply.Code switch
    {
        "CRC" => true,
        "LENGTH" => LineLimit > 0 && sent <= LineLimit,
        "FORMAT" => reply.Seq != seq,
        _ => false,
    };

    private int NextSeq() => _seq = (_seq % 65535) + 1;

    private static byte[] Format(int seq, string verb, IReadOnlyList<(string Key, string Value)> arguments)
    {
        var line = new StringBuilder().Append(seq).Append(' ').Append(verb);
        foreach (var (key, value) in arguments)
        {
            Debug.Assert(!value.AsSpan().ContainsAny(" \r\n"), "values are hex or words");
            line.Append(' ').Append(key).Append('=').Append(value);
        }

        return [.. Crc16.Append(Encoding.ASCII.GetBytes(line.ToString())), (byte)'\n'];
    }

    private static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> line) => line.TrimEnd("\r\n"u8);
}
