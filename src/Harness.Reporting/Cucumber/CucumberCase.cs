using Io.Cucumber.Messages.Types;

namespace Harness.Reporting.Cucumber;

/// <summary>One scenario of a run as Cucumber's messages have it: its place in the document, the pickle made of it, the test case and what happened.</summary>
internal sealed class CucumberCase
{
    private readonly string _id;
    private readonly IReadOnlyList<(StepFinished Step, StepKeywordType Kind)> _steps;
    private readonly DateTimeOffset _begin;

    public CucumberCase(ScenarioResult scenario, int index)
    {
        (Scenario, _id, _begin) = (scenario, $"s{index}", scenario.StartedAt ?? default);
        _steps = [.. Kinds(scenario.Steps)];
        End = CucumberTime.After(_begin, scenario.DurationMs);
    }

    /// <summary>The scenario.</summary>
    public ScenarioResult Scenario { get; }

    /// <summary>Identifier of its start.</summary>
    public string StartedId => $"{_id}-started";

    /// <summary>Identifier of the step that files are attached to.</summary>
    public string LastStepId => HasVerdictStep || _steps.Count == 0 ? $"{_id}-verdict" : $"{_id}-test{_steps.Count - 1}";

    /// <summary>Its end.</summary>
    public DateTimeOffset End { get; }

    // A verdict that no step shows, such as that of a rig that broke between two scenarios, has a step of its own.
    private bool HasVerdictStep => Scenario.Verdict != Verdict.Pass && !_steps.Any(s => StatusOf(s.Step.Status) is not (TestStepResultStatus.PASSED or TestStepResultStatus.SKIPPED));

    private Location Place => new(long.TryParse(Scenario.Id.AsSpan(Math.Min(Scenario.Id.Length, Scenario.File.Length + 1)), out var line) && line > 0 ? line : 1, null);

    /// <summary>The scenario in its document.</summary>
    public Scenario Ast() => new(
        Place, [.. Scenario.Tags.Select((tag, i) => new Tag(Place, tag, $"{_id}-tag{i}"))], "Scenario", Scenario.Name, "",
        [.. _steps.Select((s, i) => new Step(Place, s.Step.Keyword.Trim() + " ", s.Kind, s.Step.Text, null, null, $"{_id}-step{i}"))], [], $"{_id}-scenario");

    /// <summary>The scenario as it was executed.</summary>
    public Pickle Pickle() => new(
        $"{_id}-pickle", Scenario.File, Place, Scenario.Name, "en",
        [.. _steps.Select((s, i) => new PickleStep(null, [$"{_id}-step{i}"], $"{_id}-pickle{i}", PickleType(s.Kind), s.Step.Text))],
        [.. Scenario.Tags.Select((tag, i) => new PickleTag(tag, $"{_id}-tag{i}"))], [$"{_id}-scenario"]);

    /// <summary>The test case.</summary>
    public TestCase TestCase(string run, string hook)
    {
        var steps = _steps.Select((_, i) => new TestStep(null, $"{_id}-test{i}", $"{_id}-pickle{i}", [], [])).ToList();
        if (HasVerdictStep || _steps.Count == 0)
        {
            steps.Add(new TestStep(hook, $"{_id}-verdict", null, null, null));
        }

        return new TestCase($"{_id}-case", $"{_id}-pickle", steps, run);
    }

    /// <summary>Its start, and the start and end of each of its steps.</summary>
    public IEnumerable<Envelope> Events()
    {
        var at = _begin;
        yield return Envelope.Create(new TestCaseStarted(0, StartedId, $"{_id}-case", null, CucumberTime.Of(at)));
        var told = false;
        foreach (var (step, index) in _steps.Select((s, i) => (s.Step, i)))
        {
            var status = StatusOf(step.Status);
            var explains = !told && status is not (TestStepResultStatus.PASSED or TestStepResultStatus.SKIPPED);
            told |= explains;
            var took = CucumberMessages.Finite(step.DurationMs);
            yield return Envelope.Create(new TestStepStarted(StartedId, $"{_id}-test{index}", CucumberTime.Of(at)));
            at = CucumberTime.After(at, took);
            yield return Envelope.Create(new TestStepFinished(
                StartedId, $"{_id}-test{index}", new TestStepResult(CucumberTime.Span(took), explains ? Words() : null, status, null), CucumberTime.Of(at)));
        }

        if (HasVerdictStep || _steps.Count == 0)
        {
            yield return Envelope.Create(new TestStepStarted(StartedId, $"{_id}-verdict", CucumberTime.Of(at)));
            yield return Envelope.Create(new TestStepFinished(
                StartedId, $"{_id}-verdict", new TestStepResult(CucumberTime.Span(0), Scenario.Verdict == Verdict.Pass ? null : Words(), StatusOf(Scenario.Verdict), null), CucumberTime.Of(End)));
        }
    }

    /// <summary>Its end.</summary>
    public TestCaseFinished Finished() => new(StartedId, CucumberTime.Of(End), false);

    private string Words() => string.Join('\n', ((IEnumerable<string>)[$"verdict: {Scenario.Verdict.Word()}"])
        .Concat(Scenario.Failure is { } failure ? FailureLines.Of(failure).Select(line => $"{line.Label}: {line.Value}") : []));

    private static TestStepResultStatus StatusOf(Verdict verdict) => verdict switch
    {
        Verdict.Pass => TestStepResultStatus.PASSED,
        Verdict.Fail => TestStepResultStatus.FAILED,
        Verdict.Inconclusive => TestStepResultStatus.PENDING,
        Verdict.Unjudgeable => TestStepResultStatus.UNDEFINED,
        _ => TestStepResultStatus.UNKNOWN,
    };

    private static TestStepResultStatus StatusOf(string status) => status switch
    {
        "passed" => TestStepResultStatus.PASSED,
        "skipped" => TestStepResultStatus.SKIPPED,
        "failed" or "fail" => TestStepResultStatus.FAILED,
        "inconclusive" => TestStepResultStatus.PENDING,
        "unjudgeable" or "undefined" => TestStepResultStatus.UNDEFINED,
        _ => TestStepResultStatus.UNKNOWN,
    };

    // And and But are of the kind of the step before them.
    private static IEnumerable<(StepFinished Step, StepKeywordType Kind)> Kinds(IEnumerable<StepFinished> steps)
    {
        var kind = StepKeywordType.UNKNOWN;
        foreach (var step in steps)
        {
            var own = step.Keyword.Trim() switch
            {
                "Given" => StepKeywordType.CONTEXT, "When" => StepKeywordType.ACTION, "Then" => StepKeywordType.OUTCOME, "And" or "But" => StepKeywordType.CONJUNCTION, _ => StepKeywordType.UNKNOWN,
            };
            kind = own is StepKeywordType.CONJUNCTION or StepKeywordType.UNKNOWN ? kind : own;
            yield return (step, own == StepKeywordType.CONJUNCTION ? kind : own);
        }
    }

    private static PickleStepType PickleType(StepKeywordType kind) => kind switch
    {
        StepKeywordType.CONTEXT => PickleStepType.CONTEXT,
        StepKeywordType.ACTION => PickleStepType.ACTION,
        StepKeywordType.OUTCOME => PickleStepType.OUTCOME,
        _ => PickleStepType.UNKNOWN,
    };
}
