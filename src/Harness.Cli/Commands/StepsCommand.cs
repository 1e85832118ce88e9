namespace Harness.Cli.Commands;

/// <summary><c>harness steps</c>: lists the step vocabulary with examples, and checks feature files without running them.</summary>
internal static class StepsCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var word = new Argument<string?>("WORD") { Description = "only steps that mention it", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "a JSON array on stdout" };
        var check = new Option<string[]>("--check")
        {
            Description = "instead: check feature files and folders for Gherkin and unknown steps; needs no rig",
            Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true,
        };
        var rig = new Option<string?>("--rig") { Description = "the rig file whose plugins bring steps; with --check also the one whose devices and roles the features may name; without it a word that is nearly a known one is told" };
        var plugin = PluginOption.Create();
        var command = new Command("steps",
            """
            Lists every step that features can use, with an example each from the shipped features. Words in capitals are filled in: DEVICE is a role
            (host, board, second board) or a name of the rig. {a|b} is a choice.

            With --check it reads feature files instead and exits with 2 where a file is no Gherkin, a step is unknown, a device is misspelt,
            or a line meant as a step is part of a description.

            Examples:
              ./harness steps
              ./harness steps tap
              ./harness steps --json > steps.json
              ./harness steps --check features my.feature
              ./harness steps --plugin my-lab/bin/my-lab.dll
            """) { word, json, check, rig, plugin };
        command.SetAction(parsed =>
        {
            var more = PluginOption.Paths(parsed, plugin);
            var file = parsed.GetValue(rig) is { } typed ? Harness.Bench.Rig.RigFile.Load(ProductPaths.Resolve(typed), more) : null;
            _ = BuiltDrivers.Include(file?.Plugins ?? more);
            return parsed.GetValue(check) is { Length: > 0 } paths
                ? Check(paths, file)
                : List(parsed.GetValue(word), parsed.GetValue(json));
        });
        return command;
    }

    private static int Check(string[] paths, Harness.Bench.Rig.RigFile? rig)
    {
        var found = FeatureCheck.Run(paths, rig is null ? null : KnownDevices.Of(rig));
        foreach (var problem in found.Problems)
        {
            Console.Error.WriteLine(ForeignText.Lines(problem));
        }

        if (found.Problems.Count > 0)
        {
            Console.Error.WriteLine($"harness: {found.Problems.Count} problems in {found.Files} feature files; next: ./harness steps");
            return ExitCodes.Usage;
        }

        if (found.Files == 0)
        {
            throw new FeatureFileException($"no *.feature file below '{string.Join("', '", paths)}'");
        }

        Console.WriteLine($"{found.Scenarios} scenarios in {found.Files} feature files: every step is known");
        return ExitCodes.Pass;
    }

    private static int List(string? word, bool json)
    {
        var all = StepCatalog.Load(FeatureCatalog.Load(ProductPaths.DefaultFeatures));
        var shown = word is null ? all : [.. all.Where(step => step.Mentions(word))];
        if (shown.Count == 0)
        {
            var words = all.SelectMany(step => step.Sentence.Split(' ', '|', '{', '}', ',')).Where(w => w.Length > 1).Distinct();
            var near = NearestWord.Find(word!, words);
            Console.Error.WriteLine($"harness: no step mentions '{word}'; next: ./harness steps{(near is null ? "" : " " + near)}");
            return ExitCodes.Usage;
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                shown.Select(s => new { kind = s.Kind, sentence = s.Sentence, pattern = s.Pattern, example = s.Example, table = s.Table, where = s.Where }), Indented));
            return ExitCodes.Pass;
        }

        foreach (var kind in shown.GroupBy(step => step.Kind))
        {
            Console.WriteLine(kind.Key);
            foreach (var step in kind)
            {
                Console.WriteLine($"  {step.Sentence}");
                Console.WriteLine(step.Example is null ? "      (no shipped feature uses it)" : $"      {step.Kind} {step.Example}    {step.Where}");
                foreach (var row in step.Table ?? [])
                {
                    Console.WriteLine($"        | {string.Join(" | ", row)} |");
                }
            }

            Console.WriteLine();
        }

        Console.WriteLine($"{shown.Count} steps{(word is null ? "" : $" of {all.Count} mention '{word}'")}");
        return ExitCodes.Pass;
    }
}
