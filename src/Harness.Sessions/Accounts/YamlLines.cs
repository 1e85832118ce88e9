using System.Buffers;

namespace Harness.Sessions.Accounts;

/// <summary>
/// Reads an account file in the layout that enrolment writes, a key and a plain or simply quoted value a line, without the general parser, which takes most of
/// the time of a large file.
/// </summary>
internal static class YamlLines
{
    private const string ItemStart = "- ";
    private const string ItemGoesOn = "  ";
    private static readonly SearchValues<char> _keyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_");
    private static readonly SearchValues<char> _plainCharacters = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._/-");

    /// <summary>Reads a list of maps.</summary>
    /// <param name="yaml">The text.</param>
    /// <returns>The same as <see cref="YamlItem.Read"/> gives; null where anything else stands in the text than such lines and comments.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static YamlItem? TryRead(string yaml)
    {
        YamlItem? list = null, item = null;
        Dictionary<string, string> before = new(StringComparer.Ordinal);
        var lookUp = before.GetAlternateLookup<ReadOnlySpan<char>>();
        var (line, index) = (0, 0);
        foreach (var range in yaml.AsSpan().Split('\n'))
        {
            line++;
            index = range.Start.GetOffset(yaml.Length);
            var text = yaml.AsSpan(range);
            if (text.IsEmpty || text[0] == '#')
            {
                if (text.ContainsAnyExceptInRange(' ', '~'))
                {
                    return null;
                }

                continue;
            }

            var starts = text.StartsWith(ItemStart);
            if (text.Length <= ItemStart.Length || (!starts && (item is null || !text.StartsWith(ItemGoesOn))))
            {
                return null;
            }

            var field = text[ItemStart.Length..];
            var colon = field.IndexOf(": ");
            if (colon <= 0 || field[..colon].ContainsAnyExcept(_keyCharacters) || !IsSimple(field[(colon + 2)..], out var quoted))
            {
                return null;
            }

            var key = field[..colon];
            var value = field[(colon + 2 + (quoted ? 1 : 0))..^(quoted ? 1 : 0)];
            if (!lookUp.TryGetValue(key, out var last))
            {
                if (before.Count > 16)
                {
                    return null; // no account has as many keys
                }

                last = "";
            }

            // Server, group and profile are the same in most items.
            var same = value.SequenceEqual(last) ? last : value.ToString();
            lookUp[key] = same;
            if (starts)
            {
                list ??= new YamlItem(new Mark(index, line, 1)) { Items = [] };
                item = new YamlItem(new Mark(index + ItemStart.Length, line, ItemStart.Length + 1)) { Fields = new(5) };
                list.Items!.Add(item);
            }

            item!.Fields!.Add((
                new YamlItem(new Mark(index + ItemStart.Length, line, ItemStart.Length + 1)) { Value = key.ToString(), LastLine = line },
                new YamlItem(new Mark(index + ItemStart.Length + colon + 2, line, ItemStart.Length + colon + 3)) { Value = same, LastLine = line }));
            item.LastLine = line;
            list!.LastLine = line;
        }

        return list;
    }

    // Without an escape, a comment or another key in it, and no text that YAML could take for something else.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsSimple(ReadOnlySpan<char> value, out bool quoted)
    {
        quoted = value is ['"', .., '"'];
        return quoted
            ? value.Length > 1 && !value[1..^1].ContainsAnyExceptInRange(' ', '~') && value[1..^1].IndexOfAny('"', '\\') < 0
            : !value.IsEmpty && char.IsAsciiLetterOrDigit(value[0]) && !value.ContainsAnyExcept(_plainCharacters);
    }
}
