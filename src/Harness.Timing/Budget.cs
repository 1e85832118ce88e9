using System.Text.RegularExpressions;
using Harness.Record;

namespace Harness.Timing;

/// <summary>A limit on what an operation takes.</summary>
/// <param name="Operation">The operation: <c>seal</c>.</param>
/// <param name="Limit">At most this much, in <paramref name="Unit"/>.</param>
/// <param name="Unit">The limit's unit.</param>
/// <param name="Statistic">The number that is limited.</param>
/// <param name="On">
/// The provenance it applies to. Null leaves it to the unit: a time is judged on hardware or the host only, cycles on hardware or
/// exact emulated cycles, instructions on hardware or emulated instructions, anything else everywhere.
/// </param>
public sealed partial record Budget(string Operation, double Limit, Unit Unit, Statistic Statistic, Provenance? On)
{
    /// <summary>Samples below which it cannot be judged; at least 1.</summary>
    public int MinimumSamples { get; init; } = 1;

    /// <summary>
    /// Reads <c>40 ms</c>, <c>1.5 million instructions</c>, <c>at most 1.5 ms at p99</c>, <c>900000 cycles on hardware</c>. Without
    /// <c>at STATISTIC</c> the largest is meant.
    /// </summary>
    /// <param name="operation">The operation it limits.</param>
    /// <param name="words">The budget in words.</param>
    /// <exception cref="FormatException">Says which words, what was expected and what was seen.</exception>
    public static Budget Parse(string operation, string words)
    {
        ArgumentException.ThrowIfNullOrEmpty(operation);
        ArgumentNullException.ThrowIfNull(words);
        var match = Grammar().Match(words);
        var limit = Quantity.Parse(match.Groups["quantity"].Value);
        if (limit.Value < 0)
        {
            throw new FormatException($"\"{words}\" is not a budget: expected a limit of 0 or more, saw {limit}.");
        }

        var statistic = match.Groups["statistic"] is { Success: true } named ? Statistics.Parse(named.Value) : Statistic.Max;
        return new Budget(operation, limit.Value, limit.Unit, statistic, ParseOn(match.Groups["on"]));
    }

    /// <summary><c>seal: at most 1.5 ms at p99 on hardware</c>.</summary>
    public override string ToString() =>
        $"{Operation}: at most {new Quantity(Limit, Unit)} at {Statistic.Word()}{(On is { } on ? " on " + on.Word() : "")}";

    // Whatever the quantity is, its own parser says what is wrong with it: so its group takes anything.
    [GeneratedRegex(@"^\s*(at\s+most\s+)?(?<quantity>.*?)(\s+at\s+(?<statistic>\S+))?(\s+on\s+(?<on>\S+))?\s*$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Grammar();

    private static Provenance? ParseOn(Group word)
    {
        if (!word.Success)
        {
            return null;
        }

        foreach (var provenance in Enum.GetValues<Provenance>())
        {
            if (word.Value.Equals(provenance.Word(), StringComparison.OrdinalIgnoreCase))
            {
                return provenance;
            }
        }

        throw new FormatException(
            $"\"{word.Value}\" is not a provenance: expected {string.Join(", ", Enum.GetValues<Provenance>().Select(p => p.Word()))}.");
    }
}
