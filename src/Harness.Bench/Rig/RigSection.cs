namespace Harness.Bench.Rig;

/// <summary>One mapping of a rig file, read strictly: an unknown key is refused, and every error names its place.</summary>
internal sealed class RigSection
{
    private readonly string _file;
    private readonly YamlMappingNode _node;
    private readonly HashSet<string> _known = [];

    public RigSection(string file, YamlNode node, string what)
    {
        _file = file;
        Description = what;
        _node = node as YamlMappingNode ?? throw Error(file, node, $"{what} must be a mapping (name: value), but is {Shape(node)}");
    }

    /// <summary>The section's description, for errors: "device \"m4\"".</summary>
    public string Description { get; }

    /// <summary>Refuses keys outside the list, and suggests the nearest known one.</summary>
    public RigSection Allow(params string[] keys)
    {
        _known.UnionWith(keys);
        foreach (var key in _node.Children.Keys)
        {
            var word = KeyOf(key);
            if (!_known.Contains(word))
            {
                throw Error(_file, key, $"unknown key \"{word}\" in {Description}{NearestWord.Hint(word, keys)}");
            }
        }

        return this;
    }

    /// <summary>Refuses keys that are known but do not apply here.</summary>
    public void Forbid(string reason, params string[] keys)
    {
        foreach (var key in _node.Children.Keys.Where(k => keys.Contains(KeyOf(k))))
        {
            throw Error(_file, key, $"key \"{KeyOf(key)}\" does not go with {reason} in {Description}");
        }
    }

    public IEnumerable<(string Key, YamlNode KeyNode, YamlNode Value)> Entries() =>
        _node.Children.Select(c => (KeyOf(c.Key), c.Key, c.Value));

    public YamlNode? Get(string key) => _node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    public YamlNode Require(string key) =>
        Get(key) ?? throw Error(_file, _node, $"{Description} lacks the key \"{key}\"");

    public RigSection? Section(string key, string what) => Get(key) is { } node ? new RigSection(_file, node, what) : null;

    public string Text(string key) => TextOf(Require(key), key);

    public string? OptionalText(string key) => Get(key) is { } node ? TextOf(node, key) : null;

    public string Choice(string key, string[] choices, string? otherwise = null)
    {
        if (Get(key) is not { } node && otherwise is not null)
        {
            return otherwise;
        }

        var word = Text(key);
        return choices.Contains(word)
            ? word
            : throw At(key, $"{key} of {Description} must be one of {string.Join(", ", choices)}, but is \"{word}\"{NearestWord.Hint(word, choices)}");
    }

    /// <summary>The name of a driver: a known one, or any where assemblies that are not read here may declare more.</summary>
    public string Driver(string key, string[] known, bool isOpen, string? otherwise = null) =>
        isOpen && Get(key) is not null ? Text(key) : Choice(key, known, otherwise);

    /// <summary>The values of a list; none where the key is absent.</summary>
    public IReadOnlyList<string> List(string key)
    {
        if (Get(key) is not { } node)
        {
            return [];
        }

        return node is YamlSequenceNode list
            ? [.. list.Children.Select(child => TextOf(child, key))]
            : throw Error(_file, node, $"{key} of {Description} must be a list, but is {Shape(node)}");
    }

    public int Number(string key, int least, int most, int? otherwise = null)
    {
        if (Get(key) is not { } node)
        {
            return otherwise ?? throw Error(_file, _node, $"{Description} lacks the key \"{key}\"");
        }

        var text = TextOf(node, key);
        var hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var ok = hex
            ? int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        return ok && value >= least && value <= most
            ? value
            : throw At(key, $"{key} of {Description} must be a whole number from {least} to {most}, but is \"{text}\"");
    }

    /// <summary>Reads a duration with its unit: "500 ms", "30 s", "2 min".</summary>
    public TimeSpan Duration(string key, TimeSpan otherwise)
    {
        if (Get(key) is not { } node)
        {
            return otherwise;
        }

        var text = TextOf(node, key);
        var split = text.AsSpan().IndexOfAnyExcept("0123456789.");
        var unit = split < 0 ? "" : text[split..].Trim();
        var scale = unit switch { "ms" => 1.0, "s" => 1000.0, "min" => 60_000.0, _ => 0.0 };
        if (scale == 0 || !double.TryParse(text.AsSpan(0, split), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            || value * scale is < 1 or > 86_400_000)
        {
            throw At(key, $"{key} of {Description} must be a duration with its unit (500 ms, 30 s, 2 min), but is \"{text}\"");
        }

        return TimeSpan.FromMilliseconds(value * scale);
    }

    /// <summary>Creates an error at the value of a key, or at the section if the key is absent.</summary>
    public RigFileException At(string key, string problem) => Error(_file, Get(key) ?? _node, problem);

    public static RigFileException Error(string file, YamlNode node, string problem, Exception? inner = null) =>
        Error(file, node.Start.Line, node.Start.Column, problem, inner);

    public static RigFileException Error(string file, long line, long column, string problem, Exception? inner = null) =>
        new(file, line, column, problem, $"${{EDITOR:-nano}} +{line} {ShellWord.Quote(file)}", inner);

    private string TextOf(YamlNode node, string key)
    {
        if (node is not YamlScalarNode scalar)
        {
            throw Error(_file, node, $"{key} of {Description} must be a single value, but is {Shape(node)}");
        }

        // YAML reads `key:` and `key: ~` as null; a rig file must give a value or leave the key out.
        var quoted = scalar.Style is YamlDotNet.Core.ScalarStyle.SingleQuoted or YamlDotNet.Core.ScalarStyle.DoubleQuoted;
        if (string.IsNullOrWhiteSpace(scalar.Value) || (!quoted && scalar.Value is "~" or "null"))
        {
            throw Error(_file, node, $"{key} of {Description} is empty");
        }

        if (scalar.Value == "?")
        {
            throw Error(_file, node, $"{key} of {Description} is still \"?\": write what stands there");
        }

        // A command of several lines has line ends.
        RefuseControls(node, $"{key} of {Description}", key == "start" ? scalar.Value.Replace('\n', ' ').Replace('\t', ' ') : scalar.Value);
        return scalar.Value;
    }

    private string KeyOf(YamlNode key)
    {
        var word = (key as YamlScalarNode)?.Value ?? throw Error(_file, key, $"a key in {Description} must be a word, but is {Shape(key)}");
        RefuseControls(key, $"a key in {Description}", word);
        return word;
    }

    // Names become ClientIds, topics and file names, paths are opened: none of these takes U+0000, and no person means the others.
    private void RefuseControls(YamlNode node, string what, string text)
    {
        if (text.Any(char.IsControl))
        {
            throw Error(_file, node, $"{what} must have no control characters, but is {ForeignText.Quote(text)}");
        }
    }

    private static string Shape(YamlNode node) => node switch
    {
        YamlSequenceNode => "a list",
        YamlMappingNode => "a mapping",
        YamlScalarNode { Value: null or "" } => "empty",
        YamlScalarNode s => $"the value \"{s.Value}\"",
        _ => "something else",
    };
}
