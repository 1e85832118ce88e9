using Harness.Brokers.Conformance;

namespace Harness.Cli.Commands.Conformance;

/// <summary>The statements as they were asked for.</summary>
/// <param name="Statements">The statements.</param>
/// <param name="OutDir">The folder of the record as typed; null for one of its own.</param>
/// <param name="Json">True for one JSON object on standard output.</param>
internal sealed record ConformanceRequest(IReadOnlyList<Statement> Statements, string? OutDir, bool Json);

/// <summary>Decides statements in a run: progress, record, coverage beside it, and the report on standard output.</summary>
internal static class ConformanceJudgement
{
    /// <param name="run">The run, begun.</param>
    /// <param name="request">The request.</param>
    /// <param name="subject">The party that is judged.</param>
    /// <param name="decide">Decides, and tells of each outcome as it comes.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(
        RecordedRun run, ConformanceRequest request, ConformanceSubject subject, Func<Action<ConformanceOutcome>, Task<IReadOnlyList<ConformanceOutcome>>> decide)
    {
        var record = new ConformanceRecord(run, subject, request.Statements.Count);
        var outcomes = await run.ConcludingAsync(() => WithProgressAsync(record, request.Statements.Count, decide), () => record.End(stopped: true));
        run.Save(ConformanceReport.FileName, output => output.Write(ConformanceReport.RenderMarkdown(subject, outcomes)));
        record.End(stopped: false);
        Console.Out.WriteLine(request.Json ? ConformanceReport.RenderJson(subject, outcomes) : ConformanceReport.Render(subject, outcomes));
        (request.Json ? StandardStreams.Error : StandardStreams.Out).WriteLine($"record: {ForeignText.Name(ProductPaths.Display(run.Record))}");
        return ConformanceReport.ExitCode(outcomes);
    }

    private static async Task<IReadOnlyList<ConformanceOutcome>> WithProgressAsync(ConformanceRecord record, int of, Func<Action<ConformanceOutcome>, Task<IReadOnlyList<ConformanceOutcome>>> decide)
    {
        var (done, violated) = (0, 0);
        var updating = StandardStreams.ErrorCanRewrite;
        try
        {
            return await decide(Told);
        }
        finally
        {
            if (updating)
            {
                StandardStreams.Error.Write(StandardStreams.EraseLine);
            }
        }

        void Told(ConformanceOutcome outcome)
        {
            record.Add(outcome);
            violated += outcome.Finding.Verdict == ConformanceVerdict.Violates ? 1 : 0;
            done++;
            if (updating)
            {
                StandardStreams.Error.Write($"{StandardStreams.EraseLine}{done}/{of} statements, {violated} violated");
            }
        }
    }
}
