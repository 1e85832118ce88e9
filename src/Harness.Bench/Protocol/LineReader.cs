using System.Threading.Channels;
using Harness.Hardware;

namespace Harness.Bench;

/// <summary>One line from a board, without its line end.</summary>
/// <param name="Bytes">The bytes; cut where the line was too long.</param>
/// <param name="Overlong">More bytes came than any reply has.</param>
internal readonly record struct IncomingLine(byte[] Bytes, bool Overlong);

/// <summary>
/// Reads a link to its end in the background and hands out lines. A wait that is given up loses no byte this way: only the wait for a
/// line is cancelled, never the read.
/// </summary>
internal sealed class LineReader : IAsyncDisposable
{
    /// <summary>Longest reply taken: far above any board's, so that noise without line ends stays bounded.</summary>
    public const int MaximumLine = 64 * 1024;

    private const int MaximumQueued = 1024;
    private readonly Channel<IncomingLine> _lines = Channel.CreateBounded<IncomingLine>(
        new BoundedChannelOptions(MaximumQueued) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _pump;
    private long _bytes;

    public LineReader(ILink link) => _pump = Task.Run(() => PumpAsync(link));

    /// <summary>Lines; completes when the link ended, with the link's error where it failed.</summary>
    public ChannelReader<IncomingLine> Lines => _lines.Reader;

    /// <summary>Bytes that ever came, line or not.</summary>
    public long BytesSeen => Interlocked.Read(ref _bytes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task PumpAsync(ILink link)
    {
        var buffer = new byte[4096];
        var line = new List<byte>(512);
        var overlong = false;
        Exception? error = null;
        try
        {
            int read;
            while ((read = await link.ReadAsync(buffer, _stop.Token).ConfigureAwait(false)) > 0)
            {
                Interlocked.Add(ref _bytes, read);
                foreach (var b in buffer.AsSpan(0, read))
                {
                    if (b is (byte)'\n' or (byte)'\r')
                    {
                        if (line.Count > 0 && !overlong)
                        {
                            _lines.Writer.TryWrite(new IncomingLine([.. line], Overlong: false));
                        }

                        line.Clear();
                        overlong = false;
                    }
                    else if (line.Count < MaximumLine)
                    {
                        line.Add(b);
                    }
                    else if (!overlong)
                    {
                        // Said at once: noise may never end its line.
                        overlong = true;
                        _lines.Writer.TryWrite(new IncomingLine([.. line], Overlong: true));
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed: nobody listens any more.
        }
        catch (Exception e)
        {
            // The outermost boundary of this task: whatever ended the link reaches whoever waits for a line.
            error = e;
        }

        // Noise that never ended a line is still something that was seen.
        if (line.Count > 0 && !overlong)
        {
            _lines.Writer.TryWrite(new IncomingLine([.. line], Overlong: false));
        }

        _lines.Writer.TryComplete(error);
    }
}
