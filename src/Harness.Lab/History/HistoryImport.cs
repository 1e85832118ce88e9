namespace Harness.Lab.History;

/// <summary>The outcome of an import.</summary>
/// <param name="Runs">Records that were read.</param>
/// <param name="Scenarios">Scenarios that were not in the history before.</param>
/// <param name="Known">Scenarios that were there already.</param>
/// <param name="Problems">Records that could not be read, or not whole, each in a sentence.</param>
public sealed record Imported(int Runs, int Scenarios, int Known, IReadOnlyList<string> Problems);

/// <summary>Reads runs from their folders, which are the truth, into the history; what is there already stays.</summary>
public static class HistoryImport
{
    // A run's folder lies a few levels below the one that is named: runs/, ci/2026/.
    private const int Deepest = 4;

    /// <summary>Reads every record in a folder and below it.</summary>
    /// <param name="store">The history.</param>
    /// <param name="folder">A run's folder, or one that holds several, or a record.</param>
    /// <param name="progress">Takes the number of records read so far and the number of all; null for nobody.</param>
    /// <param name="stop">Stops between two records.</param>
    /// <exception cref="HistoryException">The history cannot be written.</exception>
    public static Imported From(HistoryStore store, string folder, Action<int, int>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var records = File.Exists(folder) ? [folder] : Records(folder, 0).Order(StringComparer.Ordinal).ToList();
        var (runs, scenarios, known, problems) = (0, 0, 0, new List<string>());
        foreach (var record in records)
        {
            stop.ThrowIfCancellationRequested();
            var (added, there) = One(store, record, problems);
            (runs, scenarios, known) = (runs + 1, scenarios + added, known + there);
            progress?.Invoke(runs, records.Count);
        }

        return new Imported(runs, scenarios, known, problems);
    }

    /// <summary>Reads the runs that the history saw begin and not end, from their folders: those whose writer was killed.</summary>
    public static Imported Unfinished(HistoryStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var (runs, scenarios, known, problems) = (0, 0, 0, new List<string>());
        foreach (var folder in store.UnfinishedFolders().Where(folder => File.Exists(Path.Combine(folder, RecordWriter.FileName))))
        {
            var (added, there) = One(store, Path.Combine(folder, RecordWriter.FileName), []);
            (runs, scenarios, known) = (runs + 1, scenarios + added, known + there);
        }

        return new Imported(runs, scenarios, known, problems);
    }

    private static (int Added, int Known) One(HistoryStore store, string record, List<string> problems)
    {
        var (rows, added, known, bad) = (new RunRows(), 0, 0, new List<string>());
        var folder = Path.GetDirectoryName(Path.GetFullPath(record))!;
        try
        {
            foreach (var e in RecordReader.ReadReadable(record, e => bad.Add(e.Difference)))
            {
                if (rows.Take(e) is not { } batch)
                {
                    continue;
                }

                var isNew = store.Write(batch, folder);
                (added, known) = batch.Scenario is null ? (added, known) : isNew ? (added + 1, known) : (added, known + 1);
            }
        }
        catch (RecordException e)
        {
            bad.Add(e.Difference);
        }

        if (bad.Count > 0)
        {
            problems.Add($"{record}: {bad[0]}{(bad.Count > 1 ? $"; and {bad.Count - 1} more" : "")}");
        }

        return (added, known);
    }

    // Links such as runs/latest lead to folders that are met anyway.
    private static IEnumerable<string> Records(string folder, int depth)
    {
        var record = Path.Combine(folder, RecordWriter.FileName);
        if (File.Exists(record))
        {
            return [record];
        }

        try
        {
            return depth == Deepest || !Directory.Exists(folder) ? []
                : [.. new DirectoryInfo(folder).EnumerateDirectories().Where(below => below.LinkTarget is null).SelectMany(below => Records(below.FullName, depth + 1))];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
