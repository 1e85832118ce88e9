namespace Harness.Reporting;

/// <summary>The lines in a case's output that attach files to it, as GitLab and Jenkins read them: <c>[[ATTACHMENT|path]]</c>.</summary>
internal static class JUnitAttachments
{
    // GitLab finds files by their path in the project, Jenkins by their path in the workspace or from the root.
    private static readonly string[] _roots = ["CI_PROJECT_DIR", "WORKSPACE"];

    /// <summary>A line for each file beside the record that tells why a scenario did not pass: transcripts, and the capture of an attack.</summary>
    public static IEnumerable<string> Lines(RunResult result, ScenarioResult scenario)
    {
        if (scenario.Verdict == Verdict.Pass || Path.GetDirectoryName(result.RecordPath is { } record ? Path.GetFullPath(record) : null) is not { } folder)
        {
            yield break;
        }

        var files = new Html.RunFiles(folder);
        foreach (var name in scenario.Transcripts.Concat(result.Attacks.Where(attack => attack.Scenario == scenario.Id).Select(attack => attack.Capture).OfType<string>()).Distinct())
        {
            // A name that ends the mark would attach another file.
            if (files.Find(name) is { } path && path.AsSpan().IndexOfAny("[]|\n\r") < 0)
            {
                yield return $"[[ATTACHMENT|{Below(path)}]]";
            }
        }
    }

    private static string Below(string path)
    {
        foreach (var root in _roots.Select(Environment.GetEnvironmentVariable).OfType<string>().Where(Path.IsPathRooted))
        {
            var relative = Path.GetRelativePath(root, path);
            if (!relative.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(relative))
            {
                return relative;
            }
        }

        return path;
    }
}
