using Harness.Steps.World;

namespace Harness.Steps.Tests;

/// <summary>The first use of a device in a scenario wipes it, by whichever accessor; later ones leave it as it is.</summary>
public sealed class FirstUseTests
{
    private static IEnumerable<TestCaseData> Accessors()
    {
        yield return new TestCaseData((Func<ScenarioWorld, Task<Schemes.IParty>>)(async world => await world.PartyAsync("host"))).SetArgDisplayNames("PartyAsync");
        yield return new TestCaseData((Func<ScenarioWorld, Task<Schemes.IParty>>)(async world => await world.SamePartyAsync("host"))).SetArgDisplayNames("SamePartyAsync");
        yield return new TestCaseData((Func<ScenarioWorld, Task<Schemes.IParty>>)(async world => await world.Bench.GetPartyAsync("host", world.Cancellation))).SetArgDisplayNames("GetPartyAsync");
        yield return new TestCaseData((Func<ScenarioWorld, Task<Schemes.IParty>>)(async world => await new ClaimScene(world).PartyAsync("host", world.Cancellation))).SetArgDisplayNames("ClaimScene");
    }

    [TestCaseSource(nameof(Accessors))]
    public async Task What_the_scenario_before_left_is_gone_and_what_this_one_does_stays(Func<ScenarioWorld, Task<Schemes.IParty>> accessor)
    {
        await using var run = new TestRun();
        await InScenarioAsync(run, async world =>
        {
            await LogInAsync(world);
            Assert.That((await world.SamePartyAsync("host")).CountsAsync(default).Result.Exponentiations, Is.GreaterThan(0));
        });
        await InScenarioAsync(run, async world =>
        {
            var party = await accessor(world);
            Assert.That((await party.CountsAsync(world.Cancellation)).Exponentiations, Is.Zero);
            Assert.That(async () => await party.AcceptWrapAsync(128, new byte[40], world.Cancellation), Throws.TypeOf<Schemes.PartyRefusedException>().With.Property("Code").EqualTo("STATE"));
            await LogInAsync(world);
            var counts = await (await accessor(world)).CountsAsync(world.Cancellation);
            Assert.That(counts.Exponentiations, Is.GreaterThan(0));
        });
    }

    private static async Task LogInAsync(ScenarioWorld world)
    {
        await world.StartBrokerAsync();
        world.Enrol("host");
        await world.RequireLoginAsync(world.Device("host"));
    }

    private static async Task InScenarioAsync(TestRun run, Func<ScenarioWorld, Task> steps)
    {
        using var scope = run.Environment.BeginScenario("f:1", TimeSpan.FromMinutes(1));
        var world = new ScenarioWorld(run.Environment, scope);
        await using (world)
        {
            await steps(world);
        }

        scope.End();
    }
}
