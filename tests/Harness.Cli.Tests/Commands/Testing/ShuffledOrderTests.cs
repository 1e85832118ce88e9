using Harness.Cli.Commands;
using NUnit.Framework.Internal;

namespace Harness.Cli.Tests.Commands.Testing;

/// <summary>The order that <c>test --shuffle SEED</c> gives to fixtures and tests.</summary>
public sealed class ShuffledOrderTests
{
    [Test]
    public void The_option_and_the_test_projects_name_one_variable() => Assert.That(TestCommand.OrderVariable, Is.EqualTo(ShuffledOrderAttribute.Variable));

    [Test]
    public void A_seed_orders_fixtures_and_their_tests_and_always_in_the_same_way()
    {
        string[] first = Ordered("7"), second = Ordered("8");
        Assert.Multiple(() =>
        {
            Assert.That(first, Has.Length.EqualTo(42).And.EquivalentTo(second));
            Assert.That(first, Is.EqualTo(Ordered("7")).And.Not.EqualTo(second));
            Assert.That(first, Is.Not.EqualTo(first.Order(StringComparer.Ordinal)), "not the order of the names");
        });
    }

    private static string[] Ordered(string seed)
    {
        var assembly = new TestSuite("Lab");
        foreach (var name in new[] { "One", "Two" })
        {
            var fixture = new TestSuite(name);
            foreach (var number in Enumerable.Range(0, 20))
            {
                fixture.Add(new TestSuite($"{name}.{number}"));
            }

            assembly.Add(fixture);
        }

        ShuffledOrderAttribute.Shuffle(assembly, seed);
        return [.. Names(assembly)];
    }

    private static IEnumerable<string> Names(NUnit.Framework.Interfaces.ITest suite) =>
        suite.Tests.OrderBy(test => (int)test.Properties.Get(PropertyNames.Order)!).SelectMany(test => Names(test).Prepend(test.FullName));
}
