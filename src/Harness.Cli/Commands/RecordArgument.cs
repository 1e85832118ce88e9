namespace Harness.Cli.Commands;

/// <summary>A run on the command line: <c>LAST</c>, its folder, or its <c>run.jsonl</c>.</summary>
internal static class RecordArgument
{
    public const string Last = "LAST";

    /// <summary>Finds the record.</summary>
    /// <returns>Full path of <c>run.jsonl</c>; a link such as <c>runs/latest</c> is followed, so that the next run does not move it.</returns>
    /// <exception cref="FormatException">There is no such record.</exception>
    public static string Resolve(string typed)
    {
        var named = typed == Last ? Path.Combine(RunFolder.DefaultParent, RunFolder.LatestName) : typed;
        var folder = Directory.Exists(named) ? Directory.ResolveLinkTarget(named, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(named) : null;
        var record = folder is null ? Path.GetFullPath(named) : Path.Combine(folder, RecordWriter.FileName);
        if (File.Exists(record))
        {
            return record;
        }

        // The typed folder may be one that only LAST would have found: list its runs.
        var runs = Directory.Exists(RunFolder.DefaultParent)
            ? Directory.EnumerateDirectories(RunFolder.DefaultParent).Select(Path.GetFileName).Where(n => n != RunFolder.LatestName).Order(StringComparer.Ordinal).ToList()
            : [];
        throw new FormatException(
            $"{ProductPaths.Display(named)}: there is no run record; seen: {(runs.Count == 0 ? $"no run below {Path.GetFullPath(RunFolder.DefaultParent)}" : $"{runs.Count} runs, the last is {RunFolder.DefaultParent}/{runs[^1]}")}; "
            + $"next: {(runs.Count == 0 ? "./harness run" : $"ls -d {RunFolder.DefaultParent}/*")}");
    }
}
