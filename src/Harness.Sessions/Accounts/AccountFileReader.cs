using System.Buffers;

namespace Harness.Sessions.Accounts;

/// <summary>Turns YAML nodes into accounts and pairs; every error carries the place of the node it is about.</summary>
internal sealed class AccountFileReader(string path, string server)
{
    private const int MaximumDepth = 16;
    private const int MaximumShown = 128;
    private const int MaximumSalt = 64;

    private static readonly SearchValues<char> _hexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly string[] AccountKeys = ["client", "server", "group", "profile", "w_verifier", "pseudonym_secret"];
    private static readonly string[] ScramKeys = ["client", "server", "method", "salt", "iterations", "stored_key", "server_key"];
    private static readonly string[] PairKeys = ["publisher", "subscriber", "topic"];
    private static readonly string[] RootKeys = ["accounts", "pairs"];

    private static readonly string[] GroupNames = [.. AugPakeGroup.All.Select(g => g.Name)];
    private static readonly string[] ProfileNames = [.. Enum.GetValues<AugPakeProfile>().Select(p => p.Name())];

    private readonly List<Account> _accounts = [];
    private readonly HashSet<(string Client, string Group, AugPakeProfile Profile)> _held = [];
    private readonly List<ScramAccount> _scram = [];
    private readonly HashSet<string> _scramClients = new(StringComparer.Ordinal);
    private readonly List<KeyPair> _pairs = [];
    private readonly HashSet<KeyPair> _paired = [];
    private readonly List<AccountFileWarning> _warnings = [];

    // Whether W lies in its group takes most of the time of a long file, and each is for itself: they are looked at together, on every core.
    private readonly List<(Mark At, AugPakeGroup Group, byte[] Element)> _unchecked = [];

    public AccountFile Read(string yaml)
    {
        if (Root(yaml) is { } root)
        {
            try
            {
                ReadRoot(root);
            }
            catch (AccountFileException)
            {
                RefuseOutsideGroup(); // it stands above what was refused: the first error is the one to tell
                throw;
            }

            RefuseOutsideGroup();
        }

        var clients = _accounts.Select(a => a.Client).Concat(_scram.Select(a => a.Client)).ToHashSet(StringComparer.Ordinal);
        if (clients.Count == 0)
        {
            _warnings.Add(new AccountFileWarning(path, "the file holds no account: nobody can log in by it", EnrollLine.For(null, server, path)));
        }

        foreach (var name in _pairs.SelectMany(p => new[] { p.Publisher, p.Subscriber }).Distinct().Where(n => !clients.Contains(n)))
        {
            _warnings.Add(new AccountFileWarning(path, $"the pairs name {Shown(name)}, which has no account", EnrollLine.For(Typed(name), server, path)));
        }

        return new AccountFile(_accounts, _pairs, _warnings) { ScramAccounts = _scram };
    }

    /// <summary>The only document's root; null where there is none.</summary>
    internal YamlItem? Root(string yaml)
    {
        try
        {
            var documents = YamlItem.Read(yaml, MaximumDepth, (at, expected, seen) => Error(at, "not an account file", expected, seen));
            return documents.Count < 2 ? documents.FirstOrDefault() : throw Error(documents[1].Start, "a second document", "one document", "another '---'");
        }
        catch (YamlException e)
        {
            // The parser's words may quote the text around the error, which may be a verifier.
            throw Error(e.Start, "malformed YAML", "a list of accounts", e.InnerException is null ? "text that is no YAML" : "a node that cannot be read");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet throws this, without a place, for a bracket that is never closed or a value that ends with the text.
            throw Error(new Mark(0, 1, 1), "malformed YAML", "a list of accounts", "a list or map that is not closed");
        }
    }

    private void ReadRoot(YamlItem root)
    {
        if (root.Items is not null)
        {
            ReadEach(root, ReadAccount);
        }
        else if (root.Fields is not null)
        {
            var fields = Fields(root, RootKeys);
            if (fields.TryGetValue("accounts", out var accounts))
            {
                ReadEach(List(accounts, "accounts"), ReadAccount);
            }

            if (fields.TryGetValue("pairs", out var pairs))
            {
                ReadEach(List(pairs, "pairs"), ReadPair);
            }
        }
        else if (root.Value is not ("" or "~" or "null"))
        {
            throw Error(root.Start, "not an account file", "a list of accounts, or a map of 'accounts' and 'pairs'", Kind(root));
        }
    }

