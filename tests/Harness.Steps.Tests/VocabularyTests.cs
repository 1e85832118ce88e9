using System.Reflection;
using System.Text.RegularExpressions;
using TechTalk.SpecFlow;

namespace Harness.Steps.Tests;

/// <summary>The Gherkin vocabulary as its bindings declare it.</summary>
public sealed class VocabularyTests
{
    private static IEnumerable<MethodInfo> Methods() => typeof(RunEnvironment).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(method => method.GetCustomAttributes<StepDefinitionBaseAttribute>().Any());

    private static IEnumerable<TestCaseData> Patterns() => Methods().SelectMany(method => method.GetCustomAttributes<StepDefinitionBaseAttribute>()
        .Select(attribute => new TestCaseData(method, attribute.Regex).SetArgDisplayNames(method.Name, attribute.Regex)));

    [Test]
    public void The_vocabulary_is_there() => Assert.That(Patterns().Count(), Is.GreaterThan(40));

    [TestCaseSource(nameof(Patterns))]
    public void A_step_is_anchored_public_and_in_a_class_of_bindings(MethodInfo method, string pattern)
    {
        Assert.That(pattern, Does.StartWith("^").And.EndsWith("$"));
        Assert.That(pattern.Count(c => c == '|') == 0 || !TopLevelAlternative(pattern), $"{pattern}: an alternative outside brackets undoes the anchors");
        Assert.That(method.IsPublic && method.DeclaringType!.GetCustomAttribute<BindingAttribute>() is not null);
    }

    [TestCaseSource(nameof(Patterns))]
    public void A_step_takes_what_its_sentence_holds_and_at_most_a_table_or_text(MethodInfo method, string pattern)
    {
        var groups = new Regex(pattern).GetGroupNumbers().Length - 1;
        var parameters = method.GetParameters();
        Assert.That(parameters, Has.Length.EqualTo(groups).Or.Length.EqualTo(groups + 1));
        if (parameters.Length == groups + 1)
        {
            Assert.That(parameters[^1].ParameterType, Is.EqualTo(typeof(Table)).Or.EqualTo(typeof(string)));
        }
    }

    [TestCaseSource(nameof(Patterns))]
    public void An_asynchronous_step_can_be_awaited(MethodInfo method, string pattern)
    {
        Assert.That(method.ReturnType == typeof(void) ? method.GetCustomAttribute<System.Runtime.CompilerServices.AsyncStateMachineAttribute>() : null, Is.Null, pattern);
    }

    [Test]
    public void No_sentence_stands_twice()
    {
        Assert.That(
            Methods().SelectMany(method => method.GetCustomAttributes<StepDefinitionBaseAttribute>().SelectMany(a => a.Types.Select(kind => (kind, a.Regex)))),
            Is.Unique);
    }

    [Test]
    public void No_step_reaches_a_device_that_was_not_wiped()
    {
        // A party, an un-wiped one too, comes from the bench by GetPartyAsync and GetBoardAsync alone, which wipe at the first use.
        var unwiped = typeof(Bench.BenchDevice).GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => typeof(Schemes.IParty).IsAssignableFrom(p.PropertyType)).Select(p => p.Name)
            .Concat(typeof(Bench.BenchDevice).GetMethods(BindingFlags.Instance | BindingFlags.Public).Where(m => m.ReturnType.ToString().Contains("Party", StringComparison.Ordinal)).Select(m => m.Name));
        Assert.That(unwiped, Is.Empty);
    }

    private static bool TopLevelAlternative(string pattern)
    {
        var depth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            depth += pattern[i] switch { '(' or '[' => 1, ')' or ']' => -1, _ => 0 };
            i += pattern[i] == '\\' ? 1 : 0;
            if (depth == 0 && pattern[i] == '|')
            {
                return true;
            }
        }

        return false;
    }
}
