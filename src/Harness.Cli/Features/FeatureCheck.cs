namespace Harness.Cli.Features;

/// <summary>The result of a check of feature files.</summary>
/// <param name="Files">The number of files read.</param>
/// <param name="Scenarios">The number of scenarios in them, with each row of an outline counted.</param>
/// <param name="Problems">One text for each problem: place, problem, and the nearest known sentences.</param>
public sealed record FeatureFindings(int Files, int Scenarios, IReadOnlyList<string> Problems);

/// <summary>Checks feature files without a rig: Gherkin, undefined steps, and misspelt devices. An invalid file does not hide the problems of the next.</summary>
public static class FeatureCheck
{
    /// <summary>Checks files and folders.</summary>
    /// <param name="paths">Paths as typed; a folder means every *.feature below it.</param>
    /// <param name="devices">Devices and roles that steps may name; null takes those of the rigs at hand, and reports only words that nearly match one of them.</param>
    public static FeatureFindings Run(IEnumerable<string> paths, KnownDevices? devices = null)
    {
        var problems = new List<string>();
        var plans = new List<ScenarioPlan>();
        var files = 0;
        foreach (var path in paths.SelectMany(Files).Distinct(StringComparer.Ordinal))
        {
            files++;
            try
            {
                plans.AddRange(FeatureCatalog.Load(path));
            }
            catch (FeatureFileException e)
            {
                problems.Add(e.Message);
            }
        }

        problems.AddRange(UndefinedSteps.Find(plans, devices ?? KnownDevices.OfShippedRigs()));
        return new FeatureFindings(files, plans.Count, problems);
    }

    private static IEnumerable<string> Files(string typed)
    {
        var path = ProductPaths.Resolve(typed);
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*.feature", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            : [path];
    }
}
