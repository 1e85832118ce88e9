using Harness.Bench.Measuring;
using Harness.Sessions.Accounts;
using YamlDotNet.Core;

namespace Harness.Bench.Rig;

/// <summary>Reads rig files. An unknown key is refused: a rig that ignored one would silently measure something else.</summary>
internal static class RigReader
{
    private const int MaximumBytes = 1 << 20;
    private const int MaximumDepth = 16;

    private static readonly string[] Groups = ["modp2048-q256", "p256", "rfc3526-14"];
    private static readonly string[] Profiles = ["as-published", "rfc6628"];
    private static readonly string[] TickUnits = ["cycles", "instructions", "ns", "us", "ticks"];
    private static readonly string[] Provenances = ["hardware", "emulated-cycles", "emulated-instructions", "host"];

    public static RigFile Load(string path, IReadOnlyList<string>? plugins = null) => Load(path, text => Parse(text, path, plugins));

    /// <summary>Reads a file, and tells what is wrong with the file itself.</summary>
    internal static T Load<T>(string path, Func<string, T> parse, string kind = "rig")
    {
        try
        {
            var info = new FileInfo(path);
            if (info.Exists && info.Length > MaximumBytes)
            {
                throw new RigFileException(path, 0, 0, $"is {info.Length} bytes long; a rig file has at most {MaximumBytes}", $"ls -l {ShellWord.Quote(path)}");
            }

            return parse(StrictUtf8.ReadFile(path));
        }
        catch (NotUtf8Exception e)
        {
            throw new RigFileException(path, e.Line, e.Column, e.Message, NotUtf8Exception.NextCommand(path), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var folder = Path.GetDirectoryName(path);
            var missing = e is FileNotFoundException or DirectoryNotFoundException;
            throw new RigFileException(
                path, 0, 0, missing ? $"no such {kind} file" : $"cannot be read: {e.Message}",
                missing ? $"ls {ShellWord.Quote(string.IsNullOrEmpty(folder) ? "." : folder)}" : $"ls -l {ShellWord.Quote(path)}", e);
        }
    }

    public static RigFile Parse(string text, string path, IReadOnlyList<string>? more = null) =>
        Parse(text, path, more, stated => HostConditions.OfRealBoard(stated, RuntimeInformation.OSArchitecture, HostConditions.IsVirtual));

    /// <summary>Reads a rig for a machine that a test describes.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="path">The file, named in errors.</param>
    /// <param name="more">Assemblies that the command line names.</param>
    /// <param name="realBoard">Provenance of a real board's numbers; its argument tells whether the file says that the machine is physical.</param>
    internal static RigFile Parse(string text, string path, IReadOnlyList<string>? more, Func<bool, Record.Provenance> realBoard)
    {
        var root = new RigSection(path, MergeKeys.Expand(Document(text, path), path), "the rig").Allow(
            "rig", "machine", "server", "scheme", "group", "profile", "key_bits", "timeouts", "broker", "devices", "roles", "sensors", "gpio", "plugins");
        // Relative to the rig file, wherever the harness was started; those of the command line come with their full paths.
        string[] plugins = [.. root.List("plugins").Select(p => Path.GetFullPath(p, Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/")).Concat(more ?? []).Distinct()];
        var hasPlugins = plugins.Length > 0;
        var isPhysical = root.Choice("machine", ["physical"], "") == "physical";
        var gpio = Map(root, "gpio", path, (name, s) => Gpio(name, s.Allow("chip", "line")));
        var devices = Map(root, "devices", path, (name, s) => RigDevices.Read(name, s, path, Groups, TickUnits, Provenances, gpio.Keys, hasPlugins, realBoard(isPhysical)));
        if (devices.Count == 0)
        {
            throw root.At("devices", "the rig lacks the key \"devices\", or names no device");
        }

        var sensors = Map(root, "sensors", path, (name, s) => RigSensors.Read(name, s, gpio, hasPlugins));
        RigSensors.CheckSupplies(root, devices, sensors);
        SharedLines.Refuse(root, path, devices, gpio, sensors);
        var (roles, pools) = RigRoles.Read(root, devices, path);
        var timeouts = root.Section("timeouts", "timeouts")?.Allow("handshake", "reply", "boot");
        return new RigFile
        {
            Path = path,
            Name = root.Text("rig"),
            IsMachinePhysical = isPhysical,
            Server = Server(root),
            Scheme = root.Choice("scheme", [.. SchemeNames.OfAugPake], SchemeNames.MqttPresent),
            Group = root.Choice("group", Groups, "modp2048-q256"),
            Profile = root.Choice("profile", Profiles, "as-published"),
            KeyBits = int.Parse(root.Choice("key_bits", ["80", "128"], "128"), System.Globalization.CultureInfo.InvariantCulture),
            Timeouts = new RigTimeouts(
                timeouts?.Duration("handshake", Seconds(30)) ?? Seconds(30),
                timeouts?.Duration("reply", Seconds(10)) ?? Seconds(10),
                timeouts?.Duration("boot", Seconds(20)) ?? Seconds(20)),
            Broker = Broker(root, path),
            Devices = devices,
            Roles = roles,
            Pools = pools,
            Sensors = sensors,
            Gpio = gpio,
            DriverPlaces = DriverPlaces(root, path),
            Plugins = plugins,
        };
    }

    private static string Server(RigSection root)
    {
        try
        {
            return ServerName.Check(root.Text("server"));
        }
        catch (ArgumentException e)
        {
            throw root.At("server", $"server of the rig: {e.Message}");
        }
    }

    private static TimeSpan Seconds(int n) => TimeSpan.FromSeconds(n);

    /// <summary>Parses a file that holds one document.</summary>
    internal static YamlNode Document(string text, string path, string kind = "rig")
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            RefuseDeepNesting(parser, path);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 1
                ? stream.Documents[0].RootNode
                : throw RigSection.Error(path, 1, 1, stream.Documents.Count == 0 ? $"the {kind} file is empty" : $"a {kind} file holds one document, this holds several");
        }
        catch (YamlException e)
        {
            // YamlDotNet puts "(Line: 3, Col: 1, ...): " in front; the place is already in the error. It names a duplicate key itself.
            var inner = e.InnerException is ArgumentException ? "a key stands twice in the same mapping" : e.Message;
            var message = inner.Contains("): ", StringComparison.Ordinal) ? inner[(inner.LastIndexOf("): ", StringComparison.Ordinal) + 3)..] : inner;
            throw RigSection.Error(path, Math.Max(1, e.Start.Line), Math.Max(1, e.Start.Column), $"not valid YAML: {message}", e);
        }
        catch (InvalidOperationException e)
        {
            // YamlDotNet throws this, without a place, for a bracket that is never closed.
            throw RigSection.Error(path, 1, 1, "not valid YAML: a list or mapping in brackets is not closed", e);
        }
        catch (Exception e) when (e is not (RigFileException or OutOfMemoryException))
        {
            // The YAML library throws other exceptions too, such as an ArgumentException for the escape "\Uffffffff".
            var last = parser.Current?.End ?? Mark.Empty;
            throw RigSection.Error(path, Math.Max(1, last.Line), Math.Max(1, last.Column), $"not valid YAML after this place: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Refuses deep nesting: the tree builder recurses, and ten thousand brackets would overflow the stack.</summary>
    private static void RefuseDeepNesting(Parser parser, string path)
    {
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current?.NestingIncrease ?? 0;
            if (depth > MaximumDepth)
            {
                throw RigSection.Error(path, parser.Current!.Start.Line, parser.Current.Start.Column, $"nested deeper than {MaximumDepth} levels");
            }
        }
    }

    private static Dictionary<string, T> Map<T>(RigSection root, string key, string path, Func<string, RigSection, T> read)
    {
        var map = new Dictionary<string, T>();
        foreach (var (name, keyNode, value) in root.Section(key, key)?.Entries() ?? [])
        {
            if (string.IsNullOrWhiteSpace(name) || Encoding.UTF8.GetByteCount(name) > 64)
            {
                throw RigSection.Error(path, keyNode, $"a name in {key} must be 1 to 64 bytes, but is \"{name}\"");
            }

            map.Add(name, read(name, new RigSection(path, value, $"{key} \"{name}\"")));
        }

        return map;
    }

    private static readonly string[] BrokerSettings = ["rights", "tls", "host", "ca_file", "user", "password_file", "topics"];

    private static BrokerEntry Broker(RigSection root, string path)
    {
        var broker = root.Section("broker", "broker")?.Allow(["kind", "client", "address", "port", "tap_port", .. BrokerSettings]);
        var kind = broker?.OptionalText("kind") ?? "embedded"; // those of rooms beside the bench too: its drivers are asked when they are all known
        _ = broker?.Choice("client", ["mqttnet", "built-in"], "mqttnet"); // earlier rig files chose one of two clients; both words mean the one there is
        var text = broker?.OptionalText("address") ?? "127.0.0.1";
        if (!IPAddress.TryParse(text, out var address))
        {
            throw broker!.At("address", $"address of broker must be an IP address, but is \"{text}\"");
        }

        var (port, tapPort) = (broker?.Number("port", 0, 65535, 0) ?? 0, broker?.Number("tap_port", 0, 65535, 0) ?? 0);
        return tapPort == 0 || tapPort != port
            ? Settings(broker, new BrokerEntry(address, port, kind, tapPort), Path.GetDirectoryName(Path.GetFullPath(path))!)
            : throw broker!.At("tap_port", $"tap_port of broker must be another port than its port, but both are {port}");
    }

    private static BrokerEntry Settings(RigSection? broker, BrokerEntry entry, string folder)
    {
        if (broker is null)
        {
            return entry;
        }

        var rights = broker.Choice("rights", ["open", "password", "acl", "dynamic-security"], "open");
        var (user, secret, topics) = (broker.OptionalText("user"), broker.OptionalText("password_file"), broker.List("topics"));
        if ((user is null) != (secret is null) || (rights == "password" && user is null))
        {
            throw broker.At(user is null ? "password_file" : "user", "user and password_file of broker go together, and rights: password needs both");
        }

        if (topics.FirstOrDefault(topic => !TopicFilter.IsValid(topic) || topic.Any(char.IsWhiteSpace)) is { } wrong)
        {
            throw broker.At("topics", $"topics of broker must be topic filters without blanks, but one is \"{wrong}\"");
        }

        return entry with
        {
            User = user, PasswordFile = secret is null ? null : Path.GetFullPath(secret, folder), Settings = [.. BrokerSettings.Where(key => broker.Get(key) is not null)],
            Setup = new BrokerSetup
            {
                Host = broker.OptionalText("host"), Tls = broker.Choice("tls", ["true", "false"], "false") == "true", Topics = topics.Count > 0 ? topics : new BrokerSetup().Topics,
                AuthorityFile = broker.OptionalText("ca_file") is { } file ? Path.GetFullPath(file, folder) : null,
                Rights = rights switch { "password" => BrokerRights.Password, "acl" => BrokerRights.Acl, "dynamic-security" => BrokerRights.DynamicSecurity, _ => BrokerRights.Open },
            },
        };
    }

    /// <summary>The place of each driver's name, for the error where nobody declares it.</summary>
    private static Dictionary<string, (long Line, long Column)> DriverPlaces(RigSection root, string path)
    {
        var places = new Dictionary<string, (long, long)>();
        var sections = new[] { "devices", "sensors" }.SelectMany(key => root.Section(key, key)?.Entries() ?? [])
            .Select(entry => (Node: entry.Value, Key: "driver"))
            .Concat(root.Get("broker") is { } broker ? [(broker, "kind")] : []);
        foreach (var (node, key) in sections)
        {
            if (new RigSection(path, node, "section").Get(key) is YamlScalarNode { Value: { } word } value)
            {
                places.TryAdd(word, (value.Start.Line, value.Start.Column));
            }
        }

        return places;
    }

    private static GpioEntry Gpio(string name, RigSection s) =>
        new(name, s.Text("chip"), s.Number("line", 0, 1023));
}
