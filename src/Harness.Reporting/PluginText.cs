namespace Harness.Reporting;

/// <summary>The plugins of a run, and the scenarios whose verdicts are partly theirs, for every report.</summary>
internal static class PluginText
{
    /// <summary>A line a plugin: name, version, hash, file, and the scenarios in which it took part.</summary>
    public static IEnumerable<string> Lines(RunResult result)
    {
        foreach (var plugin in result.Started?.Plugins ?? [])
        {
            var ran = result.Scenarios.Where(s => s.Plugins.Contains(plugin.Name)).ToList();
            yield return $"plugin {plugin.Name} {plugin.Version} ({plugin.Path}, SHA-256 {plugin.Sha256}): "
                + (ran.Count == 0 ? "nothing of it took part" : $"took part in {ran.Count} of {result.Scenarios.Count} scenarios: {string.Join(", ", ran.Select(s => $"{s.Id} {s.Verdict.Word()} ({Parts(s, plugin.Name)})"))}");
        }
    }

    /// <summary>The mark of a verdict: <c> (plugin my-lab: sensor, step)</c>; empty where it is the harness's alone.</summary>
    public static string Mark(ScenarioResult scenario) =>
        scenario.Plugins.Count == 0 ? "" : $" ({string.Join("; ", scenario.Plugins.Select(name => $"plugin {name}: {Parts(scenario, name)}"))})";

    /// <summary>The mark of an attack or a finding: <c> (plugin my-lab)</c>.</summary>
    public static string Mark(string? plugin) => plugin is null ? "" : $" (plugin {plugin})";

    /// <summary>The parts that a plugin played in a scenario, in words.</summary>
    public static string Parts(ScenarioResult scenario, string plugin) =>
        string.Join(", ", scenario.PluginParts.Where(p => p.Plugin == plugin).Select(p => p.Part)) is { Length: > 0 } parts ? parts : "a part that the record does not name";
}
