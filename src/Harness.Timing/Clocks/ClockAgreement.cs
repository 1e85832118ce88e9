namespace Harness.Timing.Clocks;

/// <summary>The result of comparing two clocks that timed the same operations, within their floors.</summary>
/// <param name="Kind">Agree, disagree, or not comparable.</param>
/// <param name="Description">The values compared and their difference, in words.</param>
/// <param name="LargestDifference">In the first clock's unit; not-a-number where nothing was compared.</param>
/// <param name="Allowed">The difference that floors and rate allow, at the sample with the largest excess.</param>
public sealed record ClockAgreement(ClockAgreementKind Kind, string Description, double LargestDifference, double Allowed)
{
    /// <summary>
    /// Compares operation by operation. Allowed is the sum of both floors plus <paramref name="rateTolerance"/> of the duration.
    /// </summary>
    /// <param name="first">Durations by the first clock.</param>
    /// <param name="second">Durations of the same operations by the second, in a unit that converts to the first's.</param>
    /// <param name="oneTimeBase">True where both clocks count on one time base; else nothing is compared.</param>
    /// <param name="rateTolerance">Relative difference of two real oscillators, 1e-4 for 100 ppm; 0 on an emulated board.</param>
    /// <param name="mayBeLate">
    /// Share of the samples that may exceed the allowed difference; their number is reported. Floors of clocks that are not exact are percentiles of the
    /// machine's behaviour during calibration. 0 on exact clocks.
    /// </param>
    /// <exception cref="ArgumentException">The lists differ in length or are empty.</exception>
    public static ClockAgreement Compare(
        ClockSamples first, ClockSamples second, bool oneTimeBase, double rateTolerance = 0, double mayBeLate = 0)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentOutOfRangeException.ThrowIfNegative(mayBeLate);
        var names = $"{first.Floor.Clock.Word()} and {second.Floor.Clock.Word()} clock";
        if (!oneTimeBase)
        {
            return new(ClockAgreementKind.NotComparable, $"{names}: not comparable, they count on different time bases", double.NaN, double.NaN);
        }

        if (first.Values.Count == 0 || first.Values.Count != second.Values.Count)
        {
            throw new ArgumentException($"expected the same operations on both clocks, saw {first.Values.Count} and {second.Values.Count}", nameof(second));
        }

        if (!new Quantity(second.Floor.Value, second.Floor.Unit).TryConvert(first.Floor.Unit, out var floor))
        {
            return new(
                ClockAgreementKind.NotComparable,
                $"{names}: not comparable, {first.Floor.Unit.Symbol()} and {second.Floor.Unit.Symbol()} do not convert", double.NaN, double.NaN);
        }

        var (worst, difference, allowed, at) = (double.NegativeInfinity, 0.0, 0.0, 0);
        var late = 0;
        for (var i = 0; i < first.Values.Count; i++)
        {
            _ = new Quantity(second.Values[i], second.Floor.Unit).TryConvert(first.Floor.Unit, out var other);
            var off = Math.Abs(first.Values[i] - other.Value);
            var may = first.Floor.Value + floor.Value + (rateTolerance * Math.Abs(first.Values[i]));
            late += off > may ? 1 : 0;
            if (off - may > worst)
            {
                (worst, difference, allowed, at) = (off - may, off, may, i);
            }
        }

        string Text(double value) => ReadableNumber.Format(value, first.Floor.Unit, exact: true);
        if (late > 0 && late <= mayBeLate * first.Values.Count)
        {
            return new(ClockAgreementKind.Agree, string.Create(
                CultureInfo.InvariantCulture,
                $"{names} agree over {first.Values.Count} samples but for {late} ({Text(allowed)} allowed, {Text(difference)} at sample {at + 1}), stamped or read late"),
                difference, allowed);
        }

