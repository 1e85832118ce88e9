using System.Globalization;
using Harness.Record;

namespace Harness.Timing;

/// <summary>Which inputs a run of a subject gets.</summary>
public enum LeakClass
{
    /// <summary>The first class of inputs.</summary>
    First,

    /// <summary>The second.</summary>
    Second,

    /// <summary>Inputs of the first class again, as a list of its own: the A/A control.</summary>
    Control,
}

/// <summary>Durations of the three classes, in the order taken within each, and what they are.</summary>
/// <param name="First">Durations of the first class.</param>
/// <param name="Second">Durations of the second class.</param>
/// <param name="Control">Durations of the control: inputs like the first class's.</param>
/// <param name="Unit">Their unit.</param>
/// <param name="Provenance">Where they come from.</param>
/// <param name="Floor">The clock's noise; null where none was taken.</param>
public sealed record LeakSamples(
    IReadOnlyList<double> First, IReadOnlyList<double> Second, IReadOnlyList<double> Control, Unit Unit, Provenance Provenance, Floor? Floor);

/// <summary>What a leak test came to.</summary>
public enum LeakKind
{
    /// <summary>Exact counts, equal to the last one.</summary>
    Equal,

    /// <summary>No difference was found; with more samples one may be.</summary>
    NotFound,

    /// <summary>The classes differ.</summary>
    Found,

    /// <summary>They differ by less than the rig's floor: not judged.</summary>
    BelowFloor,

    /// <summary>The control differs from itself, or there are too few samples: the rig decides nothing.</summary>
    Undecided,
}

/// <summary>Whether the time of an operation tells two classes of inputs apart, after dudect (Reparaz, Balasch, Verbauwhede 2017).</summary>
/// <remarks>
/// Exact counts: all of both classes must be equal to the last count. Else Welch's t with five common crops: above 4.5 the classes differ (without a
/// difference |t| passes that in 7 of 10^6 tests), above 10 definitely. The control compares inputs of the first class with inputs of
/// the first class in the same interleaving; where it differs the rig makes differences by itself. A difference that is found but whose
/// medians lie closer than the floor is not judged (design 8).
/// </remarks>
/// <param name="Kind">What it came to.</param>
/// <param name="T">t of first against second, over crops the largest; positive where the first is slower. 0 on exact counts that are equal.</param>
/// <param name="Control">t of first against control.</param>
/// <param name="Difference">Median of first minus median of second, in the unit.</param>
/// <param name="Words">One sentence with the samples behind it.</param>
public sealed record LeakTest(LeakKind Kind, CroppedT T, CroppedT Control, double Difference, string Words)
{
    /// <summary>|t| above which classes are taken to differ.</summary>
    public const double Threshold = 4.5;

    /// <summary>|t| above which the verdict says "definitely".</summary>
    public const double Definite = 10;

    /// <summary>Samples of each class below which t decides nothing.</summary>
    public const int LeastSamples = 100;

    /// <summary>As a scenario's verdict.</summary>
    public Verdict Verdict => Kind switch
    {
        LeakKind.Equal or LeakKind.NotFound => Verdict.Pass,
        LeakKind.Found => Verdict.Fail,
        _ => Verdict.Inconclusive,
    };

    /// <summary>Judges.</summary>
    public static LeakTest Judge(LeakSamples samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (first, second, control) = (samples.First, samples.Second, samples.Control);
        if (first.Count == 0 || second.Count == 0 || control.Count == 0)
        {
            return new(LeakKind.Undecided, default, default, double.NaN, "undecided: a class has no samples");
        }

        var isCount = samples.Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions;
        if (isCount && AllEqual(first) && AllEqual(control))
        {
            return Exact(samples);
        }

        var t = WelchTest.Largest(first, second);
        var aa = WelchTest.Largest(first, control);
        var difference = Median(first) - Median(second);
        var unit = samples.Unit.Symbol();
        string Behind() => string.Create(
            CultureInfo.InvariantCulture,
            $"t = {t.T:F2} on the lowest {t.Crop * 100:F0} % of {first.Count} and {second.Count} samples, medians {difference:+0.###;-0.###;0} {unit} apart, control t = {aa.T:F2}");
        LeakTest As(LeakKind kind, string words) => new(kind, t, aa, difference, $"{words}: {Behind()}");

        return Math.Min(first.Count, Math.Min(second.Count, control.Count)) < LeastSamples
            ? As(LeakKind.Undecided, $"undecided, {LeastSamples} samples of each class are the least")
            : Math.Abs(aa.T) > Threshold ? As(LeakKind.Undecided, "undecided, the control differs from itself")
            : Math.Abs(t.T) <= Threshold ? As(LeakKind.NotFound, "no leak found")
            : samples.Floor?.IsAbove(Math.Abs(difference), samples.Unit) == true
            ? As(LeakKind.BelowFloor, $"not judged, they differ by less than the floor of {samples.Floor}")
            : As(LeakKind.Found, Math.Abs(t.T) > Definite ? "LEAK, definitely" : "LEAK, probably");
    }

    private static LeakTest Exact(LeakSamples samples)
    {
        var (first, second, control) = (samples.First, samples.Second, samples.Control);
        var unit = samples.Unit.Symbol();
        var all = first.Count + second.Count + control.Count;
        if (!first[0].Equals(control[0]))
        {
            return new(
                LeakKind.Undecided, default, default, double.NaN,
                string.Create(CultureInfo.InvariantCulture, $"undecided, the control differs from itself: {first[0]:F0} and {control[0]:F0} {unit}"));
        }

        if (AllEqual(second) && second[0].Equals(first[0]))
        {
            return new(
                LeakKind.Equal, default, default, 0,
                string.Create(CultureInfo.InvariantCulture, $"equal to the count: {first[0]:F0} {unit} in each of {all} samples"));
        }

        var others = second.Distinct().Order().ToList();
        var t = new CroppedT(first[0] > others[0] ? double.PositiveInfinity : double.NegativeInfinity, 1, first.Count, second.Count);
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"LEAK, definitely: {first[0]:F0} {unit} in each of {first.Count} samples of one class, "
            + $"{(others.Count == 1 ? others[0].ToString("F0", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{others.Count} different counts from {others[0]:F0} to {others[^1]:F0}"))} {unit} in {second.Count} of the other");
        return new(LeakKind.Found, t, default, first[0] - Median(second), words);
    }

    private static bool AllEqual(IReadOnlyList<double> values) => values.All(v => v.Equals(values[0]));

    private static double Median(IReadOnlyList<double> values) => OrderStatistics.Median([.. values.Order()]);
}
