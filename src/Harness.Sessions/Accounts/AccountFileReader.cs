using Harness.Record;
using Harness.Crypto;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Harness.Sessions.Accounts;

/// <summary>Turns YAML nodes into accounts and pairs; every error carries the place of the node it is about.</summary>
internal sealed class AccountFileReader(string path, string server)
{
    private const int MaximumDepth = 16;

    private static readonly string[] AccountKeys = ["client", "server", "group", "profile", "w_verifier"];
    private static readonly string[] PairKeys = ["publisher", "subscriber", "topic"];
    private static readonly string[] RootKeys = ["accounts", "pairs"];

    private readonly List<Account> _accounts = [];
    private readonly List<KeyPair> _pairs = [];
    private readonly List<AccountFileWarning> _warnings = [];

    public AccountFile Read(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            RefuseDeepNesting(yaml);
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            // The parser's words may quote the text around the error, which may be a verifier.
            throw Error(e.Start, "malformed YAML", "a list of accounts", e.InnerException is null ? Words(e) : "a node that cannot be read");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // What YamlDotNet throws, without a place, for a bracket that is never closed or a value that ends with the text.
            throw Error(new Mark(0, 1, 1), "malformed YAML", "a list of accounts", "a list or map that is not closed");
        }

        if (stream.Documents.Count > 1)
        {
            throw Error(stream.Documents[1].RootNode.Start, "a second document", "one document", "another '---'");
        }

        if (stream.Documents.Count == 1)
        {
            ReadRoot(stream.Documents[0].RootNode);
        }

        foreach (var name in _pairs.SelectMany(p => new[] { p.Publisher, p.Subscriber }).Distinct().Where(n => _accounts.All(a => a.Client != n)))
        {
            _warnings.Add(new AccountFileWarning(path, $"the pairs name '{name}', which has no account", $"./harness enroll --client {name} --server {server}"));
        }

