namespace Harness.Hardware.Links;

/// <summary>
/// A link that injects faults on request: into whole lines (<see cref="Arm"/>, <see cref="ArmAt"/>), into single bytes as a bad cable does
/// (<see cref="Incoming"/>, <see cref="Outgoing"/>), or by ending it (<see cref="Cut"/>). With nothing armed it passes bytes on as they come. It
/// owns the link inside.
/// </summary>
public sealed class FaultInjectingLink(ILink inner) : ILink
{
    private static readonly byte[] Noise = [0xFF, 0x00, (byte)'7', (byte)' ', (byte)'O', (byte)'K', 0x80, 0x1B, (byte)'[', (byte)'*', 0xC3, (byte)'\r', (byte)'\n'];
    private readonly Lock _gate = new();
    private readonly Dictionary<LineDirection, Queue<LineFault>> _armed = new()
    {
        [LineDirection.ToBoard] = new(),
        [LineDirection.FromBoard] = new(),
    };

    private readonly List<byte> _held = [];
    private readonly Queue<byte> _ready = new();
    private readonly byte[] _buffer = new byte[4096];
    private readonly CancellationTokenSource _cut = new();
    private (string Verb, LineDirection Direction, LineFault Fault)? _atVerb;
    private bool _midLine;
    private LineFault? _current;

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <summary>Faults of bytes written here, towards the device.</summary>
    public LinkFaults Outgoing { get; } = new();

    /// <summary>Faults of bytes read here, from the device.</summary>
    public LinkFaults Incoming { get; } = new();

    /// <summary>The link inside, for a caller that measures; null where it offers no direct access, or while faults are armed or bytes are held.</summary>
    public IDirectLink? Direct
    {
        get
        {
            lock (_gate)
            {
                return _atVerb is null && !_cut.IsCancellationRequested && _held.Count == 0 && _ready.Count == 0 && _armed.Values.All(queue => queue.Count == 0)
                    && Incoming.AreNone && Outgoing.AreNone ? inner as IDirectLink : null;
            }
        }
    }

    /// <summary>Arms a fault for the next lines of one direction; several are used up in order, one a line.</summary>
    public void Arm(LineDirection direction, LineFault fault, int lines = 1)
    {
        lock (_gate)
        {
            for (var i = 0; i < lines; i++)
            {
                _armed[direction].Enqueue(fault);
            }
        }
    }

    /// <summary>Arms a fault for the next request of one verb, or for the board's next line after it was sent.</summary>
    /// <param name="verb">The verb as it stands on the line, for example <c>AUG.STEP</c>.</param>
    /// <param name="direction">The request itself (to the board), or its reply (from the board).</param>
    /// <param name="fault">The fault to inject.</param>
    public void ArmAt(string verb, LineDirection direction, LineFault fault)
    {
        lock (_gate)
        {
            _atVerb = (verb, direction, fault);
        }
    }

    /// <summary>Ends the line for good, as if it had been unplugged: reads end, writes fail. The link inside stays open until it is disposed.</summary>
    public void Cut() => _cut.Cancel();

    /// <summary>Disarms everything; a line that was cut stays cut.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _armed[LineDirection.ToBoard].Clear();
            _armed[LineDirection.FromBoard].Clear();
            _atVerb = null;
        }

        Incoming.Clear();
        Outgoing.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("A read needs room for at least one byte.", nameof(buffer));
        }

        while (_ready.Count == 0)
        {
            await Incoming.WhenFlowingAsync(cancellationToken).ConfigureAwait(false);
            var read = await ReadInnerAsync(cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return 0;
            }

            foreach (var b in Incoming.Pass(_buffer.AsSpan(0, read)))
            {
                Take(b);
            }
        }

        // A stall that began while the read waited holds these bytes too; kept here, a cancelled read loses none.
        await Incoming.WhenFlowingAsync(cancellationToken).ConfigureAwait(false);

        var n = Math.Min(buffer.Length, _ready.Count);
        for (var i = 0; i < n; i++)
        {
            buffer.Span[i] = _ready.Dequeue();
        }

        return n;
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_cut.IsCancellationRequested)
        {
            throw new LinkException(LinkFailure.Vanished, Name, $"{Name}: the line was cut.", "./harness doctor");
        }

        ArmOnMatch(bytes.Span);

        // A write that is only a line end is no line and uses up no fault.
        var fault = bytes.Span.Trim("\r\n"u8).IsEmpty ? null : Next(LineDirection.ToBoard);
        var outgoing = fault is { } f ? Apply(f, bytes.ToArray()) : bytes;
        await Outgoing.WhenFlowingAsync(cancellationToken).ConfigureAwait(false);
        if (Outgoing.Pass(outgoing.Span) is { Length: > 0 } passed)
        {
            await inner.WriteAsync(passed, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async ValueTask<int> ReadInnerAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cut.Token);
        try
        {
            return await inner.ReadAsync(_buffer, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_cut.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private void Take(byte b)
    {
        if (!_midLine && b is not ((byte)'\r' or (byte)'\n'))
        {
            _midLine = true;
            _current = Next(LineDirection.FromBoard);
        }

        if (_current is not { } fault)
        {
            _ready.Enqueue(b);
            _midLine &= b != (byte)'\n';
            return;
        }

        _held.Add(b);
        if (b == (byte)'\n')
        {
            foreach (var altered in Apply(fault, [.. _held]))
            {
                _ready.Enqueue(altered);
            }

            _held.Clear();
            _midLine = false;
            _current = null;
        }
    }

    private void ArmOnMatch(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (_atVerb is { } meant && line.IndexOf(System.Text.Encoding.ASCII.GetBytes($" {meant.Verb} ")) >= 0)
            {
                _armed[meant.Direction].Enqueue(meant.Fault);
                _atVerb = null;
            }
        }
    }

    private LineFault? Next(LineDirection direction)
    {
        lock (_gate)
        {
            return _armed[direction].TryDequeue(out var fault) ? fault : null;
        }
    }

    private static byte[] Apply(LineFault fault, byte[] line) => fault switch
    {
        LineFault.Drop => [],
        LineFault.Double => [.. line, .. line],
        LineFault.FlipByte => Flip(line),
        LineFault.InsertGarbage => [.. Noise, .. line],
        LineFault.CorruptCrc => OtherCrc(line),
        LineFault.Garbage => Noise,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "unknown fault"),
    };

    private static byte[] Flip(byte[] line)
    {
        // Bit 0 in the middle of the text turns no letter into a line end, which would be another fault.
        var text = line.AsSpan().Trim("\r\n"u8).Length;
        var start = line.AsSpan().IndexOfAnyExcept("\r\n"u8);
        line[start + (text / 2)] ^= 0x01;
        return line;
    }

    private static byte[] OtherCrc(byte[] line)
    {
        var star = Array.LastIndexOf(line, (byte)'*');
        if (star >= 0 && star + 1 < line.Length)
        {
            line[star + 1] = line[star + 1] == (byte)'0' ? (byte)'1' : (byte)'0';
        }

        return line;
    }
}
