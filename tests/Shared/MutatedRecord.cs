using System.Text.Json.Nodes;

namespace Harness.Tests;

/// <summary>Records that differ from a whole one in one value: every place of every line once.</summary>
internal static class MutatedRecord
{
    // JsonNode writes no half of a surrogate pair, which a file may hold.
    private const string HalfCharacter = "half-a-character";

    private static readonly string[] _values =
    [
        "-1", "1e300", "\"NaN\"", "\"\"", "[]", "{}", "true", "[null]", $"\"{HalfCharacter}\"", "2.5", "99999999999999999999", "\"9999-12-31T23:59:59.9Z\"", "\"0001-01-01T00:00:00Z\"", "\"\\u0000\\u001b[2J]]>\"", "-0.0", "[[\"x\"]]", "-9223372036854775808",
    ];

    /// <summary>The records in which one value is missing.</summary>
    /// <param name="lines">The lines of a record.</param>
    public static IEnumerable<string[]> WithoutOne(string[] lines) => Each(lines, Remove);

    /// <summary>The records in which one value is null.</summary>
    /// <param name="lines">The lines of a record.</param>
    public static IEnumerable<string[]> WithNull(string[] lines) => Each(lines, (parent, name) => Put(parent, name, null));

    /// <summary>The records in which one value is of another kind or size.</summary>
    /// <param name="lines">The lines of a record.</param>
    /// <param name="seed">Chooses the values.</param>
    public static IEnumerable<string[]> WithAnother(string[] lines, int seed)
    {
        var random = new Random(seed);
        return Each(lines, (parent, name) => Put(parent, name, JsonNode.Parse(_values[random.Next(_values.Length)])));
    }

    private static IEnumerable<string[]> Each(string[] lines, Action<JsonNode, object> change)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var places = Places(JsonNode.Parse(lines[i])!).Count();
            for (var place = 0; place < places; place++)
            {
                var line = JsonNode.Parse(lines[i])!;
                var (parent, name) = Places(line).ElementAt(place);
                change(parent, name);
                yield return [.. lines[..i], line.ToJsonString().Replace(HalfCharacter, "\\ud800", StringComparison.Ordinal), .. lines[(i + 1)..]];
            }
        }
    }

    private static IEnumerable<(JsonNode Parent, object Name)> Places(JsonNode node)
    {
        IEnumerable<(object Name, JsonNode? Value)> below = node switch
        {
            JsonObject members => members.Select(member => ((object)member.Key, member.Value)),
            JsonArray values => values.Select((value, i) => ((object)i, value)),
            _ => [],
        };
        return below.SelectMany(place => (place.Value is null ? [] : Places(place.Value)).Prepend((node, place.Name)));
    }

    private static void Remove(JsonNode parent, object name)
    {
        if (parent is JsonObject members)
        {
            members.Remove((string)name);
        }
        else
        {
            ((JsonArray)parent).RemoveAt((int)name);
        }
    }

    private static void Put(JsonNode parent, object name, JsonNode? value)
    {
        if (parent is JsonObject members)
        {
            members[(string)name] = value;
        }
        else
        {
            parent[(int)name] = value;
        }
    }
}
