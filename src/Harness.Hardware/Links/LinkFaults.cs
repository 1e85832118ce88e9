namespace Harness.Hardware.Links;

/// <summary>
/// The faults of a bad cable, byte by byte, in one direction of a link. Faults are queued and hit the bytes that pass from then on; thread-safe.
/// </summary>
public sealed class LinkFaults
{
    private readonly Lock _gate = new();
    private readonly List<Fault> _faults = [];
    private long _position;
    private TaskCompletionSource? _stalled;

    private enum Kind
    {
        Drop,
        Duplicate,
        Flip,
        Insert,
    }

    /// <summary>Loses bytes.</summary>
    /// <param name="count">The number of bytes lost.</param>
    /// <param name="after">The number of bytes that pass unharmed before.</param>
    public void Drop(int count, int after = 0) => Queue(Kind.Drop, count, after, []);

    /// <summary>Delivers bytes twice: the run, then the run again.</summary>
    /// <param name="count">Length of the run.</param>
    /// <param name="after">The number of bytes that pass unharmed before.</param>
    public void Duplicate(int count, int after = 0) => Queue(Kind.Duplicate, count, after, []);

    /// <summary>Flips bits of one byte.</summary>
    /// <param name="mask">The bits to flip, not 0.</param>
    /// <param name="after">The number of bytes that pass unharmed before.</param>
    public void Flip(byte mask = 0x01, int after = 0)
    {
        ArgumentOutOfRangeException.ThrowIfZero(mask);
        Queue(Kind.Flip, 1, after, [mask]);
    }

    /// <summary>Puts foreign bytes (noise) in front of a byte that passes.</summary>
    /// <param name="noise">The bytes.</param>
    /// <param name="after">The number of bytes that pass before.</param>
    public void Insert(ReadOnlySpan<byte> noise, int after = 0) => Queue(Kind.Insert, 1, after, noise.ToArray());

    /// <summary>Holds every byte back until <see cref="Resume"/>; none is lost.</summary>
    public void Stall()
    {
        lock (_gate)
        {
            _stalled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Ends a stall.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _stalled?.TrySetResult();
            _stalled = null;
        }
    }

    /// <summary>Indicates that nothing is queued or stalled.</summary>
    public bool AreNone
    {
        get
        {
            lock (_gate)
            {
                return _faults.Count == 0 && _stalled is null;
            }
        }
    }

    /// <summary>Removes every fault that has not struck, and ends a stall.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _faults.Clear();
        }

        Resume();
    }

    internal async ValueTask WhenFlowingAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task? stall;
            lock (_gate)
            {
                stall = _stalled?.Task;
            }

            if (stall is null)
            {
                return;
            }

            await stall.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gets the bytes that come out when these bytes pass.</summary>
    internal byte[] Pass(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_faults.Count == 0)
            {
                _position += bytes.Length;
                return bytes.ToArray();
            }

            var result = new List<byte>(bytes.Length + 16);
            foreach (var value in bytes)
            {
                PassOne(value, result);
                _position++;
                _faults.RemoveAll(f => f.End <= _position);
            }

            return [.. result];
        }
    }

    private void PassOne(byte value, List<byte> result)
    {
        var lost = false;
        foreach (var fault in _faults.Where(f => f.Start <= _position))
        {
            switch (fault.Kind)
            {
                case Kind.Drop:
                    lost = true;
                    break;
                case Kind.Flip:
                    value ^= fault.Bytes[0];
                    break;
                case Kind.Insert:
                    result.AddRange(fault.Bytes);
                    break;
                case Kind.Duplicate:
                    fault.Bytes.Add(value);
                    break;
            }
        }

        if (!lost)
        {
            result.Add(value);
        }

        foreach (var fault in _faults.Where(f => f.Kind == Kind.Duplicate && f.End == _position + 1))
        {
            result.AddRange(fault.Bytes);
        }
    }

    private void Queue(Kind kind, int count, int after, byte[] bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        lock (_gate)
        {
            var start = _position + after;
            _faults.Add(new Fault(kind, start, start + count, [.. bytes]));
        }
    }

    private sealed record Fault(Kind Kind, long Start, long End, List<byte> Bytes);
}
