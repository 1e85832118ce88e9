namespace Harness.Cli.Commands.Labs;

/// <summary><c>--matrix board=stm32f405,atmega1284p</c>: the same run on several kinds of boards, and one report of all.</summary>
internal static class LabMatrix
{
    private const string Folder = "matrices";
    private const string RunsFile = "runs";

    /// <summary>Reads the kinds: by the lab's word, by the name of a device, or by a piece that only one kind has.</summary>
    /// <exception cref="FormatException">The lab has no such board.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(LoadedLab lab, string typed)
    {
        var parts = typed.Split('=', 2);
        var wanted = parts.Length == 2 ? parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
        if (parts[0].Length == 0 || wanted.Length == 0)
        {
            throw new FormatException($"--matrix takes ROLE=KIND,KIND (board=stm32f405,atmega1284p), saw '{typed}'; next: ./harness lab rigs");
        }

        return [.. wanted.Select(word => Kind(lab, word)).Distinct().Select(kind => new Dictionary<string, string> { [parts[0]] = kind })];
    }

    /// <summary>Notes the runs of a matrix, so that <c>lab show</c> reports them jointly, also where nobody waited for them.</summary>
    public static void Note(LoadedLab lab, IReadOnlyList<SubmittedRun> runs) =>
        File.WriteAllLines(Path.Combine(Directory.CreateDirectory(FolderOf(lab, runs[0].Order.Run)).FullName, RunsFile), runs.Select(run => run.Order.Run));

    /// <summary>Gets the joint report, as far as its runs have ended, of the matrix that a run belongs to; null where it belongs to none.</summary>
    public static string? ReportOf(LoadedLab lab, string run)
    {
        var all = Path.Combine(lab.Plan.Shared, Folder);
        var names = (Directory.Exists(all) ? Directory.EnumerateDirectories(all) : []).Select(folder => Path.Combine(folder, RunsFile)).Where(File.Exists).Select(File.ReadAllLines)
            .FirstOrDefault(runs => runs.Contains(run));
        return names is null ? null
            : Report(lab, [.. names.Select(name => LabShowCommand.Find(lab, name)).Select(found => (new SubmittedRun(found.Run, found.Order, found.Run.Job() ?? 0), found.Run.Result()))]);
    }

    /// <summary>Writes the joint report in a folder of its own beside the runs, and gives its text.</summary>
    public static string Report(LoadedLab lab, IReadOnlyList<(SubmittedRun Run, LabAttempt? End)> ends)
    {
        var text = new StringBuilder();
        var results = ends.Select(e => (Kind: string.Join(' ', e.Run.Order.Kinds.Values), e.Run, e.End, Result: e.End is { } end ? RunResult.Load(Path.Combine(end.Folder, RecordWriter.FileName)) : null)).ToList();
        text.AppendLine(CultureInfo.InvariantCulture, $"| scenario | {string.Join(" | ", results.Select(r => r.Kind))} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(results.Select(_ => "---|"))}");
        foreach (var scenario in results.SelectMany(r => r.Result?.Scenarios ?? []).DistinctBy(s => s.Id))
        {
            var cells = results.Select(r => r.Result?.Scenarios.FirstOrDefault(s => s.Id == scenario.Id)?.Verdict.Word() ?? "-");
            text.AppendLine(CultureInfo.InvariantCulture, $"| {Cell(scenario.Id)} {Cell(scenario.Name)} | {string.Join(" | ", cells)} |");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"| **run** | {string.Join(" | ", results.Select(r => $"**{r.End?.Finished?.Verdict.Word() ?? "no verdict"}**"))} |");
        text.AppendLine();
        foreach (var r in results)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {r.Kind}: {(r.End is { } end ? $"on {Cell(end.Started?.Lab?.Host ?? "?")}, {Cell(end.Folder)}" : Cell(r.Run.Run.Path))}");
        }

        var file = Path.Combine(Directory.CreateDirectory(FolderOf(lab, ends[0].Run.Order.Run)).FullName, "matrix.md");
        try
        {
            File.WriteAllText(file, text.ToString());
        }
        catch (UnauthorizedAccessException)
        {
            return text.ToString(); // another user's matrix
        }

        return $"{text}\njoint report: {ForeignText.Name(file)}";
    }

    private static string FolderOf(LoadedLab lab, string first) => Path.Combine(lab.Plan.Shared, Folder, first);

    private static string Cell(string text) => ForeignText.Name(text).Replace("|", "\\|", StringComparison.Ordinal);

    private static string Kind(LoadedLab lab, string word)
    {
        var boards = lab.Plan.Nodes.SelectMany(node => node.Boards).ToList();
        var kinds = boards.Select(board => board.Kind).Distinct().Order(StringComparer.Ordinal).ToList();
        var byName = boards.Where(board => board.Device == word).Select(board => board.Kind).Distinct().ToList();
        var byPiece = kinds.Where(kind => kind.Contains(word, StringComparison.OrdinalIgnoreCase)).ToList();
        return kinds.Contains(word) ? word : byName is [var named] ? named : byPiece is [var only] ? only
            : throw new FormatException($"lab {lab.Plan.Name} has {(byPiece.Count > 1 ? "several kinds of" : "no")} board '{word}'{NearestWord.Hint(word, kinds)}; it has {string.Join(", ", kinds)}; next: ./harness lab rigs");
    }
}
