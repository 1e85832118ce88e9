namespace Harness.Reporting.Html;

/// <summary>Writes <c>report.html</c>: one file without any request, with everything that a run's folder tells. All text stands in it without script; script draws charts, filters and follows links.</summary>
public static class HtmlReport
{
    /// <summary>Name of the report in a run folder.</summary>
    public const string FileName = "report.html";

    /// <summary>Reads a record and the files beside it, and writes the report. What cannot be read is named in it.</summary>
    /// <param name="record">Path of a record, or of the run folder that holds it.</param>
    /// <param name="output">The destination of the report, UTF-8; stays open.</param>
    /// <param name="trends">Finds the trends of its operations over earlier runs; null for none.</param>
    /// <exception cref="RecordException">There is no such record, or nothing in it is an event.</exception>
    public static void Write(string record, Stream output, Func<TrendQuestion, IReadOnlyList<Trend>>? trends = null)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        Write(record, writer, trends);
    }

    /// <inheritdoc cref="Write(string, Stream, Func{TrendQuestion, IReadOnlyList{Trend}})"/>
    public static void Write(string record, TextWriter output, Func<TrendQuestion, IReadOnlyList<Trend>>? trends = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(record);
        ArgumentNullException.ThrowIfNull(output);
        var page = Read(Path.GetFullPath(Directory.Exists(record) ? Path.Combine(record, RecordWriter.FileName) : record), trends);
        Write(page(new HtmlWriter(output)));
    }

    private static Func<HtmlWriter, ReportPage> Read(string path, Func<TrendQuestion, IReadOnlyList<Trend>>? trends)
    {
        var files = new RunFiles(Path.GetDirectoryName(path)!);
        var samples = new SampleCollector();
        var unreadable = new List<RecordException>();
        var run = RunResult.From(RecordReader.ReadReadable(path, unreadable.Add), samples.TryTake);
        if (unreadable.Count > 0 && run.Started is null && run.Scenarios.Count == 0)
        {
            throw unreadable[0];
        }

        var series = samples.End(run, files);
        var question = new TrendQuestion(run.Started?.RigName, [.. series.Select(s => (s.Of.Device, s.Of.Operation)).Distinct()]);
        return html => new ReportPage(html, run, ClaimsResult.From(run), series, samples, files, [.. Problems(run, unreadable, series), .. files.Missing(run)])
        {
            Trends = question.Operations.Count == 0 ? [] : trends?.Invoke(question) ?? [],
        };
    }

    private static IEnumerable<string> Problems(RunResult run, List<RecordException> unreadable, IReadOnlyList<SampleSeries> series)
    {
        foreach (var problem in run.Problems)
        {
            yield return problem;
        }

        if (unreadable.Count > 0)
        {
            yield return RunResultBuilder.Sentence(unreadable);
        }

        var odd = (NotNumbers: series.Sum(s => s.NotNumbers), Negative: series.Sum(s => s.Negative));
        if (odd.NotNumbers > 0)
        {
            yield return $"{odd.NotNumbers} samples are no finite number and stand in no distribution";
        }

        if (odd.Negative > 0)
        {
            yield return $"{odd.Negative} samples are below zero, which no duration is: what measured them was wrong";
        }
    }

    private static void Write(ReportPage page)
    {
        var html = page.Html;
        html.Begin().Open("html", ("lang", "en")).Open("head");
        html.Void("meta", ("charset", "utf-8")).Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        html.Void("meta", ("http-equiv", "Content-Security-Policy"), ("content", PageParts.SecurityPolicy));
        html.Void("meta", ("name", "color-scheme"), ("content", "light dark"));
        html.Element("title", $"{Text.Headline(page.Run.Verdict)} - {page.Run.RunId} - Harness").Own("style", PageParts.Style).Close();
        html.Open("body");
        HeadSection.Write(page);
        html.Open("main", ("id", "content"));
        NotPassedSection.Write(page);
        ClaimsSection.Write(page);
        CostSection.Write(page);
        TimeSection.Write(page);
        FeaturesSection.Write(page);
        RigSection.Write(page);
        RunSection.Write(page);
        html.Close().Own("script", PageParts.Script).Close(2).Line();
    }
}
