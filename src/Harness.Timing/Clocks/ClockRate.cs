namespace Harness.Timing.Clocks;

/// <summary>The rate of a device's counter by the host's clock, with its error and drift.</summary>
/// <param name="Hertz">Ticks a host second: the slope of a least-squares line, so that a constant overhead of each round trip does not enter.</param>
/// <param name="ErrorPpm">One standard error of the slope, in millionths of it.</param>
/// <param name="DriftPpm">Slope of the second half against that of the first, in millionths, positive where the counter speeds up; not-a-number below 8 points.</param>
/// <param name="OverheadNanoseconds">Time of a round trip beyond the operation: the line's value at 0 ticks.</param>
/// <param name="Points">The number of points.</param>
public sealed record ClockRate(double Hertz, double ErrorPpm, double DriftPpm, double OverheadNanoseconds, int Points)
{
    private const double MostErrorPpm = 100_000; // a tenth: what scatters more says nothing about an oscillator, which is off by millionths

    /// <summary>True if the points determine a rate: it is positive, and its error is less than a tenth of it. A noisy line gives neither.</summary>
    public bool IsDetermined => Hertz > 0 && double.IsFinite(Hertz) && Math.Abs(ErrorPpm) < MostErrorPpm;

    /// <summary>Fits host time over device ticks.</summary>
    /// <param name="points">At least 3, of at least 2 different lengths; in the order taken, both lengths in either half.</param>
    /// <exception cref="ArgumentException">Too few points, or all of one length.</exception>
    public static ClockRate Fit(IReadOnlyList<(double Ticks, double HostNanoseconds)> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count < 3 || points.All(p => p.Ticks.Equals(points[0].Ticks)))
        {
            throw new ArgumentException("expected at least 3 points of at least 2 lengths", nameof(points));
        }

        var (slope, intercept, error) = Line(points);
        var half = points.Count / 2;
        var drift = double.NaN;
        if (points.Count >= 8)
        {
            IReadOnlyList<(double, double)> early = [.. points.Take(half)], late = [.. points.Skip(points.Count - half)];
            drift = ((Line(early).Slope / Line(late).Slope) - 1) * 1e6;
        }

        return new ClockRate(1e9 / slope, error / slope * 1e6, drift, intercept, points.Count);
    }

    /// <summary>Gets the difference from a nominal rate in millionths.</summary>
    public double OffPpm(double nominalHertz) => ((Hertz / nominalHertz) - 1) * 1e6;

    /// <summary>Gets the rate with its error and drift, as text.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Hertz / 1e6:F6} MHz +- {ErrorPpm:F0} ppm by the host, {(double.IsNaN(DriftPpm) ? "drift not taken" : $"drift {DriftPpm:+0;-0;0} ppm")} over {Points} points");

    private static (double Slope, double Intercept, double SlopeError) Line(IReadOnlyList<(double X, double Y)> points)
    {
        var (mx, my) = (points.Average(p => p.X), points.Average(p => p.Y));
        var (sxx, sxy) = (points.Sum(p => (p.X - mx) * (p.X - mx)), points.Sum(p => (p.X - mx) * (p.Y - my)));
        var slope = sxy / sxx;
        var intercept = my - (slope * mx);
        var residual = points.Sum(p => Math.Pow(p.Y - intercept - (slope * p.X), 2));
        return (slope, intercept, points.Count > 2 ? Math.Sqrt(residual / (points.Count - 2) / sxx) : double.NaN);
    }
}
