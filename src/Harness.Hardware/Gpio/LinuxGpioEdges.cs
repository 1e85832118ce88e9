using System.Threading.Channels;

namespace Harness.Hardware.Gpio;

/// <summary>One edge as the kernel stamped it.</summary>
/// <param name="Nanoseconds">CLOCK_MONOTONIC, the clock of <see cref="System.Diagnostics.Stopwatch"/> on Linux.</param>
/// <param name="Rising">Low to high.</param>
/// <param name="LineSequence">Counts the line's edges from 1; a gap is an edge that the kernel had no room for.</param>
public readonly record struct GpioEdge(long Nanoseconds, bool Rising, uint LineSequence);

/// <summary>
/// The edges of one line of <c>/dev/gpiochipN</c> (uAPI v2), stamped in the hard interrupt and read by a thread of their own, which asks for
/// real-time priority and reports whether it got it. Dispose releases the line.
/// </summary>
public sealed class LinuxGpioEdges : IAsyncDisposable
{
    /// <summary>Edges that the kernel keeps for a late reader; its default is 16 a line.</summary>
    public const int EventBuffer = 1024;

    // At most 31 bytes. gpioinfo shows it, and so does the error of the next program that asks for the line: it names the process to end.
    private static readonly string _s_consumer = string.Create(CultureInfo.InvariantCulture, $"harness-{Environment.ProcessId}");

    private const int LookAgainMs = 200;
    private const int RealTimePriority = 50; // the priority of the kernel's own interrupt threads, one of which hands the edges over
    private const int MaximumKept = 1 << 16;
    private const int ReadAtOnce = 64;
    private readonly FileDescriptor _line;
    private readonly FileDescriptor _wakeEvent;
    private readonly Thread _reader;
    private readonly Channel<GpioEdge> _edges =
        Channel.CreateBounded<GpioEdge>(new BoundedChannelOptions(MaximumKept) { FullMode = BoundedChannelFullMode.DropWrite, SingleWriter = true });

    private volatile bool _stopped;

    private LinuxGpioEdges(string name, FileDescriptor line)
    {
        Name = name;
        _line = line;
        _wakeEvent = Libc.EventDescriptor();
        _reader = new Thread(Run) { IsBackground = true, Name = "harness-edges" };
        _reader.Start();
    }

    /// <summary>The rig's name for the line.</summary>
    public string Name { get; }

    /// <summary>The reason why the reading thread has no real-time priority; null where it has it, or before it runs.</summary>
    public string? Refused { get; private set; }

    /// <summary>A sentence on the way the edges are read and on what was refused.</summary>
    public string RealTimeNote => Refused is null
        ? $"edges of {Name} stamped by the kernel, read by a thread of their own, real-time priority {RealTimePriority} (SCHED_FIFO)"
        : $"edges of {Name} stamped by the kernel, read by a thread of their own; real-time priority refused: {Refused}; allow it with: ulimit -r 99, or setcap cap_sys_nice+ep on dotnet";

    /// <summary>Requests one line for both edges.</summary>
    /// <param name="chip">The chip, for example <c>/dev/gpiochip0</c>.</param>
    /// <param name="line">The line's offset on that chip, from 0.</param>
    /// <param name="name">The rig's name for it.</param>
    /// <exception cref="HardwareException">No such chip or line, no permission, in use, or a line without interrupts.</exception>
    public static LinuxGpioEdges Open(string chip, int line, string? name = null)
    {
        var request = Request(line);
        var descriptor = GpioNode.Request(chip, line, ref request);
        return new LinuxGpioEdges(name ?? GpioNode.Describe(chip, line), descriptor);
    }

    /// <summary>Takes the next edge; null where none came in time.</summary>
    /// <param name="wait">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HardwareException">The chip is gone.</exception>
    public async ValueTask<GpioEdge?> ReadAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (_edges.Reader.TryRead(out var edge))
        {
            return edge;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(wait);
        try
        {
            return await _edges.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (ChannelClosedException e)
        {
            throw new HardwareException(HardwareFailure.Vanished, Name, $"{Name}: no more edges: {e.InnerException?.Message ?? "the line was given back"}", "gpiodetect", e);
        }
    }

    /// <summary>Discards the edges that came and were not read.</summary>
    /// <returns>The number of edges discarded.</returns>
    public int Drain()
    {
        var thrown = 0;
        while (_edges.Reader.TryRead(out _))
        {
            thrown++;
        }

        return thrown;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            Libc.Signal(_wakeEvent);
            _reader.Join();
            _wakeEvent.Dispose();
            _line.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    internal static unsafe GpioUapi.GpioLineRequest Request(int line)
    {
        var request = new GpioUapi.GpioLineRequest
        {
            FirstOffset = (uint)line,
            LineCount = 1,
            Flags = GpioUapi.Input | GpioUapi.EdgeRising | GpioUapi.EdgeFalling,
            EventBufferSize = EventBuffer,
        };
        Encoding.ASCII.GetBytes(_s_consumer, new Span<byte>(request.Consumer, 31));
        return request;
    }

    /// <summary>The edges in bytes that the kernel wrote: whole structures only, as read(2) on a line gives them.</summary>
    internal static int Decode(ReadOnlySpan<byte> bytes, Span<GpioEdge> edges)
    {
        var count = bytes.Length / GpioUapi.LineEventSize;
        for (var i = 0; i < count; i++)
        {
            var one = bytes.Slice(i * GpioUapi.LineEventSize, GpioUapi.LineEventSize);
            edges[i] = new GpioEdge(
                (long)(BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(one) : BinaryPrimitives.ReadUInt64BigEndian(one)),
                Word(one, GpioUapi.EventId) == GpioUapi.EventRising,
                Word(one, GpioUapi.EventLineSequence));
        }

        return count;
    }

    private static uint Word(ReadOnlySpan<byte> one, int offset) => BitConverter.IsLittleEndian
        ? BinaryPrimitives.ReadUInt32LittleEndian(one[offset..]) : BinaryPrimitives.ReadUInt32BigEndian(one[offset..]);

    private void Run()
    {
        Refused = Libc.MakeThreadRealTime(RealTimePriority);
        var bytes = new byte[ReadAtOnce * GpioUapi.LineEventSize];
        var edges = new GpioEdge[ReadAtOnce];
        Exception? error = null;
        while (!_stopped)
        {
            if (!Libc.WaitReadable(_line, _wakeEvent, LookAgainMs) || _stopped)
            {
                break;
            }

            var read = Libc.Read(_line, bytes, out var errno);
            if (read <= 0)
            {
                error = new IOException(string.Create(CultureInfo.InvariantCulture, $"{Name}: {Libc.Describe(errno)}"));
                break;
            }

            var count = Decode(bytes.AsSpan(0, read), edges);
            for (var i = 0; i < count; i++)
            {
                // A full queue drops the edge; its sequence number is then missing, and the gap is counted like any other.
                _edges.Writer.TryWrite(edges[i]);
            }
        }

        _edges.Writer.TryComplete(error);
    }
}
