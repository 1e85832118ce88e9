using System.Text;

namespace Harness.Timing.Statistics;

/// <summary>Counts of equal bins from the smallest value to p99, and one open bin for larger values; every value is counted.</summary>
/// <param name="Low">Lower edge of the first bin.</param>
/// <param name="Width">Width of a bin; 0 where all values are equal.</param>
/// <param name="Counts">Samples in each bin.</param>
/// <param name="Above">Samples above the last bin.</param>
/// <param name="Largest">The largest value.</param>
public sealed record Histogram(double Low, double Width, IReadOnlyList<int> Counts, int Above, double Largest)
{
    /// <summary>Counts values in bins.</summary>
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="bins">At least 1.</param>
    public static Histogram Of(ReadOnlySpan<double> sorted, int bins = 16)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(sorted));
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var low = sorted[0];
        var high = OrderStatistics.Percentile(sorted, 99);
        if (low.Equals(high))
        {
            // Most values are equal; the others are counted above.
            var equal = 0;
            while (equal < sorted.Length && sorted[equal].Equals(low))
            {
                equal++;
            }

            return new Histogram(low, 0, [equal], sorted.Length - equal, sorted[^1]);
        }

        var width = (high - low) / bins;
        var counts = new int[bins];
        var above = 0;
        foreach (var value in sorted)
        {
            if (value > high)
            {
                above++;
            }
            else
            {
                counts[Math.Min(bins - 1, (int)((value - low) / width))]++;
            }
        }

        return new Histogram(low, width, counts, above, sorted[^1]);
    }

    /// <summary>Draws a line for each bin: its lower edge, its count, a bar.</summary>
    /// <param name="unit">The unit of the values.</param>
    /// <param name="columns">Length of the longest bar.</param>
    public string Render(Unit unit, int columns = 50)
    {
        var text = new StringBuilder();
        var most = Math.Max(1, Math.Max(Counts.Max(), Above));
        void Line(string from, int count)
        {
            var bar = new string('#', count == 0 ? 0 : Math.Max(1, (int)((long)count * columns / most)));
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{from,20} {count,8} {bar}").TrimEnd());
        }

        for (var i = 0; i < Counts.Count; i++)
        {
            Line(Edge(Low + (i * Width), unit), Counts[i]);
        }

        if (Above > 0)
        {
            Line(Width > 0 ? "above" : "more", Above);
            text.Append(CultureInfo.InvariantCulture, $"{"",20} up to {ReadableNumber.Format(Largest, unit)}").AppendLine();
        }

        return text.ToString().TrimEnd();
    }

    // Edges of narrow bins far from zero would be equal in four digits: then each is written with the digits that distinguish them.
    private string Edge(double value, Unit unit)
    {
        var next = ReadableNumber.Format(value + Width, unit);
        return Width == 0 || ReadableNumber.Format(value, unit) != next
            ? ReadableNumber.Format(value, unit)
            : $"{Math.Round(value, Digits()).ToString("#,##0." + new string('#', Digits()), CultureInfo.InvariantCulture)} {unit.Symbol()}";
    }

    private int Digits() => Math.Clamp(1 - (int)Math.Floor(Math.Log10(Width)), 0, 9);
}
