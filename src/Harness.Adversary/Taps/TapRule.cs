using System.Globalization;

namespace Harness.Adversary.Taps;

/// <summary>An alteration by rule, written as <c>drop publish to-broker topic=plant/# nth=3</c>: what is done, to which packets or field, on which way, and when.</summary>
/// <remarks>
/// <para><c>drop</c>, <c>repeat</c>, <c>swap</c> (with the next of its kind), <c>close</c> and <c>hold</c> take a packet's name (<c>publish</c>, <c>puback</c>, <c>any</c>) and a way where one is
/// meant. <c>flip</c> (a bit), <c>cut</c> (the last byte) and <c>replace</c> take a field: <c>payload</c> and <c>topic</c> with a way, <c>password</c>, <c>user</c>, <c>client-id</c>, <c>X</c>,
/// <c>S</c>, <c>Y</c>, <c>V_C</c>, <c>V_S</c>, <c>challenge</c>.</para>
/// <para>Then, in any order: <c>topic=FILTER</c>, <c>client=CLIENTID</c>, <c>nth=N</c> (the Nth that matches alone; otherwise every one), <c>chance=P%</c>, <c>bit=N</c> (flip), <c>with=TEXT</c> or
/// <c>hex=BYTES</c> (replace), <c>for=500ms</c> (hold).</para>
/// <para>A packet that a rule drops is gone: an attack. It is another thing than the loss of a link, which TCP repairs.</para>
/// </remarks>
public sealed class TapRule
{
    private static readonly string[] Verbs = ["drop", "repeat", "swap", "close", "hold", "flip", "cut", "replace"];
    private static readonly string[] Options = ["topic", "client", "nth", "chance", "bit", "with", "hex", "for"];
    private readonly NthPacketPolicy _policy;
    private readonly Func<ProxiedPacket, bool> _concerns;
    private readonly string? _client;
    private readonly double _chance;
    private readonly Random _random;
    private readonly Lock _gate = new();

    private TapRule(string text, Words words, int seed)
    {
        Text = words.Shown;
        _client = words.Value("client");
        _chance = words.Chance();
        _random = new Random(seed);
        var filter = words.Value("topic");
        if (filter is not null && !TopicFilter.IsValid(filter))
        {
            throw Wrong(text, $"'{filter}' is no topic filter");
        }

        _concerns = packet => filter is null || TopicsOf(packet.Packet).Any(topic => topic == filter || TopicFilter.Matches(filter, topic));
        _policy = words.Policy();
    }

    /// <summary>The rule as it was written, but for a password.</summary>
    public string Text { get; }

    /// <summary>Packets that it was about.</summary>
    public int Seen => _policy.Seen;

    /// <summary>Number of times it was carried out.</summary>
    public int Triggered => _policy.Triggered;

