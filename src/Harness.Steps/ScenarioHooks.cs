using BoDi;
using Harness.Steps.World;
using TechTalk.SpecFlow;

namespace Harness.Steps;

/// <summary>Gives each scenario a world of its own and ends it.</summary>
[Binding]
public sealed class ScenarioHooks(IObjectContainer container)
{
    [BeforeScenario]
    public void BeginWorld()
    {
        var environment = RunEnvironment.Current ?? throw new InvalidOperationException("no run is under way: RunEnvironment.Current is not set");
        var scope = environment.Scenario ?? throw new InvalidOperationException("no scenario was begun: RunEnvironment.BeginScenario");
        container.RegisterInstanceAs(environment);
        container.RegisterInstanceAs(scope, dispose: false);
        container.RegisterInstanceAs(new ScenarioWorld(environment, scope));
    }

    [AfterScenario]
    public async Task EndWorldAsync()
    {
        if (container.IsRegistered<ScenarioWorld>())
        {
            var scope = container.Resolve<ScenarioScope>();
            await using (container.Resolve<ScenarioWorld>())
            {
                await scope.EndOwnedAsync();
            }
        }
    }
}
