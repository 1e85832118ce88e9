namespace Harness.Timing.Leaks;

/// <summary>The results of a leak test.</summary>
public enum LeakKind
{
    /// <summary>Exact counts that are all equal.</summary>
    Equal,

    /// <summary>No difference was found; there may be one smaller than the words name.</summary>
    NotFound,

    /// <summary>The classes differ: the operation leaks.</summary>
    Found,

    /// <summary>Nothing is decided: the control differs from itself, there are too few samples, too many were lost, or they resolve too little.</summary>
    Undecided,
}

/// <summary>A test for a difference in an operation's time between two classes of inputs, after dudect (Reparaz, Balasch, Verbauwhede 2017).</summary>
/// <remarks>
/// Exact counts: all of both classes must be equal to the last count. Other values: <see cref="WelchTest"/>; above 4.5 the classes differ, above 10
/// definitely. The control compares inputs of the first class with inputs of the first class in the same order of runs; where it differs, the rig causes
/// differences by itself. No floor is applied: it is the noise of one sample, and many samples resolve finer differences. The limit of resolution is
/// <see cref="Resolves"/>; where it is more than a tenth of the operation's duration, a verdict of no leak would not be reliable.
/// </remarks>
/// <param name="Kind">The result.</param>
/// <param name="T">t of first against second, the largest. 0 on exact counts that are equal.</param>
/// <param name="Control">t of first against control.</param>
/// <param name="Difference">Median of first minus median of second, in the unit.</param>
/// <param name="Resolves">The smallest uniform difference that these samples would have shown, in the unit; 1 on exact counts, not-a-number where it was not computed.</param>
/// <param name="Description">One sentence with the samples behind it.</param>
public sealed record LeakTest(LeakKind Kind, CroppedT T, CroppedT Control, double Difference, double Resolves, string Description)
{
    /// <summary>|t| above which classes are taken to differ.</summary>
    public const double Threshold = 4.5;

    /// <summary>|t| above which the verdict says "definitely".</summary>
    public const double DefiniteThreshold = 10;

    /// <summary>Samples of each class below which t decides nothing.</summary>
    public const int MinimumSamples = 100;

    /// <summary>Exact counts of each class below which they decide nothing: one run of random inputs does not represent its class.</summary>
    public const int MinimumExactSamples = 2;

    /// <summary>Largest share of the median that the samples may leave unresolved for a result of "no leak".</summary>
    public const double MaximumUnresolvedShare = 0.1;

    /// <summary>Largest share of lost runs where counts are not exact; of exact ones none may be lost.</summary>
    public const double MaximumLost = 0.01;

    /// <summary>Gets the result as a scenario's verdict.</summary>
    public Verdict Verdict => Kind switch
    {
        LeakKind.Equal or LeakKind.NotFound => Verdict.Pass,
        LeakKind.Found => Verdict.Fail,
        _ => Verdict.Inconclusive,
    };

    /// <summary>Judges the samples.</summary>
    public static LeakTest Judge(LeakSamples samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (first, second, control) = (samples.First, samples.Second, samples.Control);
        var least = Math.Min(first.Count, Math.Min(second.Count, control.Count));
        var lost = samples.Durations.Lost;
        if (least == 0)
        {
            return Undecided($"a class has no samples, {lost} lost");
        }

        if (lost > (samples.IsExact ? 0 : MaximumLost * (first.Count + second.Count + control.Count + lost)))
        {
            return Undecided(string.Create(CultureInfo.InvariantCulture, $"{lost} of {first.Count + second.Count + control.Count + lost} samples were lost on the {samples.Clock.Word()} clock"));
        }

        return samples.IsExact && AllEqual(first) && AllEqual(control) ? Exact(samples, least) : Statistical(samples, least);
    }

