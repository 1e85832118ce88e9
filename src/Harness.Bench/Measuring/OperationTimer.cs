namespace Harness.Bench.Measuring;

/// <summary>
/// Times an operation by every available clock: the device's ticks, the pulse on its trigger line, the host's round trip. Not
/// thread-safe; arrays are allocated before the first sample, so that storing a sample allocates nothing.
/// </summary>
public sealed class OperationTimer
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;
    private const int MaximumMissedInARow = 20;
    private readonly ITriggerEdges? _edges;
    private readonly PulseReader? _pulses;
    private readonly TimeSpan _edgeWait;
    private readonly double[] _device;
    private readonly double[] _trigger;
    private readonly double[] _host;
    private int _count;
    private int _missing;
    private int _missedInARow;

    /// <summary>Creates a timer with a fixed capacity.</summary>
    /// <param name="capacity">The maximum number of samples.</param>
    /// <param name="edges">The device's trigger line; null where there is none or the operation does not raise it.</param>
    /// <param name="edgeWait">Longest wait for an edge after the operation ended.</param>
    public OperationTimer(int capacity, ITriggerEdges? edges = null, TimeSpan? edgeWait = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        (_device, _trigger, _host) = (new double[capacity], edges is null ? [] : new double[capacity], new double[capacity]);
        (_edges, _pulses) = (edges, edges is null ? null : new PulseReader(edges));
        _edgeWait = edgeWait ?? TimeSpan.FromMilliseconds(500);
    }

    /// <summary>Durations by the device's clock, in its ticks; NaN where the device reported none.</summary>
    public ReadOnlySpan<double> Device => _device.AsSpan(0, _count);

    /// <summary>Durations by the trigger clock, in its unit; NaN where an edge was missed. Empty if there is no trigger.</summary>
    public ReadOnlySpan<double> Trigger => _trigger.AsSpan(0, _pulses is null ? 0 : _count);

    /// <summary>Durations by the host's clock in nanoseconds.</summary>
    public ReadOnlySpan<double> Host => _host.AsSpan(0, _count);

    /// <summary>Begin and end of the last operation by the host's clock, in nanoseconds of the monotonic clock.</summary>
    public (long Begin, long End) LastHost { get; private set; }

    /// <summary>The last operation's pulse on the trigger line; null where an edge was missed.</summary>
    public Pulse? LastPulse { get; private set; }

    /// <summary>The number of expected edges that were not seen.</summary>
    public int LostEdges { get; private set; }

    /// <summary>Steps of the edges' sequence number by more than one.</summary>
    public int SequenceGaps { get; private set; }

    /// <summary>Times one operation, which returns the device's ticks or null.</summary>
    /// <exception cref="RigErrorException">The trigger line has been silent for many operations in a row, or is gone.</exception>
    public async ValueTask TimeAsync(Func<CancellationToken, ValueTask<long?>> operation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operation);
        _pulses?.Restart();
        var start = Stopwatch.GetTimestamp();
        var ticks = await operation(cancellationToken).ConfigureAwait(false);
        var end = Stopwatch.GetTimestamp();
        var host = (end - start) * NanosecondsPerTick;
        NoteHost(start, end);
        await KeepAsync(ticks, host, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Times one operation in this process by the host's clock alone, without anything asynchronous in the window.</summary>
    public void Time(Action operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var start = Stopwatch.GetTimestamp();
        operation();
        var end = Stopwatch.GetTimestamp();
        var host = (end - start) * NanosecondsPerTick;
        NoteHost(start, end);

        // For an operation in this process the device's clock is the host's.
        _device[_count] = host;
        _host[_count++] = host;
    }

    /// <summary>Begins a sample that spans several requests; end it with <see cref="EndAsync"/>.</summary>
    /// <returns>The host's timestamp.</returns>
    public long Begin()
    {
        _pulses?.Restart();
        return Stopwatch.GetTimestamp();
    }

    /// <summary>Ends a sample.</summary>
    /// <param name="begun">The timestamp from <see cref="Begin"/>.</param>
    /// <param name="ticks">The device's ticks; null if it reported none.</param>
    /// <param name="cancellationToken">Cancels the wait for an edge.</param>
    public ValueTask EndAsync(long begun, long? ticks, CancellationToken cancellationToken)
    {
        var end = Stopwatch.GetTimestamp();
        NoteHost(begun, end);
        return KeepAsync(ticks, (end - begun) * NanosecondsPerTick, cancellationToken);
    }

    private void NoteHost(long begin, long end) => LastHost = ((long)(begin * NanosecondsPerTick), (long)(end * NanosecondsPerTick));

    private ValueTask KeepAsync(long? ticks, double host, CancellationToken cancellationToken)
    {
        if (_count == _host.Length)
        {
            throw new InvalidOperationException($"the timer has room for {_host.Length} samples");
        }

        (_device[_count], _host[_count]) = (ticks ?? double.NaN, host);
        return _pulses is null ? Next() : PulseAsync(cancellationToken);
    }

    private ValueTask Next()
    {
        _count++;
        return ValueTask.CompletedTask;
    }

    private async ValueTask PulseAsync(CancellationToken cancellationToken)
    {
        var (seen, lost) = (_pulses!.SeenEdges, _pulses.LostEdges);
        var pulse = await _pulses.NextAsync(_edgeWait, cancellationToken).ConfigureAwait(false);
        LastPulse = pulse;
        _trigger[_count++] = pulse?.Length ?? double.NaN;
        if (pulse is null && _pulses.LostEdges == lost)
        {
            // The reader counts edges that do not match; it does not know of a pulse that never came, but here one was due.
            _missing += Math.Max(1, 2 - (_pulses.SeenEdges - seen));
        }

        (LostEdges, SequenceGaps) = (_pulses.LostEdges + _missing, _pulses.SequenceGaps);
        _missedInARow = pulse is null ? _missedInARow + 1 : 0;
        if (_missedInARow == MaximumMissedInARow)
        {
            // Each operation waits for its edges in vain: a thousand of them would take minutes and find nothing new.
            throw new RigErrorException(
                $"trigger line {_edges!.Name}", "a pulse around each operation", $"none around the last {MaximumMissedInARow}", nextCommand: "./harness doctor --calibrate");
        }
    }
}
