using System.Reflection;
using TechTalk.SpecFlow;
using TechTalk.SpecFlow.Bindings;

namespace Harness.Cli.Tests.Features;

/// <summary>Checks that each sentence of the shipped features matches exactly one step.</summary>
public sealed class VocabularyTests
{
    private sealed record Definition(StepDefinitionType Kind, Regex Pattern, MethodInfo Method);

    private static readonly IReadOnlyList<Definition> All =
    [
        .. from type in typeof(RunEnvironment).Assembly.GetTypes()
           where type.GetCustomAttribute<BindingAttribute>() is not null
           from method in type.GetMethods()
           from attribute in method.GetCustomAttributes<StepDefinitionBaseAttribute>()
           from kind in attribute.Types
           select new Definition(kind, new Regex(attribute.Regex, RegexOptions.CultureInvariant), method),
    ];

    private static IEnumerable<(StepDefinitionType Kind, string Text, string Where)> Sentences()
    {
        using var work = new WorkFolder();
        work.Write("readme.feature", Documents.Blocks("README.md", "gherkin").Single());
        foreach (var plan in FeatureCatalog.Load(ProductPaths.DefaultFeatures).Concat(FeatureCatalog.Load(work.Path)))
        {
            var kind = StepDefinitionType.Given;
            foreach (var step in plan.Steps)
            {
                kind = Enum.TryParse<StepDefinitionType>(step.Keyword, out var named) ? named : kind;
                yield return (kind, step.Text, $"{plan.Feature.DisplayPath}:{step.Line}");
            }
        }
    }

    [Test]
    public void Every_sentence_of_the_shipped_features_and_the_README_matches_exactly_one_step()
    {
        var wrong = Sentences().Distinct()
            .Select(s => (s, Matches: All.Where(d => d.Kind == s.Kind && d.Pattern.IsMatch(s.Text)).Select(d => d.Method.Name).ToList()))
            .Where(s => s.Matches.Count != 1)
            .Select(s => $"{s.s.Where}: {s.s.Kind} {s.s.Text}: {string.Join(", ", s.Matches.DefaultIfEmpty("none"))}");
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Every_step_of_the_vocabulary_is_spoken_in_a_shipped_feature_or_the_README()
    {
        var sentences = Sentences().ToList();
        var unspoken = All.Where(d => !sentences.Exists(s => s.Kind == d.Kind && d.Pattern.IsMatch(s.Text))).Select(d => $"{d.Kind} {d.Pattern}");
        Assert.That(unspoken, Is.Empty);
    }

    [Test]
    public void The_checks_before_a_run_know_the_same_steps()
    {
        Assert.That(UndefinedSteps.Find(FeatureCatalog.Load(ProductPaths.DefaultFeatures)), Is.Empty);
    }
}
