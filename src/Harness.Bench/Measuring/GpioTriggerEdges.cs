using System.Globalization;
using Harness.Hardware;
using Harness.Record;
using Harness.Timing;

namespace Harness.Bench.Measuring;

/// <summary>A trigger on a line of this machine: kernel timestamps in nanoseconds of the monotonic clock.</summary>
public sealed class GpioTriggerEdges : ITriggerEdges
{
    private readonly LinuxGpioEdges _edges;

    private GpioTriggerEdges(LinuxGpioEdges edges) => _edges = edges;

    /// <inheritdoc/>
    public string Name => _edges.Name;

    /// <inheritdoc/>
    public Unit Unit => Unit.Nanoseconds;

    /// <inheritdoc/>
    public Provenance Provenance => Provenance.Hardware;

    /// <inheritdoc/>
    /// <remarks>On hardware all clocks run on real time; their oscillators differ by parts in a million, which the comparison allows for.</remarks>
    public bool SharesDeviceTimeBase => true;

    /// <inheritdoc/>
    /// <remarks>What stamps scatter is measured by the calibration; this is the clock's own step.</remarks>
    public double Floor => 1;

    /// <summary>Opens a line of the rig.</summary>
    /// <exception cref="RigErrorException">It cannot be had.</exception>
    public static GpioTriggerEdges Open(GpioEntry line)
    {
        ArgumentNullException.ThrowIfNull(line);
        try
        {
            return new GpioTriggerEdges(LinuxGpioEdges.Open(line.Chip, line.Line, line.Name));
        }
        catch (HardwareException e)
        {
            throw new RigErrorException(
                $"trigger line {line.Name}", string.Create(CultureInfo.InvariantCulture, $"line {line.Line} of {line.Chip} with edge events"), e.Message,
                nextCommand: e.NextCommand, inner: e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<TriggerEdge?> ReadAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        await _edges.ReadAsync(wait, cancellationToken).ConfigureAwait(false) is { } edge
            ? new TriggerEdge(edge.Nanoseconds, edge.Rising, edge.LineSequence) : null;

    /// <inheritdoc/>
    public int Drain() => _edges.Drain();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _edges.DisposeAsync();
}
