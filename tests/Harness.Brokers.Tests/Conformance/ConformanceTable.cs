namespace Harness.Brokers.Tests.Conformance;

/// <summary>The coverage by statement in src/Harness.Brokers/CONFORMANCE.md.</summary>
internal static class ConformanceTable
{
    private const string Document = "src/Harness.Brokers/CONFORMANCE.md";

    /// <summary>The rows in their order: version, number, demand, and the verdict of each broker by its column.</summary>
    public static IReadOnlyList<(string Version, string Number, string Demand, IReadOnlyDictionary<string, string> Verdicts)> Rows { get; } = [.. Read()];

    /// <summary>The statements, as version and number, that have a verdict in a broker's column.</summary>
    public static IEnumerable<string> With(string broker, string verdict) => Rows.Where(r => r.Verdicts[broker] == verdict).Select(r => $"{r.Version} {r.Number}");

    private static IEnumerable<(string, string, string, IReadOnlyDictionary<string, string>)> Read()
    {
        var (version, columns) = ("", Array.Empty<string>());
        foreach (var line in File.ReadLines(Path.Combine(Root(), Document)))
        {
            var cells = line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray();
            if (line.StartsWith("## MQTT ", StringComparison.Ordinal))
            {
                version = line["## MQTT ".Length..];
            }
            else if (line.StartsWith("| statement ", StringComparison.Ordinal))
            {
                columns = cells;
            }
            else if (line.StartsWith("| MQTT-", StringComparison.Ordinal))
            {
                yield return (version, cells[0], cells[1], columns.Skip(2).Zip(cells.Skip(2)).ToDictionary(pair => pair.First, pair => pair.Second));
            }
        }
    }

    private static string Root()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        while (!File.Exists(Path.Combine(folder, "Harness.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