    /// <summary>Waits until the rule was carried out once.</summary>
    /// <returns>False where it was not within the limit.</returns>
    public Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellationToken) => _policy.WaitForTriggerAsync(limit, cancellationToken);

    /// <summary>Reads a rule.</summary>
    /// <param name="text">The rule.</param>
    /// <param name="seed">Seed of its chance.</param>
    /// <exception cref="FormatException">It is none; the message says which word, and what would be one.</exception>
    public static TapRule Parse(string text, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new TapRule(text.Trim(), new Words(text.Trim()), seed);
    }

    /// <summary>Reads rules, one a line; empty lines and those that begin with # are skipped.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="seed">Seed of their chances.</param>
    /// <exception cref="FormatException">One is none; the message says its line.</exception>
    public static IReadOnlyList<TapRule> ParseAll(IEnumerable<string> lines, int seed = 1)
    {
        var rules = new List<TapRule>();
        foreach (var (number, line) in lines.Select((line, index) => (index + 1, line.Trim())))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            try
            {
                rules.Add(Parse(line, unchecked(seed + rules.Count)));
            }
            catch (FormatException e)
            {
                throw new FormatException($"line {number}: {e.Message}", e);
            }
        }

        return rules;
    }

    /// <summary>True where a packet is the rule's to judge; asked once for each.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="client">ClientId of its connection; null before CONNECT.</param>
    internal bool Takes(ProxiedPacket packet, string? client)
    {
        if ((_client is not null && _client != client) || !_policy.Selector.Matches(packet) || !_concerns(packet))
        {
            return false;
        }

        lock (_gate)
        {
            return _chance >= 1 || _random.NextDouble() < _chance;
        }
    }

    internal ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken) => _policy.OnPacketAsync(packet, cancellationToken);

    private static IEnumerable<string> TopicsOf(MqttPacket? packet) => packet switch
    {
        PublishPacket publish => [publish.Topic],
        ConnectPacket { Will: { } will } => [will.Topic],
        SubscribePacket subscribe => subscribe.Subscriptions.Select(s => s.Filter),
        UnsubscribePacket unsubscribe => unsubscribe.Filters,
        _ => [],
    };

    private static FormatException Wrong(string rule, string why) => new($"rule \"{rule}\": {why}; an example: drop publish to-broker topic=plant/# nth=3");

    /// <summary>The words of a rule.</summary>
    private sealed class Words
    {
        private readonly string _text;
        private readonly string _verb;
        private readonly string _object;
        private readonly PacketDirection? _way;
        private readonly Dictionary<string, string> _values = [];

        public Words(string text)
        {
            _text = text;
            var words = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            _verb = words.Length > 0 && Verbs.Contains(words[0]) ? words[0] : throw Wrong(text, $"it begins with one of {string.Join(", ", Verbs)}");
            _object = words.Length > 1 ? words[1] : throw Wrong(text, "it lacks the packet or field");
            foreach (var word in words.Skip(2))
            {
                var at = word.IndexOf('=', StringComparison.Ordinal);
                if (word is "to-broker" or "to-client")
                {
                    _way = word == "to-broker" ? PacketDirection.ToBroker : PacketDirection.ToClient;
                }
                else if (at < 1 || !Options.Contains(word[..at]))
                {
                    throw Wrong(text, $"'{word}' is none of to-broker, to-client, {string.Join(", ", Options.Select(o => o + "="))}");
                }
                else if (!_values.TryAdd(word[..at], word[(at + 1)..]))
                {
                    throw Wrong(text, $"{word[..at]}= stands twice");
                }
            }

            foreach (var (option, verb) in ((string, string)[])[("bit", "flip"), ("with", "replace"), ("hex", "replace"), ("for", "hold")])
            {
                if (_values.ContainsKey(option) && _verb != verb)
                {
                    throw Wrong(text, $"{option}= is for {verb} alone");
                }
            }
        }

        /// <summary>The rule without a new password: what tells about rules is read by more people than what holds them.</summary>
        public string Shown => _object != "password" ? _text : string.Join(' ', _text.Split(' ').Select(word =>
            word.StartsWith("with=", StringComparison.Ordinal) || word.StartsWith("hex=", StringComparison.Ordinal) ? word[..(word.IndexOf('=', StringComparison.Ordinal) + 1)] + "..." : word));

        public string? Value(string option) => _values.GetValueOrDefault(option);

        public double Chance()
        {
            if (Value("chance") is not { } chance)
            {
                return 1;
            }

            return double.TryParse(chance.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 100
                ? percent / 100 : throw Wrong(_text, $"chance={chance} is not above 0 % and at most 100 %");
        }

        public NthPacketPolicy Policy()
        {
            var nth = Number("nth", NthPacketPolicy.Every, 1);
            return _verb switch
            {
                "drop" => new DropPolicy(Packets(), nth),
                "repeat" => new DuplicatePolicy(Packets(), nth),
                "close" => new ClosePolicy(Packets(), nth),
                "swap" => new SwapPolicy(Packets(), nth == NthPacketPolicy.Every ? 1 : nth),
                "hold" => new HoldPolicy(Packets(), Time(), nth),
                "flip" => AlterPolicy.FlipBit(Field(), Number("bit", 0, 0), nth),
                "cut" => new AlterPolicy(Field(), value => value.Length == 0 ? value : value[..^1], nth),
                _ => AlterPolicy.Replace(Field(), Replacement(), nth),
            };
        }

        private PacketSelector Packets()
        {
            if (_object == "any")
            {
                return new PacketSelector("any", packet => _way is null || packet.Direction == _way);
            }

            // Enum.TryParse would take numbers too.
            return Enum.GetNames<PacketType>().FirstOrDefault(name => name.Equals(_object, StringComparison.OrdinalIgnoreCase)) is { } known
                ? new PacketSelector(known, packet => packet.Packet?.Type == Enum.Parse<PacketType>(known) && (_way is null || packet.Direction == _way))
                : throw Wrong(_text, $"'{_object}' is no packet; there are: any, {string.Join(", ", Enum.GetNames<PacketType>().Select(name => name.ToLowerInvariant()))}");
        }

        private PacketField Field()
        {
            PacketField? field = _object switch
            {
                "payload" => PacketField.Payload(Way()),
                "topic" => PacketField.Topic(Way()),
                "password" => PacketField.Password,
                "user" => PacketField.UserName,
                "client-id" => PacketField.ClientId,
                "X" => PacketField.X,
                "S" => PacketField.ServerName,
                "Y" => PacketField.Y,
                "V_C" => PacketField.ClientProof,
                "V_S" => PacketField.ServerProof,
                "challenge" => PacketField.Challenge,
                _ => null,
            };
            return field ?? throw Wrong(_text, $"'{_object}' is no field; there are: payload, topic, password, user, client-id, X, S, Y, V_C, V_S, challenge");
        }

        private PacketDirection Way() => _way ?? throw Wrong(_text, $"{_object} needs to-broker or to-client");

        private byte[] Replacement()
        {
            if ((Value("with") is null) == (Value("hex") is null))
            {
                throw Wrong(_text, "replace needs with=TEXT or hex=BYTES");
            }

            byte[] value;
            try
            {
                value = Value("with") is { } text ? Encoding.UTF8.GetBytes(text) : Convert.FromHexString(Value("hex")!);
            }
            catch (FormatException)
            {
                throw Wrong(_text, $"hex={Value("hex")} is no even number of hex digits");
            }

            return _object != "topic" || TopicFilter.IsTopicName(Encoding.UTF8.GetString(value)) ? value : throw Wrong(_text, "the new topic is empty or holds + or #");
        }

        private TimeSpan Time()
        {
            var text = Value("for") ?? throw Wrong(_text, "hold needs for=, such as for=500ms");
            var (digits, unit) = text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 1.0) : text.EndsWith('s') ? (text[..^1], 1000.0) : ("", 0);
            return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count * unit is > 0 and <= 3_600_000
                ? TimeSpan.FromMilliseconds(count * unit) : throw Wrong(_text, $"for={text} is no time up to an hour, such as 500ms or 2s");
        }

        private int Number(string option, int without, int least) => Value(option) is not { } text ? without
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number : throw Wrong(_text, $"{option}={text} is no number of {least} or more");
    }
}
