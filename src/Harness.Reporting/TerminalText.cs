using System.Globalization;
using System.Text;

namespace Harness.Reporting;

/// <summary>Escapes text from outside (names from feature and rig files, output of boards and brokers), so that it cannot control a terminal or break XML.</summary>
public static class TerminalText
{
    /// <summary>
    /// Replaces control characters, lone surrogates and the two non-characters, each as <c>\x1b</c>. Line breaks and tabs become spaces unless kept.
    /// </summary>
    public static string Printable(string text, bool keepLines = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(c).Append(text[++i]);
            }
            else if (c is '\n' or '\t')
            {
                clean.Append(keepLines ? c : ' ');
            }
            else if (char.IsControl(c) || char.IsSurrogate(c) || c is '\ufffe' or '\uffff' || IsInvisible(c))
            {
                clean.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            }
            else
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    /// <summary>Formats a name on one line, escaped as by <see cref="Printable"/>; its line breaks and tabs stay visible as <c>\n</c> and <c>\t</c>.</summary>
    public static string Name(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Printable(name.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal));
    }

    // Bidirectional overrides and zero-width characters make a line look different from its content.
    private static bool IsInvisible(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
