using System.Threading.Channels;

namespace Harness.Bench.Protocol;

/// <summary>One line from a board, without its line end.</summary>
/// <param name="Bytes">The bytes; truncated if the line was too long.</param>
/// <param name="Overlong">True if the line is longer than any reply.</param>
internal readonly record struct IncomingLine(byte[] Bytes, bool Overlong);

/// <summary>
/// Reads a link to its end in the background and hands out lines. A cancelled wait loses no byte: only the wait for a
/// line is cancelled, never the read.
/// </summary>
internal sealed class LineReader : IAsyncDisposable
{
    /// <summary>Longest line accepted, far above any board's reply, so that noise without line ends stays bounded.</summary>
    public const int MaximumLine = 64 * 1024;

    private const int MaximumQueued = 1024;
    private readonly Channel<IncomingLine> _lines = Channel.CreateBounded<IncomingLine>(
        new BoundedChannelOptions(MaximumQueued) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly List<byte> _line = new(512);
    private readonly Task _pump;
    private CancellationTokenSource _waitEnded = new();
    private TaskCompletionSource? _paused;
    private TaskCompletionSource? _resume;
    private long _bytes;
    private long _lastByte;
    private bool _overlong;

    public LineReader(ILink link, TimeProvider time)
    {
        _time = time;
        _pump = Task.Run(() => PumpAsync(link));
    }

    /// <summary>Lines read; completes when the link ends, with the link's error if it failed.</summary>
    public ChannelReader<IncomingLine> Lines => _lines.Reader;

    /// <summary>Total bytes received, without line ends: the LF of a CRLF may come after its line was read, and means nothing.</summary>
    public long BytesSeen => Interlocked.Read(ref _bytes);

    /// <summary>The bytes of an unfinished line, and the time since its last byte; empty if there is none.</summary>
    public (byte[] Bytes, TimeSpan Quiet) Unfinished
    {
        get
        {
            lock (_gate)
            {
                return ([.. _line], _time.GetElapsedTime(_lastByte));
            }
        }
    }

    /// <summary>Stops reading the link, so that another may read it; bytes that came before are in <see cref="Lines"/>.</summary>
    /// <returns>False if the link has ended.</returns>
    public async ValueTask<bool> PauseAsync()
    {
        var paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            (_paused, _resume) = (paused, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await _waitEnded.CancelAsync().ConfigureAwait(false);
        return await Task.WhenAny(paused.Task, _pump).ConfigureAwait(false) == paused.Task;
    }

    /// <summary>Reads the link again.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _waitEnded.Dispose();
            _waitEnded = new CancellationTokenSource();
            _resume?.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Resume();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Reads from the link, and waits while the reader is paused. A cancelled read takes no byte.</summary>
    private async ValueTask<int> NextAsync(ILink link, byte[] buffer)
    {
        while (true)
        {
            CancellationToken turn;
            lock (_gate)
            {
                turn = _waitEnded.Token;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, turn);
            try
            {
                return await link.ReadAsync(buffer, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (turn.IsCancellationRequested && !_stop.IsCancellationRequested)
            {
                Task resume;
                lock (_gate)
                {
                    _paused?.TrySetResult();
                    resume = _resume!.Task;
                }

                await resume.ConfigureAwait(false);
            }
        }
    }

    private async Task PumpAsync(ILink link)
    {
        var buffer = new byte[4096];
        Exception? error = null;
        try
        {
            int read;
            while ((read = await NextAsync(link, buffer).ConfigureAwait(false)) > 0)
            {
                Interlocked.Add(ref _bytes, read - LineEnds(buffer.AsSpan(0, read)));
                Take(buffer.AsSpan(0, read));
            }

            // The link ended: the node is released at once, so that a board that enumerates anew finds its old name free.
            await link.DisposeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Disposed: nobody reads the lines any more.
        }
        catch (Exception e)
        {
            // The outermost frame of this task: every error of the link is passed to the reader of the lines.
            error = e;
        }

        // Noise that never ended a line is still reported.
        if (_line.Count > 0 && !_overlong)
        {
            Offer(new IncomingLine([.. _line], Overlong: false));
        }

        _lines.Writer.TryComplete(error);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _lastByte = _time.GetTimestamp();
            foreach (var b in bytes)
            {
                if (b is (byte)'\n' or (byte)'\r')
                {
                    if (_line.Count > 0 && !_overlong)
                    {
                        Offer(new IncomingLine([.. _line], Overlong: false));
                    }

                    _line.Clear();
                    _overlong = false;
                }
                else if (_line.Count < MaximumLine)
                {
                    _line.Add(b);
                }
                else if (!_overlong)
                {
                    // Reported at once: noise may never end its line.
                    _overlong = true;
                    Offer(new IncomingLine([.. _line], Overlong: true));
                }
            }
        }
    }

    // A board that floods the line with noise must not push its own reply out of the queue.
    private void Offer(IncomingLine line)
    {
        if (_lines.Reader.Count < MaximumQueued / 2 || Crc16.TryStrip(line.Bytes, out _))
        {
            _lines.Writer.TryWrite(line);
        }
    }

    private static int LineEnds(ReadOnlySpan<byte> bytes) => bytes.Count((byte)'\r') + bytes.Count((byte)'\n');
}
