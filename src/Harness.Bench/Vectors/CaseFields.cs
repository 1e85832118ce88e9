namespace Harness.Bench.Vectors;

/// <summary>Reads the values of one case and checks their types and lengths.</summary>
internal sealed class CaseFields
{
    private const int MaximumShown = 40;
    private readonly Dictionary<string, JsonElement> _values = [];
    private readonly string _path;
    private readonly string _place;

    /// <summary>Opens a case; <paramref name="keys"/> are its required keys, and no others are allowed.</summary>
    /// <exception cref="VectorFileException">The item is no object, or has an unknown or missing key.</exception>
    public CaseFields(string path, string section, int index, JsonElement item, params string[] keys)
    {
        (_path, _place) = (path, $"{section}[{index.ToString(CultureInfo.InvariantCulture)}]");
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new VectorFileException(path, _place, $"expected an object, saw {Kind(item)}");
        }

        foreach (var property in item.EnumerateObject())
        {
            if (!keys.Contains(property.Name))
            {
                throw new VectorFileException(path, _place, Unknown("key", property.Name, keys));
            }

            _values[property.Name] = property.Value;
        }

        if (keys.FirstOrDefault(k => !_values.ContainsKey(k)) is { } missing)
        {
            throw new VectorFileException(path, _place, $"key \"{missing}\" is missing; a case of {section} has {string.Join(", ", keys)}");
        }
    }

    public string Text(string key)
    {
        if (_values[key].ValueKind != JsonValueKind.String)
        {
            throw At(key, $"expected a string, saw {Kind(_values[key])}");
        }

        try
        {
            return _values[key].GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new VectorFileException(_path, $"{_place}.{key}", "expected valid Unicode", e); // half a surrogate pair, or bytes that are not UTF-8
        }
    }

    /// <summary>Reads a name that goes into a board's line and into reports: no blanks, no control characters.</summary>
    public string Word(string key) => Text(key) is { Length: > 0 and <= 64 } word && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? word : throw At(key, "expected a name of 1 to 64 letters, digits, '-', '_' or '.'");

    /// <summary>Reads bytes as two hex digits each; of one of <paramref name="lengths"/> if any is given.</summary>
    public byte[] Hex(string key, params int[] lengths)
    {
        var text = Digits(key);
        if (text.Length % 2 != 0)
        {
            throw At(key, $"expected two hex digits a byte, saw {text.Length} digits");
        }

        return lengths.Length == 0 || lengths.Contains(text.Length / 2) ? Convert.FromHexString(text)
            : throw At(key, $"expected {string.Join(" or ", lengths)} bytes, saw {text.Length / 2}");
    }

    /// <summary>Reads a number in hex, big-endian, of one digit or more.</summary>
    public byte[] Scalar(string key)
    {
        var text = Digits(key);
        return text.Length > 0 ? Convert.FromHexString(text.Length % 2 == 0 ? text : "0" + text)
            : throw At(key, "expected a number in hex, saw no digit");
    }

    public int Number(string key, params int[] known)
    {
        var value = _values[key];
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw At(key, $"expected a number, saw {Kind(value)}");
        }

        return value.TryGetInt32(out var number) && known.Contains(number)
            ? number : throw At(key, $"expected {string.Join(" or ", known)}, saw {value.GetRawText()}");
    }

    /// <summary>Reads a number of up to 64 bits, written as a number or as decimal digits.</summary>
    public ulong Unsigned(string key)
    {
        var value = _values[key];
        var text = value.ValueKind switch { JsonValueKind.Number => value.GetRawText(), JsonValueKind.String => Text(key), _ => "" };
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw At(key, $"expected a whole number below 2^64, saw {Kind(value)}");
    }

    /// <summary>Reads one of some known words.</summary>
    public T OneOf<T>(string key, IReadOnlyDictionary<string, T> known) =>
        known.TryGetValue(Word(key), out var value) ? value : throw At(key, $"expected one of {string.Join(", ", known.Keys)}");

    /// <summary>Reads a list of objects.</summary>
    public IReadOnlyList<CaseFields> Items(string key, params string[] keys)
    {
        if (_values[key].ValueKind != JsonValueKind.Array)
        {
            throw At(key, $"expected a list, saw {Kind(_values[key])}");
        }

        return [.. _values[key].EnumerateArray().Select((item, i) => new CaseFields(_path, $"{_place}.{key}", i, item, keys))];
    }

    /// <summary>Formats "unknown key ...", with the nearest known one; control characters of the file are escaped for the terminal.</summary>
    public static string Unknown(string what, string name, IEnumerable<string> known)
    {
        var shown = string.Concat(name.Take(MaximumShown).Select(c => char.IsControl(c) ? '?' : c)) + (name.Length > MaximumShown ? "..." : "");
        return $"unknown {what} \"{shown}\"{NearestWord.Hint(shown, known)}";
    }

    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private string Digits(string key)
    {
        var text = Text(key);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiHexDigit(text[i]))
            {
                throw At(key, $"expected hex digits, saw {Show(text[i])} at digit {i + 1} of {text.Length}");
            }
        }

        return text;
    }

    private static string Show(char c) => char.IsControl(c) || char.IsSurrogate(c) || c > '~' ? $"U+{(int)c:X4}" : $"'{c}'";

    private VectorFileException At(string key, string problem) => new(_path, $"{_place}.{key}", problem);
}
