namespace Harness.Timing;

/// <summary>The statistics of a set of samples that a budget can limit.</summary>
public enum Statistic
{
    /// <summary>The largest value, <c>max</c>.</summary>
    Max,

    /// <summary>The median, <c>p50</c>.</summary>
    Median,

    /// <summary>The 90th percentile, <c>p90</c>.</summary>
    P90,

    /// <summary>The 99th percentile, <c>p99</c>; needs 1000 samples.</summary>
    P99,

    /// <summary>The smallest value, <c>min</c>.</summary>
    Min,
}

/// <summary>The names of statistics.</summary>
public static class StatisticNames
{
    /// <summary>Gets the name: <c>max</c>, <c>p50</c>, <c>p90</c>, <c>p99</c>, <c>min</c>.</summary>
    public static string Word(this Statistic statistic) => statistic switch
    {
        Statistic.Max => "max",
        Statistic.Median => "p50",
        Statistic.P90 => "p90",
        Statistic.P99 => "p99",
        Statistic.Min => "min",
        _ => throw new ArgumentOutOfRangeException(nameof(statistic), statistic, null),
    };

    /// <summary>Reads <c>max</c>, <c>p50</c> or <c>median</c>, <c>p90</c>, <c>p99</c>, <c>min</c>, in any case.</summary>
    /// <exception cref="FormatException">The text is no statistic; the message names the expected and the seen.</exception>
    public static Statistic Parse(string word) => TryParse(word, out var statistic)
        ? statistic
        : throw new FormatException($"\"{word}\" is not a statistic: expected max, p50 (or median), p90, p99 or min.");

    /// <summary>Reads like <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse(string? word, out Statistic statistic)
    {
        (var known, statistic) = word?.Trim().ToUpperInvariant() switch
        {
            "MAX" => (true, Statistic.Max),
            "P50" or "MEDIAN" => (true, Statistic.Median),
            "P90" => (true, Statistic.P90),
            "P99" => (true, Statistic.P99),
            "MIN" => (true, Statistic.Min),
            _ => (false, default),
        };
        return known;
    }
}
