using System.Text;

namespace Harness.Schemes.MqttAuth;

/// <summary>Where a client and the token service talk, both ways: <c>auth/&lt;hex(C)&gt;</c>, hex of C's UTF-8, lower-case.</summary>
public static class TokenTopics
{
    /// <summary>The first level.</summary>
    public const string Root = "auth";

    /// <summary>The topic of one client.</summary>
    public static string Of(string client) => $"{Root}/{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(client))}";

    /// <summary>Whether a topic, or a filter that names its first level, is under <c>auth</c>.</summary>
    public static bool IsPrivate(string topic) => topic == Root || topic.StartsWith(Root + "/", StringComparison.Ordinal);
}
