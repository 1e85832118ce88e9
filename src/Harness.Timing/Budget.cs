using System.Text.RegularExpressions;

namespace Harness.Timing;

/// <summary>A limit on an operation's time, cycles or other quantity.</summary>
/// <param name="Operation">The operation: <c>seal</c>.</param>
/// <param name="Limit">The largest value allowed, in <paramref name="Unit"/>.</param>
/// <param name="Unit">The limit's unit.</param>
/// <param name="Statistic">The statistic that is limited.</param>
/// <param name="On">
/// The provenance it applies to. Null leaves it to the unit: a time is judged on hardware or the host only, cycles on hardware or
/// exact emulated cycles, instructions on hardware or emulated instructions, anything else everywhere.
/// </param>
public sealed record Budget(string Operation, double Limit, Unit Unit, Statistic Statistic, Provenance? On)
{
    /// <summary>Fewest samples for a judgement; at least 1.</summary>
    public int MinimumSamples { get; init; } = 1;

    /// <summary>The clock of the samples judged; by default the device's own.</summary>
    public ClockKind Clock { get; init; } = ClockKind.Device;

    /// <summary>
    /// Reads a budget, such as <c>40 ms</c>, <c>1.5 million instructions</c>, <c>at most 1.5 ms at p99 by the trigger clock</c>, <c>at most 40 ms at p99 over
    /// 1000 samples on hardware</c>. Without <c>at STATISTIC</c> the largest value is limited.
    /// </summary>
    /// <param name="operation">The operation it limits.</param>
    /// <param name="words">The budget in words.</param>
    /// <exception cref="FormatException">The text is no budget; the message names the words, the expected and the seen.</exception>
    public static Budget Parse(string operation, string words)
    {
        ArgumentException.ThrowIfNullOrEmpty(operation);
        ArgumentNullException.ThrowIfNull(words);
        var match = Grammar.Match(words);
        var limit = Quantity.Parse(match.Groups["quantity"].Value);
        if (limit.Value < 0)
        {
            throw new FormatException($"\"{words}\" is not a budget: expected a limit of 0 or more, saw {limit}.");
        }

        var statistic = match.Groups["statistic"] is { Success: true } named ? StatisticNames.Parse(named.Value) : Statistic.Max;
        var samples = match.Groups["samples"] is { Success: true } count ? ParseCount(count.Value) : 1;
        return new Budget(operation, limit.Value, limit.Unit, statistic, ParseOn(match.Groups["on"]))
        {
            MinimumSamples = samples, Clock = match.Groups["clock"] is { Success: true } clock ? ParseClock(clock.Value) : ClockKind.Device,
        };
    }

    /// <summary>Gets the budget in words: <c>seal: at most 1.5 ms at p99 on hardware</c>.</summary>
    public override string ToString() =>
        $"{Operation}: at most {new Quantity(Limit, Unit)} at {Statistic.Word()}"
        + (MinimumSamples > 1 ? $" over {MinimumSamples} samples" : "") + (Clock != ClockKind.Device ? $" by the {Clock.Word()} clock" : "")
        + (On is { } on ? " on " + on.Word() : "");

    // The quantity's own parser reports what is wrong with it: so its group takes anything.
    // Linear in the text, whatever stands in it, and so without a time limit: a busy machine is no wrong budget.
    private static Regex Grammar { get; } = new(
        @"^\s*(at\s+most\s+)?(?<quantity>.*?)(\s+at\s+(?<statistic>\S+))?(\s+over\s+(?<samples>\S+)\s+samples?)?(\s+by\s+(the\s+)?(?<clock>\S+)(\s+clock)?)?(\s+on\s+(?<on>\S+))?\s*$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private static int ParseCount(string text) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var n) && n > 0
            ? n : throw new FormatException($"\"{text}\" is not a number of samples: expected 1 or more.");

    private static ClockKind ParseClock(string word)
    {
        foreach (var clock in Enum.GetValues<ClockKind>())
        {
            if (word.Equals(clock.Word(), StringComparison.OrdinalIgnoreCase))
            {
                return clock;
            }
        }

        throw new FormatException($"\"{word}\" is not a clock: expected {string.Join(", ", Enum.GetValues<ClockKind>().Select(c => c.Word()))}.");
    }

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
