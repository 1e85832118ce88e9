namespace Harness.Bench.Tests.Measuring;

/// <summary>Costs of logins, of which <c>figures</c> makes a table.</summary>
public sealed class LoginCostTests
{
    [Test]
    public async Task Each_way_of_a_board_to_log_in_has_its_cost_and_one_that_redraws_scalars_is_never_exact()
    {
        await using var bench = new TestBench(RigFile.Load(TestEnvironment.Rig("sim.yaml")), new TestBenchOptions());
        var told = new List<string>();
        var costs = await LoginCosts.MeasureAsync(bench, "m4", told.Add, TestEnvironment.Timeout());
        Assert.That(costs.Select(c => c.Login), Is.EqualTo(told).And.EqualTo(new[] { LoginCosts.AugPake("modp2048-q256"), LoginCosts.AugPake("p256"), LoginCosts.Scram }));
        Assert.That(costs.Select(c => c.IsExact), Is.EqualTo(new[] { false, true, true }));
        Assert.That(costs.Select(c => c.Ticks), Is.All.GreaterThan(1_000_000), "instructions");
    }
}
