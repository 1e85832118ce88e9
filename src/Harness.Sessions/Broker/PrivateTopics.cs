using System.Text;

namespace Harness.Sessions.Broker;

/// <summary>The topics under <c>aug/&lt;hex(C)&gt;/</c>, which belong to C alone. hex is of C's UTF-8, lower-case.</summary>
public static class PrivateTopics
{
    /// <summary>The first level.</summary>
    public const string Root = "aug";

    /// <summary>Where the broker sends C its wraps.</summary>
    public static string Key(string client) => $"{Root}/{Hex(client)}/key";

    /// <summary>Where C registers W as the paper publishes it.</summary>
    public static string Registration(string client) => $"{Root}/{Hex(client)}/reg";

    /// <summary>Whether a topic or filter is C's own: it names C's second level in full.</summary>
    public static bool IsOwn(string client, string topic) => topic.StartsWith($"{Root}/{Hex(client)}/", StringComparison.Ordinal);

    /// <summary>Whether a topic, or a filter that names its first level, is under <c>aug</c>.</summary>
    public static bool IsPrivate(string topic) => topic == Root || topic.StartsWith(Root + "/", StringComparison.Ordinal);

    /// <summary>Whether a filter matches a topic (MQTT 5 section 4.7).</summary>
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
