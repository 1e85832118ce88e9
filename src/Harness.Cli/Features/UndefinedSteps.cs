using TechTalk.SpecFlow.Bindings;

namespace Harness.Cli.Features;

/// <summary>Finds steps that no binding knows before anything runs, and the known sentences nearest to them; steps whose table or
/// text block is missing or not wanted; and words in them that mean nothing: a misspelt device, a number that is too large.</summary>
public static class UndefinedSteps
{
    /// <summary>One line a step: where it stands, its text and up to three known sentences like it, or the word in it that means nothing.</summary>
    /// <param name="plans">The scenarios.</param>
    /// <param name="devices">Devices and roles that a sentence may name; null leaves them unchecked.</param>
    public static IReadOnlyList<string> Find(IEnumerable<ScenarioPlan> plans, KnownDevices? devices = null)
    {
        var vocabulary = SpecFlowHost.Vocabulary();
        var seen = new HashSet<(string, int)>();
        var told = new HashSet<string>(StringComparer.Ordinal); // the rows of an outline repeat what stands above them
        var result = new List<string>();
        foreach (var plan in plans)
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
                var known = vocabulary.Where(v => v.StepDefinitionType == kind && v.Regex.IsMatch(step.Text)).ToList();
                if (known.Find(v => TakesBlock(v) == HasBlock(step)) is { } meant)
                {
                    result.AddRange(StepWords.Of(meant).Problems(step.Text, devices)
                        .Select(problem => $"{plan.Feature.DisplayPath}:{step.Line}: {problem}: {kind} {step.Text}").Where(told.Add));
                    continue;
                }

                if (!seen.Add((plan.Feature.Path, step.Line)))
                {
                    continue;
                }

                if (known.Count > 0)
                {
                    result.Add($"{plan.Feature.DisplayPath}:{step.Line}: this step takes "
                        + (HasBlock(step) ? "no table or text block below it" : "a table or text block below it, and has none") + $": {step.Written} {step.Text}");
                    continue;
                }

                var near = vocabulary
                    .Where(v => v.StepDefinitionType == kind)
                    .Select(v => StepSentence.Of(v.Regex))
                    .OrderBy(sentence => Distance(sentence, step.Text))
                    .Take(3);
                result.Add($"{plan.Feature.DisplayPath}:{step.Line}: no such step: {step.Written} {step.Text}\n"
                    + string.Join('\n', near.Select(sentence => $"    nearest: {kind} {sentence}")));
            }
        }

        return result;
    }

    private static bool HasBlock(PlannedStep step) => step.Table is not null || step.DocString is not null;

    // Group 0 is the whole sentence.
    private static bool TakesBlock(IStepDefinitionBinding binding) =>
        binding.Method.Parameters.Count() > binding.Regex.GetGroupNumbers().Length - 1;

    // Words in common count more than letters: a lab engineer misremembers the order, not the nouns.
    private static double Distance(string sentence, string text)
    {
        var known = sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var asked = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var common = known.Count(asked.Contains);
        return 1 - (2.0 * common / (known.Count + asked.Count));
    }
}
