using System.Reflection;
using Harness.Cli;
using Harness.Cli.Features;

namespace Harness.Acceptance;

/// <summary>Checks that the NUnit tests and <c>harness run</c> execute the same scenarios.</summary>
public sealed class SameListTests
{
    [Test]
    public void Every_scenario_and_row_that_run_executes_is_a_test_here_and_no_other()
    {
        var interpreted = FeatureCatalog.Load(ProductPaths.DefaultFeatures)
            .GroupBy(plan => $"{plan.Feature.Name}: {plan.Title}")
            .Select(group => $"{group.Key} x {group.Count()}");
        Assert.That(Generated(), Is.EquivalentTo(interpreted));
    }

    private static IEnumerable<string> Generated() =>
        from type in typeof(SameListTests).Assembly.GetTypes()
        where type.GetCustomAttribute<DescriptionAttribute>() is not null
        from method in type.GetMethods()
        where method.GetCustomAttribute<DescriptionAttribute>() is not null
        let rows = method.GetCustomAttributes<TestCaseAttribute>().Count()
        select $"{Text(type)}: {Text(method)} x {Math.Max(rows, 1)}";

    private static string Text(MemberInfo member) =>
        (string)member.GetCustomAttribute<DescriptionAttribute>()!.Properties.Get("Description")!;
}
