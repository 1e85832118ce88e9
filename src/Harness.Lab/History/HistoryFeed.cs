using System.Threading.Channels;

namespace Harness.Lab.History;

/// <summary>
/// Writes a run into the history as it happens, on a thread of its own: a scenario is there when it ended. The run waits for it only at its end, for a stated time, and never fails by it:
/// the record is the truth, and what could not be written is imported from it later.
/// </summary>
public sealed class HistoryFeed : IRunSink, IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    private readonly Channel<HistoryBatch> _batches = Channel.CreateUnbounded<HistoryBatch>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _end = new();
    private readonly RunRows _rows = new();
    private readonly Lock _lock = new();
    private readonly Func<HistoryStore> _open;
    private readonly string _folder;
    private readonly Task _writer;
    private int _lacking;
    private HistoryException? _fault;
    private volatile bool _answered;

    /// <summary>Begins to write a run.</summary>
    /// <param name="address">The place of the history.</param>
    /// <param name="folder">The run's folder.</param>
    public HistoryFeed(HistoryAddress address, string folder)
        : this(() => HistoryStore.Open(address), folder)
    {
        ArgumentNullException.ThrowIfNull(address);
    }

    internal HistoryFeed(Func<HistoryStore> open, string folder)
    {
        (_open, _folder) = (open, Path.GetFullPath(folder));
        _writer = Task.Run(WriteAllAsync);
    }

    /// <inheritdoc />
    public void Write(RunEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        lock (_lock)
        {
            if (_rows.Take(e) is { } batch)
            {
                Interlocked.Increment(ref _lacking);
                _batches.Writer.TryWrite(batch);
            }
        }
    }

    /// <summary>True once the history was open: one that never was cannot be reached, and is not asked again.</summary>
    public bool HasAnswered => _answered;

    /// <summary>Waits until everything is in the history.</summary>
    /// <param name="atMost">The longest wait for a history that answered.</param>
    /// <param name="unanswered">The longest wait for one that did not yet: a server that is away costs a run no more.</param>
    /// <returns>A sentence where something is not there, with the next command; null where everything is.</returns>
    public async Task<string?> EndAsync(TimeSpan atMost, TimeSpan? unanswered = null)
    {
        _batches.Writer.TryComplete();
        var first = unanswered is { } shorter && shorter < atMost ? shorter : atMost;
        await Task.WhenAny(_writer, Task.Delay(first)).ConfigureAwait(false);
        if (_answered && first < atMost)
        {
            await Task.WhenAny(_writer, Task.Delay(atMost - first)).ConfigureAwait(false);
        }

        await _end.CancelAsync().ConfigureAwait(false);
        return Volatile.Read(ref _lacking) == 0 ? null
            : $"{_fault?.Message.Split("; next:")[0] ?? $"the history did not take this run within {(_answered ? atMost : first).TotalSeconds:0} s"}; the run is whole in its record; next: ./harness history import {ShellWord.Quote(_folder)}";
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _batches.Writer.TryComplete();
        _end.Cancel();
        if (_writer.IsCompleted)
        {
            _end.Dispose();
        }
    }

    private async Task WriteAllAsync()
    {
        HistoryStore? store = null;
        try
        {
            await foreach (var batch in _batches.Reader.ReadAllAsync(_end.Token).ConfigureAwait(false))
            {
                _end.Token.ThrowIfCancellationRequested(); // what lies in the channel is read without looking
                store = await WriteAsync(store, batch).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The run ended, and waited as long as it would.
        }
        finally
        {
            store?.Dispose();
        }
    }

    // Tries until it is written, the run gives up, or another try would come to the same.
    private async Task<HistoryStore?> WriteAsync(HistoryStore? store, HistoryBatch batch)
    {
        while (_fault is not { IsLasting: true })
        {
            try
            {
                store ??= _open();
                _answered = true;
                store.Write(batch, _folder);
                Interlocked.Decrement(ref _lacking);
                return store;
            }
            catch (HistoryException e)
            {
                _fault = e;
                store?.Dispose();
                store = null;
                if (!e.IsLasting)
                {
                    await Task.Delay(_pause, _end.Token).ConfigureAwait(false);
                }
            }
        }

        return store;
    }
}
