namespace Harness.Reporting;

/// <summary>Builds lines that fit a terminal. Text from outside is escaped here, so that nothing in a record can control the terminal.</summary>
internal sealed class ConsoleText(int width, bool color)
{
    private const string Reset = "\u001b[0m";
    private const int MinimumColumn = 6;

    private readonly StringBuilder _text = new();

    public void Blank() => _text.Append('\n');

    /// <summary>Appends a line of a table that is already laid out.</summary>
    public void Line(string line) => _text.Append(ForeignText.Line(line)).Append('\n');

    /// <summary>Fits text to a number of columns: padded on the right, or cut with an ellipsis.</summary>
    public static string Fitted(string text, int columns) => Fit(text, columns, right: false);

    /// <summary>Appends a line in the colour of a verdict, wrapped.</summary>
    public void Verdict(Verdict verdict, string line)
    {
        foreach (var part in Wrap(ForeignText.Line(line), width))
        {
            _text.Append(color ? Color(verdict) + part + Reset : part).Append('\n');
        }
    }

    /// <summary>Appends a value that may be copied into a shell: never wrapped, never cut.</summary>
    public void Whole(string head, string value) => _text.Append(head).Append(ForeignText.Line(value)).Append('\n');

    /// <summary>Appends a value that wraps below its own first column.</summary>
    public void Wrapped(string head, string value)
    {
        var indent = head;
        foreach (var part in Wrap(ForeignText.Line(value), width - head.Length))
        {
            _text.Append(indent).Append(part).Append('\n');
            indent = new string(' ', head.Length);
        }
    }

    /// <summary>
    /// Appends a table. If it is too wide, the columns listed as cuttable are cut with an ellipsis, never a number, a unit or a provenance; if that
    /// is not enough, each row becomes a list of its cells.
    /// </summary>
    public void Table(string[] head, int[] cuttable, int[] rightAligned, string[][] rows)
    {
        string[][] all = [head, .. rows.Select(row => row.Select(cell => ForeignText.Line(cell)).ToArray())];
        var widths = head.Select((_, column) => all.Max(row => Columns(row[column]))).ToArray();
        while (widths.Sum() + (2 * (widths.Length - 1)) > width)
        {
            var widest = cuttable.MaxBy(c => widths[c]);
            if (widths[widest] <= Math.Max(MinimumColumn, Columns(head[widest])))
            {
                foreach (var row in rows)
                {
                    Wrapped("", string.Join(", ", head.Zip(row, (name, cell) => $"{name} {cell}")));
                }

                return;
            }

            widths[widest]--;
        }

        foreach (var row in all)
        {
            var cells = row.Select((cell, column) => Fit(cell, widths[column], rightAligned.Contains(column)));
            _text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }
    }

    public override string ToString() => _text.ToString();

    internal static int Columns(string text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns += Columns(rune);
        }

        return columns;
    }

    // Two for the East Asian wide blocks and emoji, none for combining marks: exact enough to keep a table straight.
    private static int Columns(Rune rune) => rune.Value switch
    {
        < 0x300 => 1,
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => 0,
        >= 0x1100 and <= 0x115f or >= 0x2e80 and <= 0xa4cf or >= 0xac00 and <= 0xd7a3 or >= 0xf900 and <= 0xfaff => 2,
        >= 0xfe30 and <= 0xfe6f or >= 0xff00 and <= 0xff60 or >= 0x1f300 and <= 0x1faff or >= 0x20000 and <= 0x3fffd => 2,
        _ => 1,
    };

    private static string Fit(string cell, int columns, bool right)
    {
        var missing = columns - Columns(cell);
        if (missing >= 0)
        {
            return right ? new string(' ', missing) + cell : cell + new string(' ', missing);
        }

        var kept = Head(cell, columns - 1);
        return kept + "…" + new string(' ', columns - 1 - Columns(kept));
    }

    private static string Head(string text, int columns)
    {
        var used = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            used += Columns(rune);
            if (used > columns)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    private static IEnumerable<string> Wrap(string text, int columns)
    {
        columns = Math.Max(columns, MinimumColumn);
        while (Columns(text) > columns)
        {
            var fits = Head(text, columns);
            var space = text.Length > fits.Length && text[fits.Length] == ' ' ? fits.Length : fits.LastIndexOf(' ');
            var at = space > 0 ? space : fits.Length;
            yield return text[..at].TrimEnd();
            text = text[at..].TrimStart();
        }

        yield return text;
    }

    private static string Color(Verdict verdict) => verdict switch
    {
        Record.Verdict.Pass => "\u001b[32m",
        Record.Verdict.Fail => "\u001b[31m",
        Record.Verdict.Unjudgeable => "\u001b[36m",
        Record.Verdict.RigError => "\u001b[35m",
        _ => "\u001b[33m",
    };
}
