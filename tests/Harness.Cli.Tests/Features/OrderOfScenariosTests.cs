namespace Harness.Cli.Tests.Features;

/// <summary>Checks that a verdict does not depend on the scenarios before it: the shipped ones have the same verdicts in any order, and each alone.</summary>
[NonParallelizable]
public sealed class OrderOfScenariosTests
{
    private static readonly int[] Seeds = [1, 20261128, 77];

    // State that an earlier scenario could leave behind, and scenarios whose verdict would depend on it.
    private const string Leak = """
        Feature: Left behind

          Scenario: both log in
            Given a broker with enhanced authentication
            And host is enrolled at the broker
            And board is enrolled at the broker
            When board logs in
            And host logs in
            Then the login succeeds

          Scenario: a host that did not log in
            Given a broker with enhanced authentication
            And host is enrolled at the broker
            Then host holds no session key

          Scenario: a board that did not log in
            Given a broker with enhanced authentication
            And board is enrolled at the broker
            Then board holds no session key

          Scenario: a key it cannot have
            Given a broker with enhanced authentication
            And board is enrolled at the broker
            Then board still holds its session key

          Scenario: operations it did not run
            Given a broker with enhanced authentication
            And board is enrolled at the broker
            Then board ran each operation of the handshake once

          Scenario: measured
            When host seals 16 bytes 10 times
            Then "seal 16 bytes" of host takes at most 10 s at max

          Scenario: a floor that another scenario measured
            Given a broker with enhanced authentication
            And host is enrolled at the broker
            When host logs in
            Then "aug.init" of host takes at most 0 ns at max
        """;

    [Test]
    [Category("FieldCase")]
    public void Remains_of_one_scenario_change_no_verdict()
    {
        using var work = new WorkFolder();
        var verdicts = SameInEveryOrder(work, FeatureCatalog.Load(work.Write("leak.feature", Leak)));
        Assert.That(
            verdicts, Is.EqualTo(new[] { Verdict.Pass, Verdict.Pass, Verdict.Pass, Verdict.Unjudgeable, Verdict.Unjudgeable, Verdict.Pass, Verdict.Fail }));
    }

    [Test]
    public void Every_thirtieth_shipped_scenario_comes_to_the_same_in_three_orders_and_alone()
    {
        using var work = new WorkFolder();
        SameInEveryOrder(work, [.. Shipped().Where((_, i) => i % 30 == 3)]);
    }

    [Test]
    [Category("Long")]
    public void Every_shipped_scenario_comes_to_the_same_in_three_orders_and_alone()
    {
        using var work = new WorkFolder();
        SameInEveryOrder(work, [.. Shipped()]);
    }

    // A judgement of times by this machine's clock may stay open when the machine is busy, whatever went before.
    private static bool IsOpenByTheClock(Judged one, Judged other) =>
        one.Plan.Feature.Path.Contains("/features/timing/", StringComparison.Ordinal)
        && ((one.Verdict, other.Verdict) is (Verdict.Pass, Verdict.Inconclusive) or (Verdict.Inconclusive, Verdict.Pass));

    private static IReadOnlyList<ScenarioPlan> Shipped() =>
        Selection.Choose(FeatureCatalog.Load(ProductPaths.DefaultFeatures), null, null, rigHasHardware: false).Run;

    private static List<Verdict> SameInEveryOrder(WorkFolder work, IReadOnlyList<ScenarioPlan> plans)
    {
        var rig = WorkFolder.PosixRigText().Replace("group: modp2048-q256", "group: p256", StringComparison.Ordinal);

        // The runner keeps the scenarios of a feature together: each is put into a feature of its own, so that they mix.
        var apart = plans.Select((plan, i) => plan with { Feature = plan.Feature with { Description = $"{i}" } }).ToList();
        var alone = apart.ToDictionary(plan => plan.Id, plan => InProcessRun.Run(work, [plan], rig).Single());
        foreach (var seed in Seeds)
        {
            var order = apart.ToArray();
            new Random(seed).Shuffle(order);
            var differ = InProcessRun.Run(work, order, rig).Where(s => s.Verdict != alone[s.Plan.Id].Verdict && !IsOpenByTheClock(s, alone[s.Plan.Id]));
            Assert.That(differ.Select(s => $"{s}, alone {alone[s.Plan.Id].Verdict.Word()}: {alone[s.Plan.Id].Failure?.Seen}"), Is.Empty, $"seed {seed}");
        }

        return [.. plans.Select(plan => alone[plan.Id].Verdict)];
    }
}
