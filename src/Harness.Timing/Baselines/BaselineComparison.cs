namespace Harness.Timing.Baselines;

/// <summary>The results of a comparison with a baseline.</summary>
public enum BaselineVerdict
{
    /// <summary>No change beyond the margin; on exact counts, equal.</summary>
    Unchanged,

    /// <summary>Slower by more than the margin.</summary>
    Slower,

    /// <summary>Faster by more than the margin.</summary>
    Faster,

    /// <summary>The interval includes the margin: more samples would decide.</summary>
    Undecided,
}

/// <summary>
/// The comparison of samples with a baseline. Complete exact counts are compared exactly: one count of difference is a difference. All other values are
/// tested: the ratio of medians and the ratio of first deciles, each with a bootstrap interval at 99.9 %.
/// </summary>
/// <remarks>
/// Slower: both intervals lie wholly above 1 + margin. Faster: both lie wholly below 1 / (1 + margin). Unchanged: the interval of the
/// medians lies wholly between. The decile is tested too because a busy machine raises a median and hardly a decile, while slower code
/// raises both. A change of the tail alone is not found by this test; budgets on p99 find it.
/// If a reference workload was measured beside both (<see cref="TimingSeries.ReferenceWorkload"/>), each sample is first scaled to the speed that the machine
/// had then: value over the reference beside it, times the baseline's median reference. So a machine that runs faster today hides no
/// regression, and one that runs slower causes none.
/// Power: <see cref="Detectable"/> is the ratio that n samples with this spread call slower in 9 of 10 comparisons.
/// </remarks>
/// <param name="Verdict">The result.</param>
/// <param name="Ratio">Median now over median then.</param>
/// <param name="Interval">The interval of the ratio; null on exact counts.</param>
/// <param name="Margin">The margin, 0.1 for 10 %; 0 on exact counts.</param>
/// <param name="Detectable">The smallest slow-down, as a ratio, that is found in 9 of 10 comparisons.</param>
/// <param name="IsExact">True where exact counts were compared.</param>
/// <param name="Speed">The speed of the machine now over that of then, by the reference workload; null where none was measured beside both.</param>
/// <param name="Description">One sentence for the reader.</param>
public sealed record BaselineComparison(
    BaselineVerdict Verdict, double Ratio, Interval? Interval, double Margin, double Detectable, bool IsExact, double? Speed, string Description)
{
    /// <summary>Margin on times measured by a host's or a board's clock.</summary>
    public const double DefaultMargin = 0.10;

    /// <summary>Margin on exact counts that vary with the data.</summary>
    public const double VaryingCountMargin = 0.005;

    /// <summary>Confidence of the intervals that decide: over 50 comparisons of one build the chance of an error is under 3 % even at the margin itself.</summary>
    public const double Confidence = 0.999;

    private const int Resamples = 20_000;

    /// <summary>Compares samples with a baseline.</summary>
    /// <param name="baseline">The baseline.</param>
    /// <param name="now">The samples: the same device, operation, clock, unit and provenance.</param>
    /// <param name="fingerprint">The fingerprint of the rig now.</param>
    /// <param name="otherFirmware">Lets the firmware differ, as in a search for a regression of the firmware.</param>
    /// <param name="margin">Null for the default of the kind.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <exception cref="BaselineException">Another fingerprint, or another operation was measured; the message names the field that differs.</exception>
    public static BaselineComparison Of(
        Baseline baseline, TimingSeries now, Fingerprint fingerprint, bool otherFirmware = false, double? margin = null, ulong seed = Bootstrap.DefaultSeed)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(fingerprint);
        Refuse(baseline, now, fingerprint, otherFirmware);
        var (first, second, speed) = AtOneSpeed(baseline, now);
        if (second.Length == 0)
        {
            throw new BaselineException("expected samples to compare, saw none");
        }

        var exact = OrderStatistics.IsExact(first, baseline.Provenance) && OrderStatistics.IsExact(second, now.Provenance);
        return exact ? Exact(first[0], second[0], now.Unit) : Tested(first, second, speed, margin ?? MarginOf(now.Provenance), seed);
    }

    /// <summary>
    /// Combines several comparisons with one baseline: slower, or faster, where more than half say so and none says the other; unchanged
    /// where more than half say so; else undecided. The comparison with the middle ratio represents all.
    /// </summary>
    /// <param name="runs">At least one.</param>
    public static BaselineComparison OfRuns(IReadOnlyList<BaselineComparison> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count, nameof(runs));
        var decided = runs.Where(run => run.Verdict != BaselineVerdict.Undecided).ToList();
        var verdict = decided.Count * 2 > runs.Count && decided.All(run => run.Verdict == decided[0].Verdict) ? decided[0].Verdict : BaselineVerdict.Undecided;
        var middle = runs.OrderBy(run => run.Ratio).ElementAt(runs.Count / 2);
        return runs.Count == 1 ? runs[0] : middle with
        {
            Verdict = verdict,
            Description = string.Create(
                CultureInfo.InvariantCulture,
                $"{Word(verdict)} by {runs.Count(run => run.Verdict == verdict)} of {runs.Count} runs; the one in the middle: {middle.Description}"),
        };
    }

    private static (double[] First, double[] Second, double? Speed) AtOneSpeed(Baseline baseline, TimingSeries now)
    {
        if (baseline.ReferenceWorkload is not { } then || now.ReferenceWorkload is not { } today || then.Kind != today.Kind || now.Values.Count == 0)
        {
            return ([.. baseline.Values.Order()], [.. now.Values.Order()], null);
        }

        var one = OrderStatistics.Median([.. then.Nanoseconds.Order()]);
        double[] Bring(IEnumerable<double> values, IEnumerable<double> references) => [.. values.Zip(references, (value, yard) => value / yard * one).Order()];
        return (
            Bring(baseline.Values, then.Nanoseconds), Bring(now.Values, today.Nanoseconds), one / OrderStatistics.Median([.. today.Nanoseconds.Order()]));
    }

    private static double MarginOf(Provenance provenance) =>
        provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions ? VaryingCountMargin : DefaultMargin;

    private static BaselineComparison Exact(double then, double now, Unit unit)
    {
        var (verdict, ratio) = (now > then ? BaselineVerdict.Slower : now < then ? BaselineVerdict.Faster : BaselineVerdict.Unchanged, now / then);
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"{Word(verdict)}: {ReadableNumber.Format(now, unit, exact: true)}, baseline {ReadableNumber.Cell(then, unit, exact: true)}, ratio {ratio:F6}; exact counts, compared exactly");
        return new(verdict, ratio, null, 0, 1, IsExact: true, null, words);
    }

    private static BaselineComparison Tested(double[] first, double[] second, double? speed, double margin, ulong seed)
    {
        if (!(first[0] > 0))
        {
            throw new BaselineException($"a ratio needs positive samples, the baseline's smallest is {first[0].ToString(CultureInfo.InvariantCulture)}");
        }

        var random = new SeededRandom(seed);
        var ratio = OrderStatistics.Median(second) / OrderStatistics.Median(first);
        var median = Bootstrap.RatioOfMedians(first, second, random, Confidence, Resamples);
        var decile = Bootstrap.RatioOfPercentiles(first, second, 10, random, Confidence, Resamples);
        var (high, low) = (1 + margin, 1 / (1 + margin));
        var verdict = median.Low > high && decile.Low > high ? BaselineVerdict.Slower
            : median.High < low && decile.High < low ? BaselineVerdict.Faster
            : median.Low >= low && median.High <= high ? BaselineVerdict.Unchanged
            : BaselineVerdict.Undecided;

        // Half an interval is 3.29 standard errors; 9 of 10 need 1.28 more beyond the margin (in logarithms, where a ratio is symmetric).
        var half = Math.Log(Math.Max(median.High / median.Low, decile.High / decile.Low)) / 2;
        var detectable = high * Math.Exp(half * (1 + (1.28 / 3.29)));
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"{Word(verdict)}: median {ratio:F4} times the baseline's, {Confidence * 100:F1} % interval {median.Low:F4} to {median.High:F4} (first deciles "
            + $"{decile.Low:F4} to {decile.High:F4}), margin {margin * 100:G3} %, n {first.Length} and {second.Length}; a slow-down of {detectable:F3} times is found in 9 of 10")
            + (speed is { } s ? string.Create(CultureInfo.InvariantCulture, $"; the machine ran {s:F3} times as fast as then, which is taken out") : "");
        return new(verdict, ratio, median, margin, detectable, IsExact: false, speed, words);
    }

    private static void Refuse(Baseline baseline, TimingSeries now, Fingerprint fingerprint, bool otherFirmware)
    {
        (string Name, string Then, string Now)[] what =
        [
            ("device", baseline.Device, now.Device), ("operation", baseline.Operation, now.Operation), ("parameters", baseline.Parameters ?? now.Parameters, now.Parameters),
            ("clock", baseline.Clock.Word(), now.Clock.Word()),
            ("unit", baseline.Unit.Symbol(), now.Unit.Symbol()), ("provenance", baseline.Provenance.Word(), now.Provenance.Word()),
        ];
        IEnumerable<(string Name, string Then, string Now)> different =
            [.. what.Where(w => w.Then != w.Now), .. baseline.Fingerprint.Differences(fingerprint, otherFirmware)];
        var all = different.ToList();
        if (all.Count > 0)
        {
            throw new BaselineException(
                "the baseline is of another rig: " + string.Join("; ", all.Select(d => $"{d.Name} was \"{d.Then}\", is \"{d.Now}\""))
                + (all is [{ Name: "firmware" }] ? "; next: --other-firmware, where the firmware is what is compared" : ""));
        }
    }

    private static string Word(BaselineVerdict verdict) => verdict switch
    {
        BaselineVerdict.Unchanged => "unchanged",
        BaselineVerdict.Slower => "SLOWER",
        BaselineVerdict.Faster => "faster",
        _ => "undecided",
    };
}
