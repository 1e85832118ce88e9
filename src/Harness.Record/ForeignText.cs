using System.Buffers;
using System.Globalization;
using System.Text;

namespace Harness.Record;

/// <summary>Makes text from an untrusted source, such as a ClientId, a topic or a device's output, fit for one line of a log, a record or a console.</summary>
/// <remarks>
/// It cannot be mistaken for the harness's own text: a name is in quotation marks, and inside them are escaped both these and every character that moves a
/// cursor, is invisible or changes the direction of writing (<c>\u{202e}</c>). A note that text was cut stands outside the quotation marks.
/// </remarks>
public static class ForeignText
{
    /// <summary>The number of characters of a name that are shown.</summary>
    public const int NameLength = 64;

    /// <summary>Characters of a message that are shown: the harness's own words with names of a stranger between them.</summary>
    public const int MessageLength = 1000;

    // Without a glyph of their own although letters, marks or symbols: Hangul fillers, the Braille blank, the grapheme joiner, vowels that are not
    // shown, variation selectors.
    private static readonly SearchValues<char> _invisibleCharacters = SearchValues.Create("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0");

    /// <summary>Puts a name in quotation marks: <c>"sensor-7"</c>, or <c>"xxxx"... (65,535 characters)</c> where it was cut.</summary>
    /// <param name="name">The name.</param>
    /// <param name="longest">The number of characters shown.</param>
    public static string Quote(string name, int longest = NameLength)
    {
        var text = new StringBuilder("\"");
        var cut = Append(text, name, longest, quoted: true);
        text.Append('"');
        return cut ? Cut(text, name) : text.ToString();
    }

    /// <summary>Makes a text fit in the same way, without quotation marks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">The number of characters shown.</param>
    public static string Escape(string text, int longest)
    {
        var escaped = new StringBuilder();
        return Append(escaped, text, longest, quoted: false) ? Cut(escaped, text) : escaped.ToString();
    }

    private static string Cut(StringBuilder shown, string whole) =>
        shown.Append(CultureInfo.InvariantCulture, $"... ({whole.Length:N0} characters)").ToString();

    /// <returns>True where characters were omitted.</returns>
    private static bool Append(StringBuilder to, string text, int longest, bool quoted)
    {
        var plain = false; // a combining mark is shown after a letter, but not after the harness's own text
        for (var (i, shown) = (0, 0); i < text.Length; shown++)
        {
            if (shown == longest)
            {
                return true;
            }

            var whole = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) == OperationStatus.Done;
            var value = whole ? rune.Value : text[i];
            if (value == '\\' || (quoted && value == '"'))
            {
                to.Append('\\').Append((char)value);
                plain = true;
            }
            else if (whole && IsVisible(rune, plain))
            {
                to.Append(text.AsSpan(i, length));
                plain = true;
            }
            else
            {
                to.Append(CultureInfo.InvariantCulture, $"\\u{{{value:x}}}");
                plain = false;
            }

            i += length;
        }

        return false;
    }

    private static bool IsVisible(Rune rune, bool afterVisible) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.SpaceSeparator => rune.Value == ' ',
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark =>
            afterVisible && rune.Value is not (>= 0xfe00 and <= 0xfe0f or >= 0xe0100 and <= 0xe01ef or >= 0x180b and <= 0x180f) && !IsBlank(rune),
        _ => !IsBlank(rune),
    };

    private static bool IsBlank(Rune rune) => rune.IsBmp && _invisibleCharacters.Contains((char)rune.Value);
}
