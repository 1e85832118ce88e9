using TechTalk.SpecFlow;

namespace Harness.Steps;

/// <summary>Ends what the steps of a scenario set up.</summary>
[Binding]
public sealed class ScenarioHooks(ScenarioScope scope)
{
    [AfterScenario]
    public Task EndAsync() => scope.EndOwnedAsync();
}
