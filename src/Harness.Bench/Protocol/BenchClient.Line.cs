namespace Harness.Bench.Protocol;

/// <content>Input and output on the line: every wait is bounded, every line goes to the transcript, every fault is reported.</content>
public sealed partial class BenchClient
{
    private async ValueTask<IncomingLine?> NextLineAsync(TimeSpan wait, string verb, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(wait, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _reader.Lines.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (System.Threading.Channels.ChannelClosedException e)
        {
            throw await VanishedAsync(verb, e.InnerException).ConfigureAwait(false);
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, string verb, CancellationToken cancellationToken)
    {
        // A frozen board stops reading, and a full terminal buffer would block the write for ever. A long line may still take its time: 9600 baud
        // carry about a byte a millisecond, and an emulator on a busy machine is no faster.
        using var timeout = new CancellationTokenSource(_options.Reply + TimeSpan.FromMilliseconds(bytes.Length), _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var started = _options.Time.GetTimestamp();
        try
        {
            await _link.WriteAsync(bytes, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BoardSilentException(_options.Board, verb, 1, _options.Time.GetElapsedTime(started), _options.NextCommand);
        }
        catch (Exception e) when (e is LinkException or IOException or ObjectDisposedException)
        {
            throw await VanishedAsync(verb, e).ConfigureAwait(false);
        }
    }

    private async ValueTask<BoardVanishedException> VanishedAsync(string verb, Exception? inner)
    {
        _options.Transcript?.Note("the line ended");
        var why = (_options.WhyEnded is { } ask ? await ask().ConfigureAwait(false) : null) ?? inner?.Message;
        return new BoardVanishedException(
            _options.Board, verb, why is null ? $"the line {_link.Name} ended" : $"the line {_link.Name} ended: {why}",
            (inner as LinkException)?.NextCommand ?? _options.NextCommand, inner);
    }

    private void DrainStale()
    {
        using var seen = new SkippedLines(0, Fault);
        while (_reader.Lines.TryRead(out var line))
        {
            var parsed = BoardReply.TryParse(line.Bytes, out var reply);
            if (seen.Add(line.Bytes))
            {
                Keep(line.Bytes, parsed);
                Fault(parsed ? "stale" : "garbage", parsed ? $"skipped a late reply to SEQ {reply!.Seq}" : $"skipped before a request: {SkippedLines.Sample(line.Bytes)}");
            }
        }
    }

    private void Keep(byte[] line, bool parsed)
    {
        if (parsed)
        {
            _options.Transcript?.Received(line);
        }
        else
        {
            _options.Transcript?.Garbage(line);
        }
    }

    private void Fault(string fault, string detail)
    {
        _options.Transcript?.Note($"{fault}: {detail}");
        _options.OnFault?.Invoke(new BoardFault(_options.Board, fault, detail));
    }
}
