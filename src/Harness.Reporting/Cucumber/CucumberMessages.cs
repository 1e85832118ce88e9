using Io.Cucumber.Messages.Types;

namespace Harness.Reporting.Cucumber;

/// <summary>
/// Writes a run as Cucumber Messages, one JSON object a line: what Cucumber's own HTML formatter and other viewers open. Documents are made from the record alone:
/// each scenario, an outline's row too, is one of its own, at its line of the feature file. A broken rig and a run that was stopped have the status UNKNOWN, as nothing is known of
/// the device; inconclusive is PENDING, unjudgeable UNDEFINED.
/// </summary>
public static class CucumberMessages
{
    private const string RunId = "run";
    private const string HookId = "verdict";
    private const int LongestAttachment = 64 << 10;

    /// <summary>Writes a run, UTF-8 without a byte order mark.</summary>
    /// <param name="result">The run.</param>
    /// <param name="output">The destination.</param>
    public static void Write(RunResult result, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(output);
        foreach (var envelope in Of(result))
        {
            output.Write(CucumberJson.Line(envelope));
            output.Write('\n');
        }
    }

    /// <summary>The messages of a run in their order.</summary>
    public static IEnumerable<Envelope> Of(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var begin = result.Started?.At ?? default;
        yield return Envelope.Create(Meta(result));
        var cases = result.Scenarios.Select((scenario, index) => new CucumberCase(scenario, index)).ToList();
        foreach (var file in cases.GroupBy(c => (c.Scenario.File, c.Scenario.Feature)))
        {
            yield return Envelope.Create(new GherkinDocument(file.Key.File, Feature(file.Key.Feature, [.. file]), []));
            foreach (var one in file)
            {
                yield return Envelope.Create(one.Pickle());
            }
        }

        yield return Envelope.Create(new Hook(HookId, "verdict", SourceReference.Create("harness"), null, HookType.AFTER_TEST_CASE));
        yield return Envelope.Create(new TestRunStarted(CucumberTime.Of(begin), RunId));
        foreach (var one in cases)
        {
            yield return Envelope.Create(one.TestCase(RunId, HookId));
            foreach (var envelope in one.Events())
            {
                yield return envelope;
            }

            foreach (var attached in Attachments(result, one))
            {
                yield return Envelope.Create(attached);
            }

            yield return Envelope.Create(one.Finished());
        }

        yield return Envelope.Create(new TestRunFinished(
            result.Problems.Count > 0 ? string.Join("; ", result.Problems) : null, result.Verdict == Verdict.Pass, CucumberTime.Of(CucumberTime.After(begin, result.DurationMs)), null, RunId));
    }

    internal static double Finite(double ms) => double.IsFinite(ms) ? Math.Clamp(ms, 0, 1e12) : 0;

    private static Meta Meta(RunResult result)
    {
        var host = result.Started?.Host;
        return new Meta(
            (global::Cucumber.Messages.ProtocolVersion.Version ?? "unknown").Split('+')[0], new Product("harness", result.Started?.HarnessVersion), new Product(".NET", host?.Runtime), new Product(host?.Os ?? "unknown", host?.Kernel),
            new Product(host?.Architecture ?? "unknown", null), null);
    }

    private static Feature Feature(string name, IReadOnlyList<CucumberCase> cases) =>
        new(new Location(1, null), [], "en", "Feature", name, "", [.. cases.Select(c => FeatureChild.Create(c.Ast()))]);

    // The transcripts of what did not pass, as far as they are beside the record.
    private static IEnumerable<Attachment> Attachments(RunResult result, CucumberCase one)
    {
        if (one.Scenario.Verdict == Verdict.Pass || (result.RecordPath is { } record ? Path.GetDirectoryName(Path.GetFullPath(record)) : null) is not { } folder)
        {
            yield break;
        }

        var files = new RunFiles(folder);
        foreach (var name in one.Scenario.Transcripts)
        {
            using var file = files.Open(name, out _);
            if (file is not null)
            {
                yield return new Attachment(
                    TranscriptText.Read(file, LongestAttachment), AttachmentContentEncoding.IDENTITY, name, "text/plain", null, one.StartedId, one.LastStepId, null, null, null, CucumberTime.Of(one.End));
            }
        }
    }
}
