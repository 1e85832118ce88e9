namespace Harness.Mqtt.Broker;

/// <summary>Bytes on their way to one socket, in bounded memory: packets gather in one buffer while the other is written, so that many small ones leave in one write.</summary>
/// <remarks>Two write: the loop of <see cref="RunAsync"/>, and whoever calls <see cref="Flush"/> while the loop has nothing to do; never both at once.</remarks>
internal sealed class Outbox
{
    /// <summary>Bytes that gather; the packet that reaches the bound is still accepted, so each buffer holds at most this and one packet.</summary>
    public const int Capacity = 16 * 1024;

    private const int IdleCapacity = 2048;
    private readonly Lock _lock = new();
    private readonly AsyncSignal _workSignal = new();
    private readonly AsyncSignal _roomSignal = new();
    private ArrayBufferWriter<byte> _filling = new();
    private ArrayBufferWriter<byte> _sending = new();
    private Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? _write;
    private CancellationToken _cancelled;
    private Task? _handedOver; // a write that was begun by Flush and takes longer
    private bool _writing;
    private bool _completed;

    /// <summary>True where a packet would be accepted now.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_lock)
            {
                return !_completed && _filling.WrittenCount < Capacity;
            }
        }
    }

    /// <summary>Bytes of memory held.</summary>
    public int Held
    {
        get
        {
            lock (_lock)
            {
                return _filling.Capacity + _sending.Capacity;
            }
        }
    }

    // What came meanwhile, the end, and memory that is to be freed are the loop's.
    private bool NeedsLoop
    {
        get
        {
            lock (_lock)
            {
                return _completed || _filling.WrittenCount > 0 || _sending.Capacity > IdleCapacity;
            }
        }
    }

    /// <summary>Adds a packet; false where there is no room, or it is completed. <paramref name="last"/> passes the bound: the packet that ends a connection.</summary>
    public bool TryAdd(ReadOnlySpan<byte> packet, bool last = false)
    {
        lock (_lock)
        {
            if (_completed || (!last && _filling.WrittenCount >= Capacity))
            {
                return false;
            }

            _filling.Write(packet);
        }

        if (OutboxBatch.Current is { } batch)
        {
            batch.Add(this);
        }
        else
        {
            _workSignal.Set();
        }

        return true;
    }

    /// <summary>Writes what gathers from this thread, as far as the socket takes it at once; leaves the rest, and all where a write is on its way, to the loop.</summary>
    public void Flush()
    {
        bool wasFull;
        lock (_lock)
        {
            if (_writing || _completed || _write is null)
            {
                _workSignal.Set();
                return;
            }

            if (_filling.WrittenCount == 0)
            {
                return; // the loop has it
            }

            wasFull = _filling.WrittenCount >= Capacity;
            Exchange();
        }

        var written = _write(_sending.WrittenMemory, _cancelled);
        if (!written.IsCompletedSuccessfully)
        {
            Volatile.Write(ref _handedOver, written.AsTask());
            _workSignal.Set();
            return;
        }

        Written();
        if (wasFull || NeedsLoop)
        {
            _workSignal.Set();
        }
    }

    /// <summary>Waits for room. One caller at a time.</summary>
    /// <exception cref="ChannelClosedException">The outbox is completed.</exception>
    public async ValueTask AddAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        while (!TryAdd(packet.Span))
        {
            lock (_lock)
            {
                if (_completed)
                {
                    throw new ChannelClosedException();
                }
            }

            await _roomSignal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Accepts no more packets; <see cref="RunAsync"/> ends once all is written, before this returns where the socket takes it at once. To be called without a lock held.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
        }

        _workSignal.Set(here: true);
        _roomSignal.Set();
    }

    /// <summary>Makes <see cref="RunAsync"/> ask for more.</summary>
    public void Wake() => _workSignal.Set();

    /// <summary>Writes until completed.</summary>
    /// <param name="write">Writes all bytes given.</param>
    /// <param name="refill">Adds packets that waited for room; true where it is to be called again.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public async Task RunAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, Func<bool> refill, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            (_write, _cancelled) = (write, cancellationToken);
        }

        while (true)
        {
            while (refill())
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (TryTake(out var ended))
            {
                await write(_sending.WrittenMemory, cancellationToken).ConfigureAwait(false);
                Written();
            }
            else if (ended)
            {
                return;
            }
            else
            {
                await _workSignal.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (Interlocked.Exchange(ref _handedOver, null) is { } begun)
                {
                    await begun.ConfigureAwait(false);
                    Written();
                }
            }
        }
    }

    /// <summary>Takes what gathered, to be written; false where there is nothing, or a write is on its way.</summary>
    /// <param name="ended">True where nothing will come any more.</param>
    private bool TryTake(out bool ended)
    {
        lock (_lock)
        {
            ended = _completed && !_writing && _filling.WrittenCount == 0;
            if (_writing)
            {
                return false;
            }

            if (_filling.WrittenCount == 0)
            {
                (_filling, _sending) = (Emptied(_filling, IdleCapacity), Emptied(_sending, IdleCapacity));
                return false;
            }

            Exchange();
            return true;
        }
    }

    private void Exchange()
    {
        (_filling, _sending) = (Emptied(_sending, 4 * Capacity), _filling);
        _writing = true;
    }

    private void Written()
    {
        lock (_lock)
        {
            _writing = false;
        }

        _roomSignal.Set();
    }

    /// <summary>Prepares the buffer for reuse: the memory that a large packet needed is freed, the capacity for small ones stays.</summary>
    private static ArrayBufferWriter<byte> Emptied(ArrayBufferWriter<byte> buffer, int keep)
    {
        buffer.ResetWrittenCount();
        return buffer.Capacity > keep ? new ArrayBufferWriter<byte>() : buffer;
    }
}
