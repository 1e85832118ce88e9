using Harness.Bench.Measuring;
using Harness.Cli.Commands.Measuring;

namespace Harness.Cli.Tests.Commands;

/// <summary>Charge and energy as a person reads them.</summary>
public sealed class EnergyReportTests
{
    [Test]
    public void A_charge_is_written_with_at_most_four_digits_of_a_suitable_unit()
    {
        var text = EnergyReport.Render(Of(0.000_012_345_6, idle: 0.01), "energy.csv");
        Assert.That(text, Does.Match(@"an operation +12\.35 µC \[12\.35 µC, 12\.35 µC\] +40\.74 µJ").And.Match(@"floor +5\.325 nC +17\.57 nJ"));
    }

    [Test]
    public void Equal_charges_have_no_difference_whatever_rounding_leaves()
    {
        var text = EnergyReport.Render(Of(0.000_01 - 4e-20, idle: 0.01), "energy.csv");
        Assert.That(text, Does.Match(@"above idle +0 fC \[0 fC, 0 fC\] +0 fJ \[0 fJ, 0 fJ\]").And.Contain("below the floor: no difference from the idle board is shown"));
    }

    private static EnergyResult Of(double charge, double idle) => new()
    {
        Request = new MeasureRequest("m4", "seal", 3), Entry = new OperationEntry("seal", "a payload sealed", "ns"), Meter = "INA219, 0.1 mA a step", NoBoard = null, Window = "the edges of the trigger",
        Charges = [charge, charge, charge], Seconds = [0.001, 0.001, 0.001], IdleAmperes = idle, Volts = 3.3, FloorCoulombs = 5.325e-9, Sampling = TimeSpan.FromMicroseconds(139),
    };
}
