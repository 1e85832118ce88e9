using TechTalk.SpecFlow.Bindings;

namespace Harness.Steps;

/// <summary>Sees that each <c>Then</c> judged something, and ends what the steps of a scenario set up.</summary>
[Binding]
public sealed class ScenarioHooks(ScenarioScope scope, ScenarioContext scenario)
{
    private int _judgementsBeforeStep;

    [BeforeStep]
    public void BeginStep() => _judgementsBeforeStep = scope.Judgements;

    /// <summary>A pass must rest on something that was observed, also that of a step that this assembly does not know.</summary>
    [AfterStep]
    public void EndStep()
    {
        var step = scenario.StepContext.StepInfo;
        if (step.StepDefinitionType == StepDefinitionType.Then && scenario.ScenarioExecutionStatus == ScenarioExecutionStatus.OK && scope.Judgements == _judgementsBeforeStep)
        {
            throw new UnjudgeableException(step.Text, "something to judge", "nothing: the step ended without having judged anything");
        }
    }

    [AfterScenario]
    public Task EndAsync() => scope.EndOwnedAsync();
}