    private void ReadEach(YamlItem list, Action<YamlItem> read)
    {
        foreach (var item in list.Items!)
        {
            read(item.Fields is not null ? item : throw Error(item.Start, "not an item", "a map of keys and values", Kind(item)));
        }
    }

    private void ReadAccount(YamlItem item)
    {
        if (item.Fields!.Any(f => f.Key.Value == "method"))
        {
            ReadScramAccount(item);
            return;
        }

        var fields = Fields(item, AccountKeys);
        var client = Client(item, fields);
        var group = Known(item, fields, "group", AugPakeGroup.ByName, GroupNames);
        var profile = Known(item, fields, "profile", AugPakeProfiles.Parse, ProfileNames);
        var account = new Account(client, server, group, profile, Verifier(item, fields, group)) { PseudonymSecret = PseudonymSecret(item, fields, profile) };
        if (!_held.Add((client, group.Name, profile)))
        {
            throw Error(item.Start, "a second account", $"one account of {Shown(client)} for {group.Name} and {profile.Name()}", "another one");
        }

        _accounts.Add(account);
    }

    private void ReadScramAccount(YamlItem item)
    {
        var fields = Fields(item, ScramKeys);
        var client = Client(item, fields);
        Known(item, fields, "method", m => m, [ScramClient.Method]);
        var iterations = Text(item, fields, "iterations");
        if (!int.TryParse(iterations, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count)
            || count is < ScramCredential.MinimumIterations or > ScramCredential.MaximumIterations)
        {
            throw Error(fields["iterations"].Start, "iterations out of bounds", $"{ScramCredential.MinimumIterations} to {ScramCredential.MaximumIterations}", Shown(iterations));
        }

        var credential = new ScramCredential(
            Bytes(item, fields, "salt", 1, MaximumSalt), count, Bytes(item, fields, "stored_key", ScramCredential.KeySize, ScramCredential.KeySize),
            Bytes(item, fields, "server_key", ScramCredential.KeySize, ScramCredential.KeySize));
        if (!_scramClients.Add(client))
        {
            throw Error(item.Start, "a second account", $"one account of {Shown(client)} for {ScramClient.Method}", "another one");
        }

        _scram.Add(new ScramAccount(client, server, credential));
    }

    private string Client(YamlItem item, Dictionary<string, YamlItem> fields)
    {
        var client = Name(item, fields, "client");
        var named = Name(item, fields, "server");
        return named == server ? client
            : throw Error(fields["server"].Start, "an account of another server", $"server '{server}'", Shown(named), next: EnrollLine.For(Typed(client), server, path));
    }

    private byte[] Bytes(YamlItem item, Dictionary<string, YamlItem> fields, string key, int least, int most)
    {
        var hex = Text(item, fields, key);
        return hex.Length % 2 == 0 && hex.Length >= 2 * least && hex.Length <= 2 * most && !hex.AsSpan().ContainsAnyExcept(_hexDigits)
            ? Convert.FromHexString(hex)
            : throw Error(fields[key].Start, $"'{key}' of another form", least == most ? $"{2 * least} hex digits" : $"{2 * least} to {2 * most} hex digits", $"{hex.Length} characters");
    }

    private void ReadPair(YamlItem item)
    {
        var fields = Fields(item, PairKeys);
        var pair = new KeyPair(Name(item, fields, "publisher"), Name(item, fields, "subscriber"), Text(item, fields, "topic"));
        if (pair.Topic.Length == 0 || pair.Topic.AsSpan().IndexOfAny('+', '#') >= 0 || pair.Topic.Any(char.IsControl))
        {
            throw Error(fields["topic"].Start, "not a topic", "a topic without wildcards or control characters", Shown(pair.Topic));
        }

        if (pair.Publisher == pair.Subscriber)
        {
            throw Error(item.Start, "not a pair", "two clients", $"{Shown(pair.Publisher)} twice");
        }

        if (!_paired.Add(pair))
        {
            throw Error(item.Start, "a second pair", "each pair once for a topic", $"{Shown(pair.Publisher)}, {Shown(pair.Subscriber)}, {Shown(pair.Topic)} again");
        }

        _pairs.Add(pair);
    }

    private byte[] Verifier(YamlItem item, Dictionary<string, YamlItem> fields, AugPakeGroup group)
    {
        var hex = Text(item, fields, "w_verifier");
        var at = fields["w_verifier"].Start;
        var length = 2 * group.ElementLength;
        if (hex.Length != length || hex.AsSpan().ContainsAnyExcept(_hexDigits))
        {
            throw Error(at, "not an element", $"{length} hex digits ({group.Name})",
                hex.Length == length ? "a character that is no hex digit" : $"{hex.Length} characters");
        }

        var element = Convert.FromHexString(hex);
        _unchecked.Add((at, group, element));
        return element;
    }

