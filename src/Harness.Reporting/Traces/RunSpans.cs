using System.Diagnostics;

namespace Harness.Reporting.Traces;

/// <summary>Makes the spans of a run, with the times of its record.</summary>
internal static class RunSpans
{
    private const string ParentVariable = "TRACEPARENT";

    /// <summary>Makes every span, the innermost ended first.</summary>
    public static void Emit(ActivitySource source, RunResult result)
    {
        ActivityContext.TryParse(Environment.GetEnvironmentVariable(ParentVariable), null, isRemote: true, out var parent);
        var begin = result.Started?.At ?? result.Scenarios.Select(s => s.StartedAt).FirstOrDefault() ?? default;
        using var run = source.StartActivity($"harness run {ForeignText.Name(result.RunId)}", ActivityKind.Internal, parent, startTime: begin);
        if (run is null)
        {
            return;
        }

        foreach (var (name, value) in RunProperties.Of(result))
        {
            run.SetTag("harness." + name, value);
        }

        foreach (var scenario in result.Scenarios)
        {
            Scenario(source, run.Context, scenario, begin);
        }

        End(run, begin, result.DurationMs, result.Verdict, result.Problems.Count > 0 ? string.Join("; ", result.Problems) : null);
    }

    private static void Scenario(ActivitySource source, ActivityContext run, ScenarioResult scenario, DateTimeOffset runBegin)
    {
        var begin = scenario.StartedAt ?? runBegin;
        using var span = source.StartActivity(ForeignText.Name(scenario.Name.Length > 0 ? scenario.Name : scenario.Id), ActivityKind.Internal, run, startTime: begin);
        if (span is null)
        {
            return;
        }

        span.SetTag("harness.scenario.id", scenario.Id).SetTag("harness.scenario.feature", scenario.Feature).SetTag("harness.scenario.tags", scenario.Tags.ToArray()).SetTag("harness.scenario.verdict", scenario.Verdict.Word());
        var at = begin;
        foreach (var step in scenario.Steps.Where(step => step.Status != "skipped"))
        {
            using var child = source.StartActivity(ForeignText.Name($"{step.Keyword.Trim()} {step.Text}"), ActivityKind.Internal, span.Context, startTime: at);
            at = Cucumber.CucumberTime.After(at, step.DurationMs);
            child?.SetTag("harness.step.status", step.Status).SetStatus(step.Status == "passed" ? ActivityStatusCode.Ok : ActivityStatusCode.Error).SetEndTime(at.UtcDateTime);
        }

        foreach (var fault in scenario.Faults)
        {
            span.AddEvent(new ActivityEvent($"fault {fault.Fault}", fault.At, new ActivityTagsCollection { ["harness.device"] = fault.Device, ["harness.detail"] = fault.Detail }));
        }

        End(span, begin, scenario.DurationMs, scenario.Verdict, scenario.Failure is { } f ? $"{f.Item}: expected {Text.WithUnit(f.Expected, f.Unit)}, saw {Text.WithUnit(f.Seen, f.Unit)}" : null);
    }

    private static void End(Activity span, DateTimeOffset begin, double ms, Verdict verdict, string? why)
    {
        span.SetStatus(verdict == Verdict.Pass ? ActivityStatusCode.Ok : ActivityStatusCode.Error, verdict == Verdict.Pass ? null : why is null ? verdict.Word() : $"{verdict.Word()}: {ForeignText.Line(why)}");
        span.SetEndTime(Cucumber.CucumberTime.After(begin, ms).UtcDateTime);
    }
}
