namespace Harness.Timing.Statistics;

/// <summary>The range of a number with a stated confidence.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Confidence">0.95 for 95 %.</param>
public readonly record struct Interval(double Low, double High, double Confidence)
{
    /// <summary>Gets the interval of values with a unit: <c>[12.1 µs, 12.4 µs] 95 %</c>.</summary>
    public string Format(Unit unit) =>
        $"[{ReadableNumber.Format(Low, unit)}, {ReadableNumber.Format(High, unit)}] {ReadableNumber.Digits(Confidence * 100)} %";

    /// <summary>Gets the interval as text: <c>[1.02, 1.05] 95 %</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"[{ReadableNumber.Digits(Low)}, {ReadableNumber.Digits(High)}] {ReadableNumber.Digits(Confidence * 100)} %");
}
