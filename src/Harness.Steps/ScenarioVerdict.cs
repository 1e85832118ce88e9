namespace Harness.Steps;

/// <summary>Turns what a step threw into a verdict. A timeout is never a pass; a broken rig is never a failed device.</summary>
public static class ScenarioVerdict
{
    /// <summary>The verdict of an exception, and what the reports say of it.</summary>
    /// <param name="error">The exception of a step or a hook.</param>
    /// <param name="phase"><c>setup</c>, <c>given</c>, <c>when</c>, <c>then</c> or <c>teardown</c>.</param>
    /// <param name="step">The step's sentence, if a step threw it.</param>
    /// <param name="environment">The run.</param>
    public static (Verdict Verdict, FailureDetail Failure) Of(Exception error, string phase, string? step, RunEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return Of(error, phase, step, environment.Cancellation, environment.Scenario);
    }

    /// <summary>The same for what runs without steps.</summary>
    /// <param name="error">The exception.</param>
    /// <param name="phase">As above.</param>
    /// <param name="step">As above.</param>
    /// <param name="run">Stops the run.</param>
    /// <param name="scenario">The scenario under way; null for none with a time limit.</param>
    public static (Verdict Verdict, FailureDetail Failure) Of(Exception error, string phase, string? step, CancellationToken run, ScenarioScope? scenario)
    {
        var seen = Seen(error, phase, step, run, scenario);
        return seen.Verdict is Verdict.Fail or Verdict.Unjudgeable or Verdict.Inconclusive && scenario?.BrokenRig() is { } rig ? Seen(rig, phase, step, run, scenario) : seen;
    }

    private static (Verdict Verdict, FailureDetail Failure) Seen(Exception error, string phase, string? step, CancellationToken run, ScenarioScope? scenario)
    {
        // Ctrl-C reaches emulators and brokers too: what breaks from then on broke because the run was stopped.
        if (run.IsCancellationRequested && error is not CheckFailedException)
        {
            return Stopped(phase, step);
        }

        if (error is VerdictException judged)
        {
            return (judged.Verdict, FailureDetail.From(judged, phase, step));
        }

        if (error is TechTalk.SpecFlow.BindingException binding)
        {
            // The sentence fits a step, and what stands in its places does not: SpecFlow says so of an argument that the step refuses, naming our code.
            var said = (binding.InnerException ?? binding).Message;
            said = said.Contains("': ", StringComparison.Ordinal) ? said[(said.IndexOf("': ", StringComparison.Ordinal) + 3)..] : said;
            return (Verdict.Unjudgeable, new FailureDetail(
                phase, step, "words of the step", "words that the step can take", said.Split(" (Parameter '")[0], null, "./harness steps"));
        }

        if (error is OperationCanceledException or TimeoutException)
        {
            var limit = scenario?.Limit;
            var over = scenario?.Cancellation.IsCancellationRequested == true;
            return (Verdict.RigError, new FailureDetail(
                phase, step, "time", over ? $"the scenario to end within {limit!.Value.TotalSeconds:F0} s" : "an answer in time",
                over ? "it did not" : error.Message, null, "./harness run --timeout 600 ..."));
        }

        if (error is PartyRefusedException refused)
        {
            // A device that refuses what the scenario needs of it did wrong; its line and its emulator are well.
            return (Verdict.Fail, new FailureDetail(phase, step, $"answer of {refused.Party}", "to do what the step asks", $"refused with {refused.Code}", null, null));
        }

        if (error is SessionException session)
        {
            return (session is SessionRefusedException ? Verdict.Fail : Verdict.RigError, new FailureDetail(
                phase, step, $"session of {session.Device}", $"{session.Operation} to work", Words(session), null, null));
        }

        if (error is MqttException)
        {
            return (Verdict.RigError, new FailureDetail(phase, step, "broker of the rig", "to work", Foreign(error.Message), null, null));
        }

        // Any other exception is no observation of the device: the harness or its rig broke.
        return (Verdict.RigError, new FailureDetail(
            phase, step, "harness", "no error of its own", $"{error.GetType().Name}: {Foreign(error.Message)}", null, null));
    }

    private static (Verdict Verdict, FailureDetail Failure) Stopped(string phase, string? step) =>
        (Verdict.Aborted, new FailureDetail(phase, step, "run", "to end by itself", "stopped by the user", null, null));

    // A library's message holds names that a peer chose, such as a method or a topic.
    private static string Foreign(string message) => ForeignText.Escape(message, ForeignText.MessageLength);

    private static string Words(SessionException error) => error switch
    {
        SessionTimedOutException e => $"nothing within {e.Limit.TotalSeconds:0.###} s",
        SessionRefusedException e => $"the broker refused with 0x{(byte)e.Reason:x2}",
        SessionAbortedException e => e.Seen,
        _ => error.Message,
    };

    /// <summary>A verdict as records and consoles spell it.</summary>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "passed",
        Verdict.Fail => "failed",
        Verdict.RigError => "rig-error",
        Verdict.Inconclusive => "inconclusive",
        Verdict.Unjudgeable => "unjudgeable",
        _ => "aborted",
    };
}
