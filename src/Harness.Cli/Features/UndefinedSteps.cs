namespace Harness.Cli.Features;

/// <summary>Finds undefined steps before anything runs, with the nearest known sentences; steps whose table or
/// text block is missing or not wanted; and invalid words in steps: a misspelt device, a number that is too large.</summary>
public static class UndefinedSteps
{
    /// <summary>Gets one text for each such step: its place, its text and up to three similar sentences, or the invalid word.</summary>
    /// <param name="plans">The scenarios.</param>
    /// <param name="devices">Devices and roles that a sentence may name; null leaves them unchecked.</param>
    public static IReadOnlyList<string> Find(IEnumerable<ScenarioPlan> plans, KnownDevices? devices = null)
    {
        var vocabulary = SpecFlowHost.Vocabulary();
        var seen = new HashSet<(string, int)>();
        var told = new HashSet<string>(StringComparer.Ordinal); // the rows of an outline repeat its steps
        var result = new List<string>();
        foreach (var plan in plans)
        {
            foreach (var (kind, step, _) in StepCatalog.KindsOf(plan))
            {
                var known = vocabulary.Where(v => v.StepDefinitionType == kind && v.Regex.IsMatch(step.Text)).ToList();
                if (known.Find(v => TakesBlock(v) == HasBlock(step)) is { } meant)
                {
                    result.AddRange(StepPatternWords.Of(meant).Problems(step.Text, devices)
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

    // Words in common count more than letters: people misremember the order more often than the nouns.
    private static double Distance(string sentence, string text)
    {
        var known = sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var asked = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var common = known.Count(asked.Contains);
        return 1 - (2.0 * common / (known.Count + asked.Count));
    }
}
