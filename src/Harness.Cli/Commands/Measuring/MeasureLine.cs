namespace Harness.Cli.Commands.Measuring;

/// <summary>A progress line on stderr that is overwritten: count, running statistics, and their limits in words. Nothing if stderr is no terminal.</summary>
public sealed class MeasureLine(string operation, string device) : IDisposable
{
    private readonly bool _updating = StandardStreams.ErrorCanRewrite;

    /// <summary>Overwrites the line.</summary>
    public void Show(MeasureProgress progress)
    {
        if (_updating)
        {
            var text = Text(operation, device, progress);
            var width = Math.Max(20, LiveConsole.TerminalWidth() - 1);
            StandardStreams.Error.Write(StandardStreams.EraseLine + (text.Length > width ? text[..(width - 1)] + "…" : text));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_updating)
        {
            StandardStreams.Error.Write(StandardStreams.EraseLine);
        }
    }

    /// <summary>
    /// Formats the line: <c>seal on m4  measuring 120/1000  p50 30.1 k instructions  p99 31.2 k instructions  max 31.9 k instructions  p99 needs 1000
    /// samples</c>.
    /// </summary>
    public static string Text(string operation, string device, MeasureProgress progress)
    {
        var head = $"{operation} on {ForeignText.Name(device)}  {progress.State} {progress.Done}/{progress.Of}";
        return progress.Running is not { } running ? head : running.IsExact
            ? $"{head}  {ReadableNumber.Format(running.Min, progress.Unit, exact: true)}  every count equal"
            : $"{head}  p50 {ReadableNumber.Format(running.P50, progress.Unit)}  p99 {ReadableNumber.Format(running.P99, progress.Unit)}  "
                + $"max {ReadableNumber.Format(running.Max, progress.Unit)}  {State(running)}";
    }

    private static string State(SampleSummary running) =>
        running.N < 3 ? "too few to say anything"
        : running.P99IsMarked ? $"p99 needs {OrderStatistics.SamplesForP99} samples"
        : running.Max > 10 * running.P50 ? "enough for p99; something interrupts it now and then"
        : "enough for p99";
}
