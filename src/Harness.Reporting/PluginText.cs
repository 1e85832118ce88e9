namespace Harness.Reporting;

/// <summary>The plugins of a run, and the scenarios whose verdicts are partly theirs, for every report.</summary>
internal static class PluginText
{
    /// <summary>A line a plugin: name, version, hash, file, and the scenarios in which its steps or attacks ran.</summary>
    public static IEnumerable<string> Lines(RunResult result)
    {
        foreach (var plugin in result.Started?.Plugins ?? [])
        {
            var ran = result.Scenarios.Where(s => s.Plugins.Contains(plugin.Name)).ToList();
            yield return $"plugin {plugin.Name} {plugin.Version} ({plugin.Path}, SHA-256 {plugin.Sha256}): "
                + (ran.Count == 0 ? "none of its steps ran" : $"its steps ran in {ran.Count} of {result.Scenarios.Count} scenarios: {string.Join(", ", ran.Select(s => $"{s.Id} {s.Verdict.Word()}"))}");
        }
    }

    /// <summary>The mark of a verdict: <c>(steps of plugin my-lab)</c>; empty where it is the harness's alone.</summary>
    public static string Mark(ScenarioResult scenario) => scenario.Plugins.Count == 0 ? "" : $" (steps of plugin {string.Join(", ", scenario.Plugins)})";
}
