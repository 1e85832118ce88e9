namespace Harness.Cli.Commands.Labs;

/// <summary><c>--matrix board=stm32f405,atmega1284p</c>: the same run on several kinds of boards, and one report of all.</summary>
internal static class LabMatrix
{
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

        return [.. wanted.Select(word => new Dictionary<string, string> { [parts[0]] = Kind(lab, word) })];
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

        var folder = Path.Combine(lab.Plan.Shared, "matrices", ends[0].Run.Order.Run);
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "matrix.md");
        File.WriteAllText(file, text.ToString());
        return $"{text}\njoint report: {ForeignText.Name(file)}";
    }

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
