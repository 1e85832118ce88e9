namespace Harness.Acceptance;

/// <summary>The shipped scenarios as test cases, each under the id it has in records and on the command line.</summary>
internal static class AcceptanceCatalog
{
    /// <summary>Every scenario and every row of an outline.</summary>
    public static IReadOnlyList<ScenarioPlan> Plans { get; } = FeatureCatalog.Load(ProductPaths.DefaultFeatures);

    /// <summary>The test of a scenario: named <c>Scenario(features/handshake/login.feature:10,...)</c>, its tags as categories.</summary>
    public static TestCaseData TestOf(ScenarioPlan plan)
    {
        var test = new TestCaseData(plan).SetArgDisplayNames(plan.Id, plan.Name).SetDescription($"{plan.Feature.Name}: {plan.Name}");
        foreach (var tag in plan.Tags.Distinct())
        {
            test.SetCategory(tag == "@long" ? "Long" : tag.TrimStart('@')); // as the other tests that only test --long runs
        }

        return test;
    }
}
