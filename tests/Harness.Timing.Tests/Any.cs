namespace Harness.Timing.Tests;

internal static class Any
{
    public static Sample[] Samples(
        IEnumerable<double> values,
        Unit unit = Unit.Milliseconds,
        Provenance provenance = Provenance.Hardware,
        ClockKind clock = ClockKind.Device,
        string device = "nucleo",
        string operation = "seal") =>
        [.. values.Select(v => new Sample(device, operation, v, unit, clock, provenance))];
}
