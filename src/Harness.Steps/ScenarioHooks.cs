using BoDi;
using Harness.Record;
using Harness.Steps.World;
using TechTalk.SpecFlow;
using TechTalk.SpecFlow.Bindings;

namespace Harness.Steps;

/// <summary>Gives each scenario a world of its own and ends it.</summary>
[Binding]
public sealed class ScenarioHooks(IObjectContainer container, ScenarioContext scenario)
{
    private int judgedBefore;

    [BeforeScenario]
    public void BeginWorld()
    {
        var environment = RunEnvironment.Current ?? throw new InvalidOperationException("no run is under way: RunEnvironment.Current is not set");
        var scope = environment.Scenario ?? throw new InvalidOperationException("no scenario was begun: RunEnvironment.BeginScenario");
        container.RegisterInstanceAs(new ScenarioWorld(environment, scope));
    }

    [BeforeStep]
    public void BeginStep() => judgedBefore = RunEnvironment.Current?.Scenario?.Judgements ?? 0;

    /// <summary>A pass must rest on something that was observed, also that of a step that this assembly does not know.</summary>
    [AfterStep]
    public void EndStep()
    {
        var step = scenario.StepContext.StepInfo;
        if (step.StepDefinitionType == StepDefinitionType.Then && scenario.ScenarioExecutionStatus == ScenarioExecutionStatus.OK
            && RunEnvironment.Current?.Scenario is { } scope && scope.Judgements == judgedBefore)
        {
            throw new UnjudgeableException(step.Text, "something to judge", "nothing: the step ended without having judged anything");
        }
    }

    [AfterScenario]
    public async Task EndWorldAsync()
    {
        if (container.IsRegistered<ScenarioWorld>())
        {
            await container.Resolve<ScenarioWorld>().DisposeAsync();
        }
    }
}
