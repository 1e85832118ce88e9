namespace Harness.Mqtt.Broker;

/// <summary>Bytes on their way to one socket, in bounded memory: packets gather in one buffer while the other is written, so that many small ones leave in one write.</summary>
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

        _workSignal.Set();
        return true;
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

    /// <summary>Accepts no more packets; <see cref="RunAsync"/> ends once all is written.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
        }

        _workSignal.Set();
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
        while (true)
        {
            while (refill())
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (Swap(out var completed))
            {
                await write(_sending.WrittenMemory, cancellationToken).ConfigureAwait(false);
                _roomSignal.Set();
            }
            else if (completed)
            {
                return;
            }
            else
            {
                await _workSignal.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private bool Swap(out bool completed)
    {
        lock (_lock)
        {
            _sending = Emptied(_sending, 4 * Capacity);
            completed = _completed;
            if (_filling.WrittenCount == 0)
            {
                (_filling, _sending) = (Emptied(_filling, IdleCapacity), Emptied(_sending, IdleCapacity));
                return false;
            }

            (_filling, _sending) = (_sending, _filling);
            return true;
        }
    }

    /// <summary>Prepares the buffer for reuse: the memory that a large packet needed is freed, the capacity for small ones stays.</summary>
    private static ArrayBufferWriter<byte> Emptied(ArrayBufferWriter<byte> buffer, int keep)
    {
        buffer.ResetWrittenCount();
        return buffer.Capacity > keep ? new ArrayBufferWriter<byte>() : buffer;
    }
}
