namespace Harness.Cli.Commands.Load;

/// <summary>Form in which the numbers are printed.</summary>
internal enum LoadForm
{
    /// <summary>A table for a terminal.</summary>
    Text,

    /// <summary>A table for a document.</summary>
    Markdown,

    /// <summary>One JSON object.</summary>
    Json,
}

/// <summary>Renders the numbers of brokers side by side.</summary>
internal static class LoadReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A row a number, a column a broker; with more than one the first one's ratio to each other, paired by rounds.</summary>
    public static string Render(IReadOnlyList<IGrouping<string, LoadColumn>> rows, IReadOnlyList<string> brokers)
    {
        var (title, width) = (rows.Max(r => r.Key.Length), Math.Max(12, brokers.Max(b => b.Length) + 2));
        var text = new StringBuilder();
        text.Append("".PadRight(title)).Append(string.Concat(brokers.Select(b => b.PadLeft(width)))).AppendLine(Heading(brokers));
        foreach (var row in rows)
        {
            text.Append(row.Key.PadRight(title));
            var columns = brokers.Select(b => row.FirstOrDefault(c => c.Broker == b)).ToList();
            foreach (var column in columns)
            {
                text.Append(Value(column).PadLeft(width));
            }

            text.AppendLine(string.Concat(columns.Skip(1).Select(other => Ratio(columns[0], other))));
            foreach (var losing in columns.OfType<LoadColumn>().Where(c => c.Lost > 0))
            {
                text.AppendLine($"  {losing.Broker} lost {losing.Lost:N0} messages");
            }

            foreach (var without in columns.OfType<LoadColumn>().Where(c => c.Missing is not null))
            {
                text.AppendLine($"  {without.Broker}: {ForeignText.Escape(without.Missing!, ForeignText.MessageLength)}");
            }
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>The same as a table in Markdown.</summary>
    public static string RenderMarkdown(IReadOnlyList<IGrouping<string, LoadColumn>> rows, IReadOnlyList<string> brokers)
    {
        string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
        var text = new StringBuilder();
        text.AppendLine(Line(["", .. brokers, .. brokers.Skip(1).Select(b => $"{brokers[0]} to {b}")]).Replace("|  |", "| |", StringComparison.Ordinal));
        text.AppendLine(string.Concat(Enumerable.Repeat("|---", 2 * brokers.Count)) + "|");
        foreach (var row in rows)
        {
            var columns = brokers.Select(b => row.FirstOrDefault(c => c.Broker == b)).ToList();
            text.AppendLine(Line([row.Key, .. columns.Select(Value), .. columns.Skip(1).Select(other => Ratio(columns[0], other).Trim())]));
        }

        return text.ToString().TrimEnd();
    }

    /// <inheritdoc cref="Render"/>
    public static string RenderJson(IReadOnlyList<IGrouping<string, LoadColumn>> rows, int rounds) => JsonSerializer.Serialize(
        new
        {
            rounds,
            figures = from row in rows
                      from column in row
                      where column.Rounds.Count > 0
                      select new
                      {
                          figure = row.Key, broker = column.Broker, unit = column.Rounds[0].Unit, median = Finite(column.Median),
                          rounds = column.Rounds.Select(r => Finite(r.Value)), lost = column.Lost, more_is_better = column.Rounds[0].MoreIsBetter, missing = column.Missing,
                      },
        },
        Indented);

    private static string Value(LoadColumn? column) => column is null || column.Rounds.Count == 0 ? "-" : LoadFigure.Shown(column.Median, column.Rounds[0].Unit);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Heading(IReadOnlyList<string> brokers) =>
        string.Concat(brokers.Skip(1).Select(b => $"   {brokers[0]} to {b}".PadRight(30)));

    private static string Ratio(LoadColumn? first, LoadColumn? other)
    {
        if (first is null || other is null || first.Rounds.Count == 0 || other.Rounds.Count == 0 || !double.IsFinite(first.Against(other).Median))
        {
            return "   -".PadRight(30);
        }

        var (median, least, most) = first.Against(other);
        return $"   {ReadableNumber.Digits(median)} ({ReadableNumber.Digits(least)} to {ReadableNumber.Digits(most)})".PadRight(30);
    }
}
