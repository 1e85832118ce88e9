namespace Harness.Reporting;

/// <summary>Writes every sample of a run as CSV (RFC 4180): those in the record, then those in the files beside it.</summary>
public static class SampleCsv
{
    private const string Head = "scenario,device,operation,clock,provenance,unit,value";

    /// <summary>Reads a record once, in the order of its samples, without holding them.</summary>
    /// <param name="record">Path of a record, or of the run folder that holds it.</param>
    /// <param name="output">The destination.</param>
    /// <returns>The lines and files that could not be read, each a sentence.</returns>
    /// <exception cref="RecordException">There is no such record.</exception>
    public static IReadOnlyList<string> Write(string record, TextWriter output)
    {
        ArgumentException.ThrowIfNullOrEmpty(record);
        ArgumentNullException.ThrowIfNull(output);
        var path = Path.GetFullPath(Directory.Exists(record) ? Path.Combine(record, RecordWriter.FileName) : record);
        var problems = new List<string>();
        var summaries = new List<SampleSeries>();
        output.Write(Head + "\r\n");
        foreach (var e in RecordReader.ReadReadable(path, bad => problems.Add(bad.Difference)))
        {
            if (e is SampleTaken sample)
            {
                Row(output, sample.Scenario, sample.Device, sample.Operation, sample.Clock, sample.Provenance, sample.Unit, sample.Value);
            }
            else if (e is SamplesSummarized s)
            {
                summaries.Add(new SampleSeries { Of = (s.Device, s.Operation, s.Unit, s.Clock, s.Provenance), Summary = s });
            }
        }

        var files = new RunFiles(Path.GetDirectoryName(path)!);
        foreach (var file in summaries.GroupBy(s => s.Summary!.File))
        {
            if (SampleFile.Read(files, file.Key, [.. file], (one, value) => Row(output, one.Summary!.Scenario, one.Of.Device, one.Of.Operation, one.Of.Clock, one.Of.Provenance, one.Of.Unit, value)) is { } lacking)
            {
                problems.Add(lacking);
            }
        }

        return problems;
    }

    private static void Row(TextWriter output, string scenario, string device, string operation, ClockKind clock, Provenance provenance, Unit unit, double value)
    {
        Cell(output, scenario);
        Cell(output, device);
        Cell(output, operation);
        output.Write(string.Create(CultureInfo.InvariantCulture, $"{clock.Word()},{provenance.Word()},{unit.Symbol()},{value:R}\r\n"));
    }

    private static void Cell(TextWriter output, string text)
    {
        var line = ForeignText.Line(text);

        // A spreadsheet takes a text that begins so for a formula.
        line = line.Length > 0 && line[0] is ('=' or '+' or '-' or '@') ? "'" + line : line;
        output.Write(line.AsSpan().IndexOfAny(",\"") < 0 ? line : $"\"{line.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        output.Write(',');
    }
}
