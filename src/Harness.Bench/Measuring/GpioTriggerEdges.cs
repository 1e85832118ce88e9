namespace Harness.Bench.Measuring;

/// <summary>A trigger on a GPIO line of this machine: kernel timestamps in nanoseconds of the monotonic clock.</summary>
public sealed class GpioTriggerEdges : ITriggerEdges
{
    private readonly LinuxGpioEdges _edges;

    private GpioTriggerEdges(LinuxGpioEdges edges, Provenance provenance) => (_edges, Provenance) = (edges, provenance);

    /// <inheritdoc/>
    public string Name => _edges.Name;

    /// <inheritdoc/>
    public Unit Unit => Unit.Nanoseconds;

    /// <inheritdoc/>
    /// <remarks>The provenance of the board, or <c>host</c> if this machine is virtual.</remarks>
    public Provenance Provenance { get; }

    /// <summary>The way the edges are read, and what the system refused, in a sentence.</summary>
    public string Description => _edges.RealTimeNote;

    /// <inheritdoc/>
    /// <remarks>On hardware all clocks run on real time; their oscillators differ by parts in a million, which the comparison allows for.</remarks>
    public bool SharesDeviceTimeBase => true;

    /// <inheritdoc/>
    /// <remarks>The clock's resolution; the scatter of its timestamps is measured by the calibration.</remarks>
    public double Floor => 1;

    /// <summary>Opens a line of the rig.</summary>
    /// <param name="line">The line.</param>
    /// <param name="device">Provenance of the board that raises the line.</param>
    /// <exception cref="RigErrorException">The line cannot be opened.</exception>
    public static GpioTriggerEdges Open(GpioEntry line, Provenance device)
    {
        ArgumentNullException.ThrowIfNull(line);
        try
        {
            return new GpioTriggerEdges(
                LinuxGpioEdges.Open(line.Chip, line.Line, line.Name), HostConditions.IsVirtual ? Provenance.Host : device);
        }
        catch (HardwareException e)
        {
            throw new RigErrorException(
                $"trigger line {line.Name}", string.Create(CultureInfo.InvariantCulture, $"line {line.Line} of {line.Chip} with edge events"), e.Message,
                nextCommand: e.NextCommand, inner: e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RigErrorException">The GPIO chip is gone, which is a fault of the rig and not of the device.</exception>
    public async ValueTask<Harness.Timing.Clocks.TriggerEdge?> ReadAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            return await _edges.ReadAsync(wait, cancellationToken).ConfigureAwait(false) is { } edge
                ? new Harness.Timing.Clocks.TriggerEdge(edge.Nanoseconds, edge.Rising, edge.LineSequence) : null;
        }
        catch (HardwareException e)
        {
            throw new RigErrorException($"trigger line {Name}", "edges", e.Message, nextCommand: e.NextCommand, inner: e);
        }
    }

    /// <inheritdoc/>
    public int Drain() => _edges.Drain();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _edges.DisposeAsync();
}