        return worst <= 0
            ? new(ClockAgreementKind.Agree, string.Create(
                CultureInfo.InvariantCulture, $"{names} agree over {first.Values.Count} samples: at most {Text(difference)} apart, {Text(allowed)} allowed"), difference, allowed)
            : new(ClockAgreementKind.Disagree, string.Create(
                CultureInfo.InvariantCulture, $"{names} are {Text(difference)} apart at sample {at + 1}, their floors allow {Text(allowed)}{(late > 1 ? $"; {late} of {first.Values.Count} samples lie beyond" : "")}"), difference, allowed);
    }

    /// <summary>Checks that each duration of the second clock lies within that of the first, which times a larger operation around it: a round trip around a pulse.</summary>
    /// <param name="outer">Durations of the whole.</param>
    /// <param name="inner">Durations of a part of each.</param>
    /// <param name="rateTolerance">Relative difference of two real oscillators.</param>
    /// <param name="mayBeLate">Share of the samples whose pulse may seem longer, as its second edge was stamped late; their number is reported.</param>
    /// <exception cref="ArgumentException">The lists differ in length or are empty, or their units do not convert.</exception>
    public static ClockAgreement Contain(ClockSamples outer, ClockSamples inner, double rateTolerance, double mayBeLate = 0)
    {
        ArgumentNullException.ThrowIfNull(outer);
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentOutOfRangeException.ThrowIfNegative(mayBeLate);
        if (outer.Values.Count == 0 || outer.Values.Count != inner.Values.Count)
        {
            throw new ArgumentException($"expected the same operations on both clocks, saw {outer.Values.Count} and {inner.Values.Count}", nameof(inner));
        }

        double In(double value) => new Quantity(value, inner.Floor.Unit).TryConvert(outer.Floor.Unit, out var converted) ? converted.Value
            : throw new ArgumentException($"{inner.Floor.Unit.Symbol()} does not convert to {outer.Floor.Unit.Symbol()}", nameof(inner));
        var rest = new double[outer.Values.Count];
        var (worst, at, may) = (double.PositiveInfinity, 0, 0.0);
        var late = 0;
        for (var i = 0; i < rest.Length; i++)
        {
            rest[i] = outer.Values[i] - In(inner.Values[i]);
            var allowed = outer.Floor.Value + In(inner.Floor.Value) + (rateTolerance * outer.Values[i]);
            late += rest[i] + allowed < 0 ? 1 : 0;
            (worst, at, may) = rest[i] + allowed < worst ? (rest[i] + allowed, i, allowed) : (worst, at, may);
        }

        string Text(double value) => ReadableNumber.Format(value, outer.Floor.Unit, exact: true);
        var names = $"{outer.Floor.Clock.Word()} and {inner.Floor.Clock.Word()} clock";
        var median = OrderStatistics.Median([.. rest.Order()]);
        return late <= mayBeLate * rest.Length
            ? new(ClockAgreementKind.Agree, string.Create(
                CultureInfo.InvariantCulture,
                $"{names} agree over {rest.Length} samples{(late > 0 ? $" but for {late} (pulse {Text(-rest[at])} longer at sample {at + 1}), stamped late" : "")}: {(late > 0 ? "every other" : "every")} pulse lies within its round trip, which takes {Text(median)} more at the median"),
                median, may)
            : new(ClockAgreementKind.Disagree, string.Create(
                CultureInfo.InvariantCulture,
                $"{names}: the pulse of sample {at + 1} is {Text(-rest[at])} longer than the round trip around it, {Text(may)} allowed{(late > 1 ? $"; {late} of {rest.Length} pulses are longer" : "")}"),
                -rest[at], may);
    }

    /// <summary>Throws where the clocks disagree: the rig is broken, not the device slow. Inconclusive where nothing could be compared.</summary>
    /// <exception cref="RigErrorException">They disagree.</exception>
    /// <exception cref="InconclusiveException">They are not comparable.</exception>
    public void ThrowUnlessAgreed(string device)
    {
        if (Kind == ClockAgreementKind.Disagree)
        {
            throw new RigErrorException(
                $"clocks of {device}", "to agree within their floors", Description, nextCommand: $"./harness doctor --calibrate --device {ShellWord.Quote(device)}");
        }

        if (Kind == ClockAgreementKind.NotComparable)
        {
            throw new InconclusiveException($"clocks of {device}", "two clocks on one time base", Description);
        }
    }
}

/// <summary>Durations of operations in the order they ran, by one clock.</summary>
/// <param name="Values">In the floor's unit.</param>
/// <param name="Floor">The clock, its unit and its noise.</param>
public sealed record ClockSamples(IReadOnlyList<double> Values, Floor Floor);

/// <summary>The results of a comparison of clocks.</summary>
public enum ClockAgreementKind
{
    /// <summary>The clocks agree within the floors.</summary>
    Agree,

    /// <summary>The difference exceeds the floors: the rig is broken.</summary>
    Disagree,

    /// <summary>The clocks are not on one time base.</summary>
    NotComparable,
}
