namespace Harness.Reporting;

/// <summary>Writes the report files beside a record.</summary>
public static class Reports
{
    /// <summary>Name of the JUnit report.</summary>
    public const string JUnitName = "junit.xml";

    /// <summary>Name of the Markdown summary.</summary>
    public const string SummaryName = "summary.md";

    /// <summary>Name of the report of the claims tables.</summary>
    public const string ClaimsName = "claims.md";

    /// <summary>Reads <c>run.jsonl</c> in a run folder and writes <c>junit.xml</c>, <c>summary.md</c> and <c>report.html</c> there, and <c>claims.md</c> if
    /// attacks ran or costs were counted, replacing older ones.</summary>
    /// <param name="runFolder">The run's folder.</param>
    /// <param name="trends">Finds the trends of the run's operations over earlier runs; null for none.</param>
    /// <returns>The result, so that a caller need not read the record again.</returns>
    /// <exception cref="RecordException">The record cannot be read, or a report cannot be written.</exception>
    public static RunResult WriteBeside(string runFolder, Func<TrendQuestion, IReadOnlyList<Trend>>? trends = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(runFolder);
        var result = RunResult.Load(Path.Combine(runFolder, RecordWriter.FileName));
        Write(Path.Combine(runFolder, JUnitName), stream => JUnitReport.Write(result, stream));
        Write(Path.Combine(runFolder, SummaryName), stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(MarkdownSummary.Render(result));
        });
        if (ClaimsResult.From(result) is { IsEmpty: false } claims)
        {
            Write(Path.Combine(runFolder, ClaimsName), stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true);
                writer.Write(ClaimsMarkdown.Render(claims));
            });
        }

        Write(Path.Combine(runFolder, HtmlReport.FileName), stream => HtmlReport.Write(runFolder, stream, trends));
        return result;
    }

    // Written to a temporary file and renamed: a CI that collects a half-written junit.xml reads fewer tests than ran.
    private static void Write(string path, Action<Stream> write)
    {
        var unfinished = path + ".tmp";
        try
        {
            using (var stream = File.Create(unfinished))
            {
                write(stream);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(unfinished);
            throw RecordException.CannotWrite(path, e);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }
    }
}
