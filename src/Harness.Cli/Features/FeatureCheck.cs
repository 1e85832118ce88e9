namespace Harness.Cli.Features;

/// <summary>What a quick check of feature files found.</summary>
/// <param name="Files">How many files were read.</param>
/// <param name="Scenarios">How many scenarios they hold, rows of outlines counted each.</param>
/// <param name="Problems">One text a problem: where, what, and the nearest known sentences.</param>
public sealed record FeatureFindings(int Files, int Scenarios, IReadOnlyList<string> Problems);

/// <summary>Checks feature files without a rig: Gherkin, steps that no binding knows, and misspelt devices. One bad file does not hide the next.</summary>
public static class FeatureCheck
{
    /// <summary>Checks files and folders.</summary>
    /// <param name="paths">As typed; a folder means every *.feature below it.</param>
    /// <param name="devices">Devices and roles that steps may name; null takes those of the rigs at hand, and tells of words that are nearly one of them.</param>
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

        problems.AddRange(UndefinedSteps.Find(plans, devices ?? KnownDevices.AtHand()));
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
