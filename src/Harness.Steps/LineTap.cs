using System.Threading.Channels;
using Harness.Adversary.Line;
using Harness.Hardware;

namespace Harness.Steps;

/// <summary>An adversary on the serial line of a board: each line either way goes through it. It owns the link inside.</summary>
/// <remarks>
/// For a bench: <c>OpenLink = (path, baud) => new LineTap(TtyLink.Open(path, baud), adversary)</c>. A write is a line; what the board sends
/// is cut at line feeds, and a line that never ends is held until the link does.
/// </remarks>
public sealed class LineTap : ILink
{
    private readonly ILink _inner;
    private readonly TimeProvider _time;
    private readonly Channel<byte[]> _toHarness = Channel.CreateUnbounded<byte[]>();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _pump;
    private volatile ILineAdversary? _adversary;
    private ReadOnlyMemory<byte> _rest;
    private int _disposed;

    /// <summary>Taps a link; from here on it is read by the tap alone.</summary>
    /// <param name="inner">The link.</param>
    /// <param name="adversary">What is done with each line; null passes all on.</param>
    /// <param name="time">Clock of delays; null for the system's.</param>
    public LineTap(ILink inner, ILineAdversary? adversary = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        (_inner, _adversary, _time) = (inner, adversary, time ?? TimeProvider.System);
        _pump = PumpAsync();
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <summary>The adversary; a change holds from the next line on.</summary>
    public ILineAdversary? Adversary
    {
        get => _adversary;
        set => _adversary = value;
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (_rest.IsEmpty)
        {
            if (!await _toHarness.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                return 0;
            }

            _rest = _toHarness.Reader.TryRead(out var bytes) ? bytes : default;
        }

        var read = Math.Min(buffer.Length, _rest.Length);
        _rest[..read].CopyTo(buffer);
        _rest = _rest[read..];
        return read;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        CarryOutAsync(LineWay.ToBoard, bytes, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        _stopping.Dispose();
        _writing.Dispose();
    }

    private async ValueTask CarryOutAsync(LineWay way, ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        foreach (var action in _adversary?.OnLine(way, line) ?? [new LineAction(way, line)])
        {
            if (action.After > TimeSpan.Zero)
            {
                await Task.Delay(action.After, _time, cancellationToken).ConfigureAwait(false);
            }

            if (action.Way == LineWay.FromBoard)
            {
                _toHarness.Writer.TryWrite(action.Bytes.ToArray());
                continue;
            }

            await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await _inner.WriteAsync(action.Bytes, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _writing.Release();
            }
        }
    }

    private async Task PumpAsync()
    {
        var buffer = new byte[4096];
        var line = new List<byte>();
        Exception? end = null;
        try
        {
            for (int read; (read = await _inner.ReadAsync(buffer, _stopping.Token).ConfigureAwait(false)) > 0;)
            {
                for (var i = 0; i < read; i++)
                {
                    line.Add(buffer[i]);
                    if (buffer[i] == (byte)'\n')
                    {
                        await CarryOutAsync(LineWay.FromBoard, line.ToArray(), _stopping.Token).ConfigureAwait(false);
                        line.Clear();
                    }
                }
            }

            if (line.Count > 0)
            {
                await CarryOutAsync(LineWay.FromBoard, line.ToArray(), _stopping.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException or LinkException)
        {
            // Disposed.
        }
        catch (Exception e)
        {
            // Not lost: whoever reads gets it.
            end = e;
        }

        _toHarness.Writer.TryComplete(end);
    }
}
