using Gherkin;
using Gherkin.Ast;

namespace Harness.Cli.Features;

/// <summary>A feature file, or a selection of them, that cannot be used; says where and why.</summary>
public sealed class FeatureFileException(string message) : Exception(message);

/// <summary>Finds feature files, parses them and expands outlines.</summary>
public static class FeatureCatalog
{
    /// <summary>Every scenario of a file, or of a folder and the folders below it, in file order.</summary>
    /// <exception cref="FeatureFileException">No such path, no feature file, or a file that is no Gherkin.</exception>
    public static IReadOnlyList<ScenarioPlan> Load(string path)
    {
        if (File.Exists(path))
        {
            return LoadFile(path);
        }

        if (!Directory.Exists(path))
        {
            throw new FeatureFileException($"no feature file or folder '{path}'; next: ./harness run --list");
        }

        var files = Directory.EnumerateFiles(path, "*.feature", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            throw new FeatureFileException($"no *.feature file below '{path}'");
        }

        return [.. files.SelectMany(LoadFile)];
    }

    private static IReadOnlyList<ScenarioPlan> LoadFile(string path)
    {
        var display = ProductPaths.Display(path);
        Feature? feature;
        int lines;
        try
        {
            var text = File.ReadAllText(path);
            lines = text.AsSpan().Count('\n') + 1;
            feature = new Parser().Parse(new StringReader(text)).Feature;
        }
        catch (ParserException e)
        {
            throw new FeatureFileException($"{display}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FeatureFileException($"{display}: cannot be read: {e.Message}");
        }

        if (feature is null)
        {
            throw new FeatureFileException($"{display}: holds no feature");
        }

        var plan = new FeaturePlan(path, display, feature.Name, feature.Description ?? "", TagNames(feature.Tags));
        return Expand(feature, plan, lines);
    }

    private static List<ScenarioPlan> Expand(Feature feature, FeaturePlan plan, int lines)
    {
        var children = feature.Children.ToList();
        if (children.Find(child => child is not (Background or Scenario)) is { } stranger)
        {
            throw new FeatureFileException(
                $"{plan.DisplayPath}:{stranger.Location.Line}: 'Rule:' is not supported, because its background would be skipped silently; "
                + "use a feature of its own");
        }

        var background = children.OfType<Background>().SelectMany(b => b.Steps).ToList();
        var scenarios = children.OfType<Scenario>().ToList();
        var result = new List<ScenarioPlan>();
        for (var i = 0; i < scenarios.Count; i++)
        {
            var scenario = scenarios[i];
            var first = FirstLineOf(scenario);
            var last = i + 1 < scenarios.Count ? FirstLineOf(scenarios[i + 1]) - 1 : lines;
            if (!scenario.Steps.Any())
            {
                throw new FeatureFileException(
                    $"{plan.DisplayPath}:{scenario.Location.Line}: a scenario without steps would pass untested; "
                    + "a line that does not begin with Given, When, Then, And, But or * is a comment to Gherkin");
            }

            var steps = background.Concat(scenario.Steps).ToList();
            var examples = scenario.Examples.ToList();
            if (examples.Count == 0)
            {
                if (scenario.Keyword.Trim() is "Scenario Outline" or "Scenario Template")
                {
                    throw new FeatureFileException($"{plan.DisplayPath}:{scenario.Location.Line}: an outline without examples would never run");
                }

                result.Add(new ScenarioPlan(
                    $"{plan.DisplayPath}:{scenario.Location.Line}", plan, scenario.Name, scenario.Name,
                    [.. plan.Tags, .. TagNames(scenario.Tags)],
                    [.. steps.Select(step => Plan(step, []))], first, last, null));
                continue;
            }

            foreach (var table in examples)
            {
                result.AddRange(Rows(plan, scenario, table, steps, first, last));
            }
        }

        return result;
    }

    private static IEnumerable<ScenarioPlan> Rows(
        FeaturePlan plan, Scenario scenario, Examples table, List<Step> steps, int first, int last)
    {
        if (table.TableHeader is null || !table.TableBody.Any())
        {
            throw new FeatureFileException($"{plan.DisplayPath}:{table.Location.Line}: examples without a row would never run");
        }

        var names = table.TableHeader.Cells.Select(cell => cell.Value).ToList();
        foreach (var row in table.TableBody)
        {
            var cells = row.Cells.Select(cell => cell.Value).ToList();
            var values = names.Zip(cells).ToList();
            yield return new ScenarioPlan(
                $"{plan.DisplayPath}:{row.Location.Line}",
                plan,
                scenario.Name,
                $"{Fill(scenario.Name, values)} [{string.Join(", ", cells)}]",
                [.. plan.Tags, .. TagNames(scenario.Tags), .. TagNames(table.Tags)],
                [.. steps.Select(step => Plan(step, values))],
                first,
                last,
                row.Location.Line);
        }
    }

    private static PlannedStep Plan(Step step, List<(string Name, string Value)> values) => new(
        step.Keyword.Trim(),
        Fill(step.Text, values),
        step.Argument is DocString text ? Fill(text.Content, values) : null,
        step.Argument is DataTable table
            ? [.. table.Rows.Select(row => (IReadOnlyList<string>)[.. row.Cells.Select(cell => Fill(cell.Value, values))])]
            : null,
        step.Location.Line);

    // One pass, so that a value that looks like another placeholder stays as it is.
    private static string Fill(string text, List<(string Name, string Value)> values)
    {
        if (values.Count == 0 || !text.Contains('<', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new System.Text.StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var hit = text[at] == '<'
                ? values.FirstOrDefault(v => string.CompareOrdinal(text, at, $"<{v.Name}>", 0, v.Name.Length + 2) == 0)
                : default;
            if (hit.Name is null)
            {
                result.Append(text[at++]);
                continue;
            }

            result.Append(hit.Value);
            at += hit.Name.Length + 2;
        }

        return result.ToString();
    }

    private static int FirstLineOf(Scenario scenario) =>
        scenario.Tags.Select(tag => tag.Location.Line).Append(scenario.Location.Line).Min();

    private static List<string> TagNames(IEnumerable<Tag> tags) => [.. tags.Select(tag => tag.Name)];
}
