using System.Reflection;
using Harness.Cli;
using Harness.Cli.Features;

namespace Harness.Acceptance;

/// <summary>The NUnit face and <c>harness run</c> execute the same scenarios.</summary>
public sealed class SameListTests
{
    [Test]
    public void Every_scenario_and_row_of_the_feature_files_is_a_test_here_and_no_other()
    {
        var interpreted = FeatureCatalog.Load(ProductPaths.DefaultFeatures)
            .GroupBy(plan => (plan.Feature.Name, Scenario: plan.Row is null ? plan.Name : plan.Name[..plan.Name.LastIndexOf(" [", StringComparison.Ordinal)]))
            .Select(group => $"{group.Key.Name}: {group.Key.Scenario}")
            .Order(StringComparer.Ordinal);
        Assert.That(Generated().Sum(test => test.Rows), Is.EqualTo(FeatureCatalog.Load(ProductPaths.DefaultFeatures).Count));
        Assert.That(Generated().Select(test => test.Feature).Distinct().Order(StringComparer.Ordinal),
            Is.EqualTo(FeatureCatalog.Load(ProductPaths.DefaultFeatures).Select(plan => plan.Feature.Name).Distinct().Order(StringComparer.Ordinal)));
        Assert.That(interpreted, Is.Not.Empty);
        Assert.That(
            Generated().Select(test => (test.Feature, test.Rows)).GroupBy(test => test.Feature).ToDictionary(g => g.Key, g => g.Sum(t => t.Rows)),
            Is.EqualTo(FeatureCatalog.Load(ProductPaths.DefaultFeatures).GroupBy(plan => plan.Feature.Name).ToDictionary(g => g.Key, g => g.Count())));
    }

    private static IEnumerable<(string Feature, string Scenario, int Rows)> Generated() =>
        from type in typeof(SameListTests).Assembly.GetTypes()
        where type.GetCustomAttribute<System.Runtime.CompilerServices.CompilerGeneratedAttribute>() is not null
            || type.Name.EndsWith("Feature", StringComparison.Ordinal)
        from method in type.GetMethods()
        let description = method.GetCustomAttribute<DescriptionAttribute>()
        let cases = method.GetCustomAttributes<TestCaseAttribute>().Count()
        let plain = method.GetCustomAttribute<TestAttribute>() is not null
        where description is not null && (plain || cases > 0)
        select (
            (string)type.GetCustomAttribute<DescriptionAttribute>()!.Properties.Get("Description")!,
            (string)description.Properties.Get("Description")!,
            Math.Max(cases, 1));
}
