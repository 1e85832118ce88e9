using Harness.Record;

namespace Harness.Steps;

/// <summary>Observations of a device that decide a scenario.</summary>
internal static class Check
{
    /// <summary>Fails the scenario unless the condition holds.</summary>
    /// <exception cref="CheckFailedException">It does not hold.</exception>
    public static void That(bool holds, string item, string expected, string seen)
    {
        if (!holds)
        {
            throw new CheckFailedException(item, expected, Text(seen));
        }
    }

    /// <summary>Fails the scenario unless both are equal; neither may be a secret.</summary>
    /// <exception cref="CheckFailedException">They differ.</exception>
    public static void Equal<T>(T expected, T seen, string item) =>
        That(EqualityComparer<T>.Default.Equals(expected, seen), item, Text(expected), Text(seen));

    private static string Text<T>(T value) => value?.ToString() is { } text ? text.Length > 80 ? text[..80] + "..." : text : "none";
}
