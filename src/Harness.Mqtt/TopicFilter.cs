namespace Harness.Mqtt;

/// <summary>Topic names and filters (section 4.7).</summary>
public static class TopicFilter
{
    private const string SharePrefix = "$share/";

    /// <summary>Most levels of a topic name or filter that the broker accepts: comparing costs a step for each level.</summary>
    public const int MaximumLevels = 200;

    /// <summary>True where a name or filter has at most <see cref="MaximumLevels"/>.</summary>
    public static bool IsShallow(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return topic.AsSpan().Count('/') < MaximumLevels;
    }

    /// <summary>True for a valid topic name: not empty, no wildcard, no U+0000.</summary>
    public static bool IsTopicName(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return topic.Length > 0 && topic.AsSpan().IndexOfAny('#', '+', '\0') < 0;
    }

    /// <summary>True for a valid topic filter: <c>+</c> fills a whole level, <c>#</c> fills the last.</summary>
    public static bool IsValid(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Length == 0 || filter.Contains('\0'))
        {
            return false;
        }

        for (var i = 0; i < filter.Length; i++)
        {
            var startsLevel = i == 0 || filter[i - 1] == '/';
            var last = i == filter.Length - 1;
            if (filter[i] == '#' && !(startsLevel && last))
            {
                return false;
            }

            if (filter[i] == '+' && !(startsLevel && (last || filter[i + 1] == '/')))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True where a filter is a shared subscription (section 4.8.2), be it a valid one or not.</summary>
    public static bool IsShared(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter.StartsWith(SharePrefix, StringComparison.Ordinal);
    }

    /// <summary>Gets the filter of the messages that a subscription is about: what follows the share name, or the filter itself where it is not shared.</summary>
    /// <returns>Null where the filter begins like a shared subscription and is none: its share name is empty or holds a wildcard, or no filter follows.</returns>
    public static string? Shared(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (!IsShared(filter))
        {
            return filter;
        }

        var rest = filter.AsSpan(SharePrefix.Length);
        var slash = rest.IndexOf('/');
        return slash > 0 && slash < rest.Length - 1 && rest[..slash].IndexOfAny('+', '#') < 0 ? rest[(slash + 1)..].ToString() : null;
    }

    /// <summary>True where a filter matches every topic that another one matches.</summary>
    public static bool Covers(string filter, string other)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(other);
        return (!other.EndsWith('#') || filter.EndsWith('#')) && Matches(filter, other);
    }

    /// <summary>True where a topic name matches a valid filter. A filter that starts with a wildcard matches no topic that starts with <c>$</c>.</summary>
    public static bool Matches(string filter, string topic)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(topic);
        if (filter.Length == 0 || topic.Length == 0 || (topic[0] == '$' && filter[0] is '#' or '+'))
        {
            return false;
        }

        var f = filter.AsSpan();
        var t = topic.AsSpan();
        while (true)
        {
            var filterLevel = Level(ref f, out var filterHasMore);
            if (filterLevel is "#")
            {
                return true;
            }

            var topicLevel = Level(ref t, out var topicHasMore);
            if (filterLevel is not "+" && !filterLevel.SequenceEqual(topicLevel))
            {
                return false;
            }

            if (!topicHasMore)
            {
                // "a/#" also matches its parent "a" (section 4.7.1.2).
                return !filterHasMore || f is "#";
            }

            if (!filterHasMore)
            {
                return false;
            }
        }
    }

    private static ReadOnlySpan<char> Level(ref ReadOnlySpan<char> rest, out bool hasMore)
    {
        var slash = rest.IndexOf('/');
        hasMore = slash >= 0;
        var level = hasMore ? rest[..slash] : rest;
        rest = hasMore ? rest[(slash + 1)..] : default;
        return level;
    }
}
