namespace Harness.Cli.Features;

/// <summary>Thrown for a feature file, or a selection of them, that cannot be used; names the place and the reason.</summary>
public sealed class FeatureFileException(string message) : Exception(message);

/// <summary>Finds feature files, parses them and expands outlines.</summary>
public static class FeatureCatalog
{
    /// <summary>Loads every scenario of a file, or of a folder and the folders below it, in file order.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="typed">The path as it was typed, for the names of scenarios; null for <paramref name="path"/>.</param>
    /// <exception cref="FeatureFileException">There is no such path, no feature file, or a file that is not Gherkin.</exception>
    public static IReadOnlyList<ScenarioPlan> Load(string path, string? typed = null)
    {
        if (File.Exists(path))
        {
            return LoadFile(path, ProductPaths.Display(path, typed ?? path));
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

        return [.. files.SelectMany(file => LoadFile(file, ProductPaths.Display(file, typed ?? path)))];
    }

    /// <summary>Loads the scenarios of a file, a folder or <c>FILE:LINE</c>.</summary>
    /// <param name="typed">The path as it was typed.</param>
    /// <exception cref="FeatureFileException">There is no scenario at that path or line.</exception>
    public static IReadOnlyList<ScenarioPlan> LoadTyped(string typed)
    {
        var colon = typed.LastIndexOf(':');
        return colon > 0 && !Path.Exists(ProductPaths.Resolve(typed)) && int.TryParse(typed[(colon + 1)..], out var line)
            ? Selection.At(Load(ProductPaths.Resolve(typed[..colon]), typed[..colon]), line, typed)
            : Load(ProductPaths.Resolve(typed), typed);
    }

    private static IReadOnlyList<ScenarioPlan> LoadFile(string path, string display)
    {
        Feature? feature;
        var lines = new List<string>();
        var text = "";
        try
        {
            text = StrictUtf8.ReadFile(path);
            feature = new Parser().Parse(new StringReader(text)).Feature;
            using var reader = new StringReader(text); // splits lines as the Gherkin parser does
            while (reader.ReadLine() is { } line)
            {
                lines.Add(line);
            }
        }
        catch (ParserException e)
        {
            throw new FeatureFileException(ParserErrors.Describe(display, text, e));
        }
        catch (NotUtf8Exception e)
        {
            throw new FeatureFileException($"{display}:{e.Line}:{e.Column}: {e.Message}; next: {NotUtf8Exception.NextCommand(path)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FeatureFileException($"{display}: cannot be read: {e.Message}");
        }

        if (feature is null)
        {
            throw new FeatureFileException($"{display}: holds no feature");
        }

        var words = GherkinKeywords.Of(feature.Language);
        var descriptions = DescriptionLine.Of(feature, lines).ToList();
        if (descriptions.Count > 0 && SwallowedLines.Find(display, descriptions, words, SpecFlowHost.Vocabulary()) is { Count: > 0 } swallowed)
        {
            throw new FeatureFileException(string.Join('\n', swallowed));
        }

        var plan = new FeaturePlan(path, display, feature.Name, feature.Description ?? "", TagNames(feature.Tags));
        return Expand(Place(feature.Children, [], []), plan, words, lines.Count + 1);
    }

    // A rule's background follows the feature's, and its tags apply to its scenarios.
    private static IEnumerable<Placed> Place(IEnumerable<IHasLocation> children, IReadOnlyList<Step> background, IReadOnlyList<string> tags)
    {
        var below = children.ToList();
        List<Step> steps = [.. background, .. below.OfType<Background>().SelectMany(b => b.Steps)];
        return below.SelectMany(child => child switch
        {
            Scenario scenario => [new Placed(scenario, steps, [.. tags, .. TagNames(scenario.Tags)], FirstLineOf(scenario))],
            Rule rule => Place(rule.Children, steps, [.. tags, .. TagNames(rule.Tags)]),
            _ => (IEnumerable<Placed>)[],
        });
    }

    private static List<ScenarioPlan> Expand(IEnumerable<Placed> placed, FeaturePlan plan, GherkinKeywords words, int lines)
    {
        var scenarios = placed.ToList();
        var result = new List<ScenarioPlan>();
        for (var i = 0; i < scenarios.Count; i++)
        {
            var (scenario, background, tags, first) = scenarios[i];
            var last = i + 1 < scenarios.Count ? scenarios[i + 1].First - 1 : lines;
            if (!scenario.Steps.Any())
            {
                throw new FeatureFileException(
                    $"{plan.DisplayPath}:{scenario.Location.Line}: a scenario without steps would pass untested; "
                    + $"a line that does not begin with {string.Join(", ", words.Steps.Select(word => word.Trim()))} or * is a comment to Gherkin");
            }

            var steps = background.Concat(scenario.Steps).ToList();
            var examples = scenario.Examples.ToList();
            if (examples.Count == 0)
            {
                if (words.IsOutline(scenario.Keyword))
                {
                    throw new FeatureFileException($"{plan.DisplayPath}:{scenario.Location.Line}: an outline without examples would never run");
                }

                result.Add(new ScenarioPlan(
                    $"{plan.DisplayPath}:{scenario.Location.Line}", plan, scenario.Name, scenario.Name,
                    [.. plan.Tags, .. tags],
                    [.. steps.Select(step => Plan(step, words, []))], first, last, null));
                continue;
            }

            foreach (var table in examples)
            {
                result.AddRange(Rows(plan, scenarios[i], table, words, steps, last));
            }
        }

        return result;
    }

    private static IEnumerable<ScenarioPlan> Rows(
        FeaturePlan plan, Placed placed, Examples table, GherkinKeywords words, List<Step> steps, int last)
    {
        var scenario = placed.Scenario;
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
                [.. plan.Tags, .. placed.Tags, .. TagNames(table.Tags)],
                [.. steps.Select(step => Plan(step, words, values))],
                placed.First,
                last,
                row.Location.Line);
        }
    }

    private static PlannedStep Plan(Step step, GherkinKeywords words, List<(string Name, string Value)> values)
    {
        var (keyword, text) = words.Read(step);
        return new PlannedStep(
            words.KindOf(keyword),
            Fill(text, values),
            step.Argument is DocString block ? Fill(block.Content, values) : null,
            step.Argument is DataTable table
                ? [.. table.Rows.Select(row => (IReadOnlyList<string>)[.. row.Cells.Select(cell => Fill(cell.Value, values))])]
                : null,
            step.Location.Line)
        {
            Written = keyword.Trim(),
        };
    }

    // One pass, so that a value that looks like another placeholder is kept.
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

    private sealed record Placed(Scenario Scenario, IReadOnlyList<Step> Background, IReadOnlyList<string> Tags, int First);
}
