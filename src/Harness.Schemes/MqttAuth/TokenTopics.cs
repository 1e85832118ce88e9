namespace Harness.Schemes.MqttAuth;

/// <summary>The topic of a client's requests and of the token service's answers: <c>auth/&lt;hex(C)&gt;</c>, hex of C's UTF-8, lower-case.</summary>
public static class TokenTopics
{
    /// <summary>The first level.</summary>
    public const string Root = "auth";

    /// <summary>Gets the topic of one client.</summary>
    public static string Of(string client) => $"{Root}/{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(client))}";

    /// <summary>True where a topic, or a filter that names its first level, is under <c>auth</c>.</summary>
    public static bool IsPrivate(string topic) => topic == Root || topic.StartsWith(Root + "/", StringComparison.Ordinal);
}
