using Harness.Record;

namespace Harness.Steps;

/// <summary>Turns what a step threw into a verdict. A timeout is never a pass; a broken rig is never a failed device.</summary>
public static class ScenarioVerdict
{
    /// <summary>The verdict of an exception, and what the reports say of it.</summary>
    /// <param name="error">What a step or a hook threw.</param>
    /// <param name="phase"><c>setup</c>, <c>given</c>, <c>when</c>, <c>then</c> or <c>teardown</c>.</param>
    /// <param name="step">The step's sentence, if a step threw it.</param>
    /// <param name="environment">The run.</param>
    public static (Verdict Verdict, FailureDetail Failure) Of(Exception error, string phase, string? step, RunEnvironment environment)
    {
        while (error is AggregateException or System.Reflection.TargetInvocationException && error.InnerException is { } inner)
        {
            error = inner;
        }

        // A run that is being stopped takes its rig down: what breaks then is no finding.
        if (error is VerdictException judged && !(judged is RigErrorException && environment.Cancellation.IsCancellationRequested))
        {
            return (judged.Verdict, new FailureDetail(
                phase, step, judged.Item, judged.Expected, judged.Seen, judged.Unit, judged.NextCommand));
        }

        if (environment.Cancellation.IsCancellationRequested)
        {
            return (Verdict.Aborted, new FailureDetail(phase, step, "run", "to end by itself", "stopped by the user", null, null));
        }

        if (error is OperationCanceledException or TimeoutException)
        {
            var limit = environment.Scenario?.Limit;
            var over = environment.Scenario?.Cancellation.IsCancellationRequested == true;
            return (Verdict.RigError, new FailureDetail(
                phase, step, "time", over ? $"the scenario to end within {limit!.Value.TotalSeconds:F0} s" : "an answer in time",
                over ? "it did not" : error.Message, null, "./harness run --timeout 600 ..."));
        }

        // Whatever else is thrown is no observation of the device: the harness or its rig broke.
        return (Verdict.RigError, new FailureDetail(
            phase, step, "harness", "no error of its own", $"{error.GetType().Name}: {error.Message}", null, null));
    }

    /// <summary>A verdict as records and consoles spell it.</summary>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "passed",
        Verdict.Fail => "failed",
        Verdict.RigError => "rig-error",
        Verdict.Inconclusive => "inconclusive",
        _ => "aborted",
    };
}
