using System.Globalization;
using Harness.Bench.Measuring;
using Harness.Cli.Live;
using Harness.Record;
using Harness.Reporting;
using Harness.Timing;

namespace Harness.Cli.Commands.Measuring;

/// <summary>One line on stderr that is written over: count, running numbers, and what they are good for in words. Nothing where stderr is no terminal.</summary>
public sealed class MeasureLine(string operation, string device) : IDisposable
{
    private readonly bool _updating = StandardStreams.ErrorCanRewrite;

    /// <summary>Writes it anew.</summary>
    public void Show(MeasureProgress progress)
    {
        if (_updating)
        {
            var text = Text(operation, device, progress);
            var width = Math.Max(20, LiveConsole.TerminalWidth() - 1);
            StandardStreams.Error.Write("\r\x1b[2K" + (text.Length > width ? text[..(width - 1)] + "…" : text));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_updating)
        {
            StandardStreams.Error.Write("\r\x1b[2K");
        }
    }

    /// <summary><c>seal on m4  measuring 120/1000  p50 30100 p99 31200 max 31900 instructions  p99 needs 1000 samples</c>.</summary>
    public static string Text(string operation, string device, MeasureProgress progress)
    {
        var head = $"{operation} on {TerminalText.Name(device)}  {progress.State} {progress.Done}/{progress.Of}";
        return progress.Running is not { } running ? head : running.IsExact
            ? string.Create(CultureInfo.InvariantCulture, $"{head}  {running.Min:G9} {progress.Unit.Symbol()}  every count equal")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{head}  p50 {running.P50:G5} p99 {running.P99:G5} max {running.Max:G5} {progress.Unit.Symbol()}  {State(running)}");
    }

    private static string State(SampleSummary running) =>
        running.N < 3 ? "too few to say anything"
        : running.P99IsMarked ? $"p99 needs {OrderStatistics.SamplesForP99} samples"
        : running.Max > 10 * running.P50 ? "enough for p99; something interrupts it now and then"
        : "enough for p99";
}
