namespace Harness.Lab.History;

/// <summary>A change of level in a row of values.</summary>
/// <param name="At">Index of the first value of the new level.</param>
/// <param name="Before">Median of the level before.</param>
/// <param name="After">Median of the level from there.</param>
/// <param name="P">Probability of a split as strong by chance; 0 for exact counts.</param>
public sealed record ChangePoint(int At, double Before, double After, double P);

/// <summary>
/// Finds changes of level: of exact counts every other value is one. Of measured values by Pettitt's test (A. N. Pettitt, 1979: rank sums, so that outliers weigh no more than others) on the
/// whole row, then on both sides of each change found, as long as a side has twice <see cref="Fewest"/> values. A change counts below a probability of <see cref="Level"/>, where it
/// has at least <see cref="Fewest"/> values on each side, and its medians differ by more than the rig's floor.
/// </summary>
public static class ChangePoints
{
    /// <summary>Fewest values of a level.</summary>
    public const int Fewest = 5;

    /// <summary>Probability below which a change counts.</summary>
    public const double Level = 0.001;

    /// <summary>The method in a sentence, for whoever reads a trend.</summary>
    public const string Method = "change points: Pettitt's test on ranks by binary segmentation, p below 0.001, at least 5 runs a level, medians apart by more than the floor; of exact counts any other value";

    /// <summary>Finds the changes in a row.</summary>
    /// <param name="values">The values in order of time, finite.</param>
    /// <param name="isExact">True for exact counts, where any difference is one of the code.</param>
    /// <param name="floor">The noise of the rig in the values' unit; 0 where it is not known.</param>
    public static IReadOnlyList<ChangePoint> Of(IReadOnlyList<double> values, bool isExact, double floor)
    {
        ArgumentNullException.ThrowIfNull(values);
        var all = values.ToArray();
        var splits = new List<(int At, double P)>();
        if (isExact)
        {
            splits.AddRange(Enumerable.Range(1, Math.Max(0, all.Length - 1)).Where(i => !all[i].Equals(all[i - 1])).Select(i => (i, 0d)));
        }
        else
        {
            Split(all, 0, all.Length, floor, splits);
            splits.Sort((a, b) => a.At.CompareTo(b.At));
        }

        var edges = splits.Select(s => s.At).Prepend(0).Append(all.Length).ToArray();
        return [.. splits.Select((s, i) => new ChangePoint(s.At, Median(all[edges[i]..edges[i + 1]]), Median(all[edges[i + 1]..edges[i + 2]]), s.P))];
    }

    private static void Split(double[] all, int from, int to, double floor, List<(int At, double P)> found)
    {
        var n = to - from;
        var (at, k) = n < 2 * Fewest ? (0, 0) : BestSplit(all.AsSpan(from, n));
        if (at == 0)
        {
            return;
        }

        var p = Math.Min(1, 2 * Math.Exp(-6 * k * k / (Math.Pow(n, 3) + Math.Pow(n, 2))));
        var middle = from + at;
        if (p >= Level || Math.Abs(Median(all[from..middle]) - Median(all[middle..to])) <= floor)
        {
            return;
        }

        found.Add((middle, p));
        Split(all, from, middle, floor, found);
        Split(all, middle, to, floor, found);
    }

    // Pettitt's U_t = 2 (sum of the first t ranks) - t (n + 1), with mean ranks of ties; the split is where |U_t| is largest.
    private static (int At, double K) BestSplit(ReadOnlySpan<double> values)
    {
        var ranks = Ranks(values);
        var (sum, best, at) = (0d, 0d, 0);
        for (var t = 1; t < values.Length; t++)
        {
            sum += ranks[t - 1];
            var u = Math.Abs((2 * sum) - (t * (values.Length + 1d)));
            if (t >= Fewest && values.Length - t >= Fewest && u > best)
            {
                (best, at) = (u, t);
            }
        }

        return (at, best);
    }

    private static double[] Ranks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = Enumerable.Range(0, sorted.Length).ToArray();
        Array.Sort(sorted, order);
        var ranks = new double[sorted.Length];
        for (var i = 0; i < sorted.Length;)
        {
            var end = i;
            while (end < sorted.Length && sorted[end].Equals(sorted[i]))
            {
                end++;
            }

            for (var same = i; same < end; same++)
            {
                ranks[order[same]] = (i + 1 + end) / 2d;
            }

            i = end;
        }

        return ranks;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return OrderStatistics.Median(values);
    }
}
