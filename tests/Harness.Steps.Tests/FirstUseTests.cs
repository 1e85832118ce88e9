namespace Harness.Steps.Tests;

/// <summary>The first use of a device in a scenario wipes it, by whichever accessor; later ones leave it as it is.</summary>
public sealed class FirstUseTests
{
    private static IEnumerable<TestCaseData> Accessors()
    {
        yield return Accessor("PartyAsync", scene => scene.Logins.PartyAsync("host"));
        yield return Accessor("SamePartyAsync", scene => scene.Logins.SamePartyAsync("host"));
        yield return Accessor("GetPartyAsync", scene => scene.Environment.Bench.GetPartyAsync("host", scene.Scope.Cancellation));
        yield return Accessor("AttackContext", scene => new AttackContext(scene.Environment, scene.Scope).PartyAsync("host", scene.Scope.Cancellation));
    }

    private static TestCaseData Accessor(string name, Func<Scene, ValueTask<Schemes.IParty>> get) => new TestCaseData(get).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Accessors))]
    public async Task A_new_scenario_clears_the_state_of_the_one_before_and_keeps_its_own(Func<Scene, ValueTask<Schemes.IParty>> accessor)
    {
        await using var run = new TestRun();
        await InScenarioAsync(run, async scene =>
        {
            await LogInAsync(scene);
            Assert.That((await scene.Logins.SamePartyAsync("host")).CountsAsync(default).Result.Exponentiations, Is.GreaterThan(0));
        });
        await InScenarioAsync(run, async scene =>
        {
            var party = await accessor(scene);
            Assert.That((await party.CountsAsync(scene.Scope.Cancellation)).Exponentiations, Is.Zero);
            Assert.That(async () => await party.AcceptWrapAsync(128, new byte[40], scene.Scope.Cancellation), Throws.TypeOf<Schemes.PartyRefusedException>().With.Property("Code").EqualTo("STATE"));
            await LogInAsync(scene);
            var counts = await (await accessor(scene)).CountsAsync(scene.Scope.Cancellation);
            Assert.That(counts.Exponentiations, Is.GreaterThan(0));
        });
    }

    private static async Task LogInAsync(Scene scene)
    {
        await scene.Broker.StartAsync();
        await scene.Logins.RequireLoginAsync(scene.Logins.Enrol("host"));
    }

    private static async Task InScenarioAsync(TestRun run, Func<Scene, Task> steps)
    {
        using var scope = run.Environment.BeginScenario("f:1", TimeSpan.FromMinutes(1));
        var broker = new BrokerDriver(run.Environment, scope);
        await steps(new Scene(run.Environment, scope, broker, new LoginDriver(run.Environment, scope, broker)));
        await scope.EndOwnedAsync();
        scope.End();
    }

    public sealed record Scene(RunEnvironment Environment, ScenarioScope Scope, BrokerDriver Broker, LoginDriver Logins);
}
