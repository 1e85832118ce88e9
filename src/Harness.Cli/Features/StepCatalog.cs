namespace Harness.Cli.Features;

/// <summary>One step of the vocabulary.</summary>
/// <param name="Kind"><c>Given</c>, <c>When</c> or <c>Then</c>.</param>
/// <param name="Sentence">The sentence to write, with capitals for the parts to fill in.</param>
/// <param name="Pattern">The binding's own pattern.</param>
/// <param name="Example">A step of a feature that matches; null if none does.</param>
/// <param name="Table">The table below the example, header first; null if there is none.</param>
/// <param name="Where"><c>path:line</c> of the example; null if there is none.</param>
public sealed record KnownStep(
    string Kind, string Sentence, string Pattern, string? Example, IReadOnlyList<IReadOnlyList<string>>? Table, string? Where)
{
    /// <summary>Tells whether a word occurs in the sentence or its example, ignoring case.</summary>
    public bool Mentions(string word) =>
        Sentence.Contains(word, StringComparison.OrdinalIgnoreCase) || Example?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>The bound step vocabulary, with an example for each step from features that use it.</summary>
public static class StepCatalog
{
    /// <summary>Gets every step, Given before When before Then, in the order of the bindings.</summary>
    /// <param name="features">The scenarios that examples are taken from; the first match is used.</param>
    public static IReadOnlyList<KnownStep> Load(IEnumerable<ScenarioPlan> features)
    {
        var steps = features.SelectMany(KindsOf).DistinctBy(s => (s.Kind, s.Step.Text)).ToList();
        return [.. SpecFlowHost.Vocabulary()
            .Where(binding => binding.Regex is not null)
            .OrderBy(binding => binding.StepDefinitionType)
            .Select(binding => Describe(binding, steps))];
    }

    /// <summary>Gets the steps of a scenario, with And and But replaced by the kind they continue.</summary>
    public static IEnumerable<(StepDefinitionType Kind, PlannedStep Step, string Where)> KindsOf(ScenarioPlan plan)
    {
        var kind = StepDefinitionType.Given;
        foreach (var step in plan.Steps)
        {
            kind = step.Keyword switch
            {
                "Given" => StepDefinitionType.Given,
                "When" => StepDefinitionType.When,
                "Then" => StepDefinitionType.Then,
                _ => kind,
            };
            yield return (kind, step, $"{plan.Feature.DisplayPath}:{step.Line}");
        }
    }

    private static KnownStep Describe(IStepDefinitionBinding binding, List<(StepDefinitionType Kind, PlannedStep Step, string Where)> steps)
    {
        var used = steps.Find(s => s.Kind == binding.StepDefinitionType && binding.Regex.IsMatch(s.Step.Text));
        return new KnownStep(
            binding.StepDefinitionType.ToString(), StepSentence.Of(binding.Regex), binding.Regex.ToString(),
            used.Step?.Text, used.Step?.Table, used.Where);
    }
}