    private static LeakTest Statistical(LeakSamples samples, int least)
    {
        var (first, second) = (samples.First, samples.Second);
        var t = WelchTest.Largest(first, second);
        var aa = WelchTest.Largest(first, samples.Control);
        var middle = Median(first);
        var difference = middle - Median(second);
        string Apart(double value) => (value > 0 ? "+" : "") + ReadableNumber.Format(value, samples.Unit);
        var apart = double.IsFinite(t.Apart) ? $" ({Apart(t.Apart)} apart)" : "";
        string Behind() => string.Create(
            CultureInfo.InvariantCulture,
            $"t = {Number(t.T)}{(t.Order == 2 ? " of the scatter" : "")} on the lowest {t.Crop * 100:F0} % of {first.Count} and {second.Count} samples{apart}, control t = {Number(aa.T)}, medians {Apart(difference)} apart");
        LeakTest As(LeakKind kind, string words, double resolves = double.NaN) => new(kind, t, aa, difference, resolves, $"{words}: {Behind()}");

        if (least < MinimumSamples)
        {
            return As(LeakKind.Undecided, $"undecided, {MinimumSamples} samples of each class are the least");
        }

        if (Math.Abs(aa.T) > Threshold)
        {
            return As(LeakKind.Undecided, "undecided, the control differs from itself");
        }

        if (Math.Abs(t.T) > Threshold)
        {
            return As(LeakKind.Found, Math.Abs(t.T) > DefiniteThreshold ? "LEAK, definitely" : "LEAK, probably");
        }

        var resolves = WelchTest.Resolves(first, second, Threshold);
        var share = middle > 0 ? resolves / middle : double.PositiveInfinity;
        var size = $"{ReadableNumber.Format(resolves, samples.Unit)} ({ReadableNumber.Digits(share * 100)} % of {ReadableNumber.Format(middle, samples.Unit)})";
        return share > MaximumUnresolvedShare
            ? As(LeakKind.Undecided, $"undecided, a difference under {size} in every run would not have shown, take more samples", resolves)
            : As(LeakKind.NotFound, $"no leak found, a difference of {size} in every run would have shown", resolves);
    }

    private static LeakTest Exact(LeakSamples samples, int least)
    {
        var (first, second, control) = (samples.First, samples.Second, samples.Control);
        string Count(double value) => ReadableNumber.Format(value, samples.Unit, exact: true);
        if (!first[0].Equals(control[0]))
        {
            return Undecided($"the control differs from itself: {Count(first[0])} and {Count(control[0])}");
        }

        if (AllEqual(second) && second[0].Equals(first[0]))
        {
            return least < MinimumExactSamples
                ? Undecided($"{MinimumExactSamples} samples of each class are the least")
                : new(
                    LeakKind.Equal, default, default, 0, 1,
                    $"equal to the count: {Count(first[0])} in each of {first.Count + second.Count + control.Count} samples");
        }

        var others = second.Distinct().Order().ToList();
        var t = new CroppedT(
            first[0] > others[0] ? double.PositiveInfinity : double.NegativeInfinity, 1, 1, first.Count, second.Count, first[0] - second.Average());
        var words = $"LEAK, definitely: {Count(first[0])} in each of {first.Count} samples of one class, "
            + $"{(others.Count == 1 ? Count(others[0]) : $"{others.Count} different counts from {Count(others[0])} to {Count(others[^1])}")} in {second.Count} of the other";
        return new(LeakKind.Found, t, default, first[0] - Median(second), 1, words);
    }

    private static string Number(double t) => double.IsFinite(t) ? t.ToString("F2", CultureInfo.InvariantCulture) : t > 0 ? "+inf" : "-inf";

    private static LeakTest Undecided(string why) => new(LeakKind.Undecided, default, default, double.NaN, double.NaN, $"undecided, {why}");

    private static bool AllEqual(IReadOnlyList<double> values) => values.All(v => v.Equals(values[0]));

    private static double Median(IReadOnlyList<double> values) => OrderStatistics.Median([.. values.Order()]);
}