        return new AccountFile(_accounts, _pairs, _warnings);
    }

    /// <summary>The tree builder recurses; a file of ten thousand brackets must not end the process.</summary>
    private void RefuseDeepNesting(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current?.NestingIncrease ?? 0;
            if (depth > MaximumDepth)
            {
                throw Error(parser.Current!.Start, "not an account file", $"at most {MaximumDepth} levels", "more, one inside the other");
            }
        }
    }

    private void ReadRoot(YamlNode root)
    {
        switch (root)
        {
            case YamlSequenceNode list:
                ReadEach(list, ReadAccount);
                break;
            case YamlMappingNode map:
                var fields = Fields(map, RootKeys);
                if (fields.TryGetValue("accounts", out var accounts))
                {
                    ReadEach(List(accounts, "accounts"), ReadAccount);
                }

                if (fields.TryGetValue("pairs", out var pairs))
                {
                    ReadEach(List(pairs, "pairs"), ReadPair);
                }

                break;
            case YamlScalarNode { Value: null or "" or "~" or "null" }:
                break;
            default:
                throw Error(root.Start, "not an account file", "a list of accounts, or a map of 'accounts' and 'pairs'", Kind(root));
        }
    }

    private void ReadEach(YamlSequenceNode list, Action<YamlMappingNode> read)
    {
        foreach (var item in list.Children)
        {
            read(item as YamlMappingNode ?? throw Error(item.Start, "not an item", "a map of keys and values", Kind(item)));
        }
    }

    private void ReadAccount(YamlMappingNode item)
    {
        var fields = Fields(item, AccountKeys);
        var client = Name(item, fields, "client");
        var named = Name(item, fields, "server");
        if (named != server)
        {
            throw Error(fields["server"].Start, "an account of another server", $"server '{server}'", Shown(named),
                next: $"./harness enroll --client {(MayHoldVerifier(client) ? "NAME" : client)} --server {server}");
        }

        var group = Known(item, fields, "group", AugPakeGroup.ByName, [.. AugPakeGroup.All.Select(g => g.Name)]);
        var profile = Known(item, fields, "profile", AugPakeProfiles.Parse, [.. Enum.GetValues<AugPakeProfile>().Select(p => p.Name())]);
        var account = new Account(client, server, group, profile, Verifier(item, fields, group));
        if (_accounts.Any(a => a.Client == client && a.Group.Name == group.Name && a.Profile == profile))
        {
            throw Error(item.Start, "a second account", $"one account of {Shown(client)} for {group.Name} and {profile.Name()}", "another one");
        }

        _accounts.Add(account);
    }

    private void ReadPair(YamlMappingNode item)
    {
        var fields = Fields(item, PairKeys);
        var pair = new KeyPair(Name(item, fields, "publisher"), Name(item, fields, "subscriber"), Text(item, fields, "topic"));
        if (pair.Topic.Length == 0 || pair.Topic.AsSpan().IndexOfAny('+', '#', '\0') >= 0)
        {
            throw Error(fields["topic"].Start, "not a topic", "a topic without wildcards", Shown(pair.Topic));
        }

        if (pair.Publisher == pair.Subscriber)
        {
            throw Error(item.Start, "not a pair", "two clients", $"{Shown(pair.Publisher)} twice");
        }

        if (_pairs.Contains(pair))
        {
            throw Error(item.Start, "a second pair", "each pair once for a topic", $"{Shown(pair.Publisher)}, {Shown(pair.Subscriber)}, {Shown(pair.Topic)} again");
        }

        _pairs.Add(pair);
    }

    private byte[] Verifier(YamlMappingNode item, Dictionary<string, YamlNode> fields, AugPakeGroup group)
    {
        var hex = Text(item, fields, "w_verifier");
        var at = fields["w_verifier"].Start;
        var length = 2 * group.ElementLength;
        if (hex.Length != length || hex.Any(c => !char.IsAsciiHexDigit(c)))
        {
            throw Error(at, "not an element", $"{length} hex digits ({group.Name})",
                hex.Length == length ? "a character that is no hex digit" : $"{hex.Length} characters");
        }

        var element = Convert.FromHexString(hex);
        return group.IsAcceptable(element)
            ? element
            : throw Error(at, "W outside the group", $"an acceptable element of {group.Name}", "an element the group refuses");
    }

    private string Name(YamlMappingNode item, Dictionary<string, YamlNode> fields, string key)
    {
        var text = Text(item, fields, key);
        var bytes = System.Text.Encoding.UTF8.GetByteCount(text);
        return bytes is >= 1 and <= 64
            ? text
            : throw Error(fields[key].Start, $"'{key}' of a length no party takes", "1 to 64 bytes of UTF-8", $"{bytes} bytes");
    }

    private T Known<T>(YamlMappingNode item, Dictionary<string, YamlNode> fields, string key, Func<string, T> parse, string[] known)
    {
        var text = Text(item, fields, key);
        return known.Contains(text)
            ? parse(text)
            : throw Error(fields[key].Start, $"unknown {key}", string.Join(" or ", known), Shown(text), NearestWord.Find(text, known));
    }

    private string Text(YamlMappingNode item, Dictionary<string, YamlNode> fields, string key)
    {
        if (!fields.TryGetValue(key, out var node))
        {
            throw Error(item.Start, "a key is missing", $"'{key}'", fields.Count == 0 ? "no key" : string.Join(", ", fields.Keys));
        }

        return node is YamlScalarNode { Value: { } value } ? value : throw Error(node.Start, $"'{key}' is no text", "a text", Kind(node));
    }

    private YamlSequenceNode List(YamlNode node, string key) =>
        node as YamlSequenceNode ?? throw Error(node.Start, $"'{key}' is no list", "a list", Kind(node));

    private Dictionary<string, YamlNode> Fields(YamlMappingNode map, string[] known)
    {
        var fields = new Dictionary<string, YamlNode>();
        foreach (var (key, value) in map.Children)
        {
            var name = key is YamlScalarNode { Value: { } text } ? text : throw Error(key.Start, "not a key", "a text", Kind(key));
            if (!known.Contains(name))
            {
                throw Error(key.Start, "unknown key", string.Join(", ", known), Shown(name), NearestWord.Find(name, known));
            }

            fields[name] = value;
        }

        return fields;
    }

    private AccountFileException Error(Mark at, string problem, string expected, string seen, string? nearest = null, string? next = null) =>
        new(path, (int)at.Line, (int)at.Column, problem, expected, seen, nearest, next ?? $"sed -n {at.Line}p '{path}'");

    /// <summary>A slip in the file may leave W, or a part of it, where another text should be; a part is enough to try passwords on.</summary>
    private static string Shown(string text) => MayHoldVerifier(text) ? $"a text of {text.Length} characters" : $"'{text}'";

    private static bool MayHoldVerifier(string text)
    {
        var run = 0;
        foreach (var c in text)
        {
            run = char.IsAsciiHexDigit(c) ? run + 1 : 0;
            if (run >= 16)
            {
                return true;
            }
        }

        return text.Length > 128;
    }

    private static string Words(YamlException e) =>
        e.Message.Contains("uplicate", StringComparison.Ordinal) ? "a key twice" : "text that is no YAML";

    private static string Kind(YamlNode node) => node switch
    {
        YamlMappingNode => "a map",
        YamlSequenceNode => "a list",
        YamlScalarNode => "a single value",
        _ => "something else",
    };
}