    private void RefuseOutsideGroup()
    {
        foreach (var (at, group, _) in _unchecked.AsParallel().AsOrdered().Where(w => !w.Group.IsAcceptable(w.Element)).Take(1).ToList())
        {
            throw Error(at, "W outside the group", $"an acceptable element of {group.Name}", "an element the group refuses");
        }
    }

    private ReadOnlyMemory<byte>? PseudonymSecret(YamlItem item, Dictionary<string, YamlItem> fields, AugPakeProfile profile)
    {
        if (!fields.TryGetValue("pseudonym_secret", out var node))
        {
            return null;
        }

        if (profile != AugPakeProfile.Framed)
        {
            throw Error(node.Start, "pseudonyms of another profile", $"profile {AugPakeProfile.Framed.Name()}", profile.Name());
        }

        const int Digits = 2 * HardenedKeys.PseudonymSecretSize;
        var hex = Text(item, fields, "pseudonym_secret");
        return hex.Length == Digits && hex.All(char.IsAsciiHexDigit)
            ? new ReadOnlyMemory<byte>(Convert.FromHexString(hex))
            : throw Error(node.Start, "not a secret of pseudonyms", $"{Digits} hex digits", hex.Length == Digits ? "a character that is no hex digit" : $"{hex.Length} characters");
    }

    private string Name(YamlItem item, Dictionary<string, YamlItem> fields, string key)
    {
        var text = Text(item, fields, key);
        var bytes = System.Text.Encoding.UTF8.GetByteCount(text);
        return bytes is < 1 or > 64
            ? throw Error(fields[key].Start, $"'{key}' of a length no party takes", "1 to 64 bytes of UTF-8", $"{bytes} bytes")
            : text.Any(char.IsControl) ? throw Error(fields[key].Start, $"'{key}' with control characters", "none", Shown(text))
            : text;
    }

    private T Known<T>(YamlItem item, Dictionary<string, YamlItem> fields, string key, Func<string, T> parse, string[] known)
    {
        var text = Text(item, fields, key);
        return known.Contains(text)
            ? parse(text)
            : throw Error(fields[key].Start, $"unknown {key}", string.Join(" or ", known), Shown(text), NearestWord.Find(text, known));
    }

    private string Text(YamlItem item, Dictionary<string, YamlItem> fields, string key)
    {
        if (!fields.TryGetValue(key, out var node))
        {
            throw Error(item.Start, "a key is missing", $"'{key}'", fields.Count == 0 ? "no key" : string.Join(", ", fields.Keys));
        }

        return node.Value ?? throw Error(node.Start, $"'{key}' is no text", "a text", Kind(node));
    }

    private YamlItem List(YamlItem node, string key) =>
        node.Items is not null ? node : throw Error(node.Start, $"'{key}' is no list", "a list", Kind(node));

    private Dictionary<string, YamlItem> Fields(YamlItem map, string[] known)
    {
        var fields = new Dictionary<string, YamlItem>();
        foreach (var (key, value) in map.Fields!)
        {
            var name = key.Value ?? throw Error(key.Start, "not a key", "a text", Kind(key));
            if (!known.Contains(name))
            {
                throw Error(key.Start, "unknown key", string.Join(", ", known), Shown(name), NearestWord.Find(name, known));
            }

            if (!fields.TryAdd(name, value))
            {
                throw Error(key.Start, "malformed YAML", "each key once", "a key twice");
            }
        }

        return fields;
    }

    private AccountFileException Error(Mark at, string problem, string expected, string seen, string? nearest = null, string? next = null) =>
        new(path, (int)at.Line, (int)at.Column, problem, expected, seen, nearest, next ?? $"sed -n {at.Line}p {ShellWord.Quote(path)}");

    /// <summary>A slip in the file may leave W, or a part of it, where another text should be; a part is enough to try passwords on.</summary>
    private static string Shown(string text) => MayHoldVerifier(text) ? $"a text of {text.Length} characters" : $"'{ForeignText.Escape(text, MaximumShown)}'";

    private static string? Typed(string name) => MayHoldVerifier(name) ? null : name;

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

        return text.Length > MaximumShown;
    }

    private static string Kind(YamlItem node) => node.Fields is not null ? "a map" : node.Items is not null ? "a list" : "a single value";
}
