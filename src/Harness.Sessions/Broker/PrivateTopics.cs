namespace Harness.Sessions.Broker;

/// <summary>The topics under <c>aug/&lt;hex(C)&gt;/</c>, which belong to C alone. hex is of C's UTF-8, lower-case.</summary>
public static class PrivateTopics
{
    /// <summary>The first level.</summary>
    public const string Root = "aug";

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Topic on which the broker sends C its wraps.</summary>
    public static string Key(string client) => $"{Root}/{Hex(client)}/key";

    /// <summary>Topic on which C publishes the steps of a login on topics.</summary>
    public static string Login(string client) => $"{Root}/{Hex(client)}/c";

    /// <summary>Topic on which C reads the broker's answers to them.</summary>
    public static string LoginAnswer(string client) => $"{Root}/{Hex(client)}/s";

    /// <summary>Every client's <see cref="Login"/>: what the broker side subscribes to at a stock broker.</summary>
    public const string AllLogins = Root + "/+/c";

    /// <summary>Every client's <see cref="Registration"/>.</summary>
    public const string AllRegistrations = Root + "/+/reg";

    /// <summary>C of a topic of <see cref="Login"/>.</summary>
    /// <returns>False where the second level is no lower-case hex of 1 to 64 bytes of UTF-8, or the rest is another topic.</returns>
    public static bool TryParseLogin(string topic, [NotNullWhen(true)] out string? client) => TryParse(topic, out client, out var last) && last == "c";

    /// <summary>C of a topic on which clients send: that of <see cref="Login"/> or <see cref="Registration"/>.</summary>
    /// <inheritdoc cref="TryParseLogin" path="/returns"/>
    public static bool TryParseSent(string topic, [NotNullWhen(true)] out string? client) => TryParse(topic, out client, out var last) && last is "c" or "reg";

    private static bool TryParse(string topic, [NotNullWhen(true)] out string? client, out string last)
    {
        (client, last) = (null, topic[(topic.LastIndexOf('/') + 1)..]);
        if (topic.Split('/') is not [Root, { Length: >= 2 and <= 128 } hex, _] || hex.Length % 2 != 0 || !hex.All(char.IsAsciiHexDigitLower))
        {
            return false;
        }

        try
        {
            client = Strict.GetString(Convert.FromHexString(hex));
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>Topic on which C registers W as the paper publishes it.</summary>
    public static string Registration(string client) => $"{Root}/{Hex(client)}/reg";

    /// <summary>True where a topic or filter is C's own: it names C's second level in full.</summary>
    public static bool IsOwn(string client, string topic) => topic.StartsWith($"{Root}/{Hex(client)}/", StringComparison.Ordinal);

    /// <summary>True where a topic, or a filter that names its first level, is under <c>aug</c>.</summary>
    public static bool IsPrivate(string topic) => topic == Root || topic.StartsWith(Root + "/", StringComparison.Ordinal);

    /// <summary>True where a filter matches a topic (MQTT 5 section 4.7).</summary>
    public static bool Matches(string filter, string topic)
    {
        var wanted = filter.Split('/');
        var levels = topic.Split('/');
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "#")
            {
                return true;
            }

            if (i >= levels.Length || (wanted[i] != "+" && wanted[i] != levels[i]))
            {
                return false;
            }
        }

        return wanted.Length == levels.Length;
    }

    private static string Hex(string client) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(client));
}
