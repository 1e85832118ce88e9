using System.Buffers;

namespace Harness.Record;

/// <summary>Makes text from an untrusted source, such as a ClientId, a topic, a name of a rig file or a device's output, fit for a log, a record, a report or a console.</summary>
/// <remarks>
/// Every escape has one notation, <c>\u{202e}</c>. In running text (<see cref="Line"/>, <see cref="Lines"/>, <see cref="Name"/>) it stands for each character
/// that controls a terminal, has no place in XML or changes the direction of writing. A quoted name (<see cref="Quote"/>, <see cref="Escape"/>) cannot be mistaken for
/// the harness's own text either: quotation marks, backslashes and whatever is invisible are escaped too, and a note that text was cut stands outside the quotation marks.
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

    private enum Breaks
    {
        Escaped,
        Spaces,
        Kept,
    }

    /// <summary>Puts a name in quotation marks: <c>"sensor-7"</c>, or <c>"xxxx"... (65,535 characters)</c> where it was cut.</summary>
    /// <param name="name">The name.</param>
    /// <param name="longest">The number of characters shown.</param>
    public static string Quote(string name, int longest = NameLength)
    {
        var text = new StringBuilder("\"");
        var cut = AppendForeign(text, name, longest, quoted: true);
        text.Append('"');
        return cut ? Cut(text, name) : text.ToString();
    }

    /// <summary>Makes a text fit in the same way, without quotation marks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">The number of characters shown.</param>
    public static string Escape(string text, int longest)
    {
        var escaped = new StringBuilder();
        return AppendForeign(escaped, text, longest, quoted: false) ? Cut(escaped, text) : escaped.ToString();
    }

    /// <summary>Formats a name on one line, whole; its line breaks and tabs stay visible as escapes.</summary>
    public static string Name(string name) => Running(name, Breaks.Escaped);

    /// <summary>Formats running text on one line: its line breaks and tabs become spaces.</summary>
    public static string Line(string text) => Running(text, Breaks.Spaces);

    /// <summary>Formats running text of several lines: its line breaks and tabs stay.</summary>
    public static string Lines(string text) => Running(text, Breaks.Kept);

    /// <summary>Escapes JSON for a console, in JSON's own notation: the serializer leaves characters that change the direction of writing.</summary>
    public static string Json(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var escaped = new StringBuilder(json.Length);
        foreach (var rune in json.EnumerateRunes())
        {
            var part = rune.ToString();
            escaped.Append(Controls(rune) && rune.Value is not ('\r' or '\n' or '\t')
                ? string.Concat(part.Select(c => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"))) : part);
        }

        return escaped.ToString();
    }

    private static string Cut(StringBuilder shown, string whole) =>
        shown.Append(CultureInfo.InvariantCulture, $"... ({whole.Length:N0} characters)").ToString();

    private static string Running(string text, Breaks breaks)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var (rune, length) = Next(text, i);
            if (rune is { Value: '\n' or '\t' } && breaks != Breaks.Escaped)
            {
                escaped.Append(breaks == Breaks.Kept ? text[i] : ' ');
            }
            else
            {
                Append(escaped, text, i, length, rune is { } whole && !Controls(whole));
            }

            i += length;
        }

        return escaped.ToString();
    }

    /// <returns>True where characters were omitted.</returns>
    private static bool AppendForeign(StringBuilder to, string text, int longest, bool quoted)
    {
        var plain = false; // a combining mark is shown after a letter, but not after the harness's own text
        for (var (i, shown) = (0, 0); i < text.Length; shown++)
        {
            if (shown == longest)
            {
                return true;
            }

            var (rune, length) = Next(text, i);
            if (text[i] == '\\' || (quoted && text[i] == '"'))
            {
                to.Append('\\').Append(text[i]);
                plain = true;
            }
            else
            {
                plain = rune is { } whole && IsVisible(whole, plain);
                Append(to, text, i, length, plain);
            }

            i += length;
        }

        return false;
    }

    /// <summary>The next character of a text and its length; null for half of a surrogate pair.</summary>
    private static (Rune? Rune, int Length) Next(string text, int at) =>
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length) == OperationStatus.Done ? (rune, length) : (null, 1);

    private static void Append(StringBuilder to, string text, int at, int length, bool asItIs)
    {
        if (asItIs)
        {
            to.Append(text.AsSpan(at, length));
        }
        else
        {
            to.Append(CultureInfo.InvariantCulture, $"\\u{{{(length == 2 ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at]):x}}}");
        }
    }

    private static bool Controls(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        _ => (rune.Value & 0xfffe) == 0xfffe, // U+FFFE and U+FFFF are no characters of XML
    };

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
