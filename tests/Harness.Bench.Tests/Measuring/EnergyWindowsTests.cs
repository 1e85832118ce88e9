namespace Harness.Bench.Tests.Measuring;

/// <summary>A board of 20 mA that draws 80 mA between 100 and 160 ms, read once a millisecond by a meter with a conversion of 0.5 ms.</summary>
[TestFixture]
public sealed class EnergyWindowsTests
{
    private const long Millisecond = 1_000_000;
    private static readonly TimeSpan Conversion = TimeSpan.FromMicroseconds(500);
    private static readonly (long From, long To)[] Work = [(100 * Millisecond, 160 * Millisecond)];

    [Test]
    public void Idle_current_and_charge_of_the_work_are_told_apart()
    {
        var found = Of(Readings())!;
        Assert.Multiple(() =>
        {
            Assert.That(found.IdleAmperes, Is.EqualTo(0.020).Within(1e-9));
            Assert.That(found.Charges, Has.Count.EqualTo(1));
            Assert.That(found.Charges[0], Is.EqualTo(0.080 * 0.060).Within(0.02 * 0.080 * 0.060));
            Assert.That(found.Missed, Is.Zero);
        });
    }

    /// <summary>The thread lost its processor within a transfer that began while the board was idle, and the meter was read when it worked (or the other way round).</summary>
    [TestCase(95, 120, 0.080)]
    [TestCase(60, 104, 0.020)]
    public void A_value_whose_transfer_was_interrupted_is_no_value(long begun, long ended, double amperes)
    {
        var readings = Readings().Where(r => r.Ended <= begun * Millisecond || r.Begun >= ended * Millisecond)
            .Append(new SupplyReading(begun * Millisecond, ended * Millisecond, amperes)).OrderBy(r => r.Begun).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(SupplyReading.Placed(readings, Conversion), Has.Count.EqualTo(readings.Count - 1));
            Assert.That(Of(readings, (140 * Millisecond, 160 * Millisecond))!.IdleAmperes, Is.EqualTo(0.020).Within(1e-9));
        });
    }

    [TestCase(90, 120, TestName = "A_gap_over_the_begin_of_the_work_loses_it")]
    [TestCase(150, 170, TestName = "A_gap_over_the_end_of_the_work_loses_it")]
    [TestCase(120, 140, TestName = "A_gap_within_the_work_loses_it")]
    [TestCase(150, 900, TestName = "A_meter_that_ends_before_the_work_loses_it")]
    public void A_gap_loses_the_work(long from, long to)
    {
        var readings = Readings().Where(r => r.Begun < from * Millisecond || r.Begun > to * Millisecond).ToList();
        Assert.That(Of(readings), Is.Null);
    }

    [Test]
    public void An_operation_that_the_meter_missed_leaves_the_others()
    {
        var readings = Readings().Where(r => r.Begun < 110 * Millisecond || r.Begun > 125 * Millisecond).ToList();
        var found = Of(readings, (100 * Millisecond, 130 * Millisecond), (130 * Millisecond, 150 * Millisecond))!;
        Assert.Multiple(() =>
        {
            Assert.That(found.Charges, Has.Count.EqualTo(1));
            Assert.That(found.Missed, Is.EqualTo(1));
        });
    }

    [Test]
    public void Without_values_of_the_idle_board_nothing_is_measured() => Assert.That(Of([.. Readings().Where(r => r.Begun > 99 * Millisecond)]), Is.Null);

    private static EnergyWindows? Of(IReadOnlyList<SupplyReading> readings, params (long From, long To)[] windows) =>
        EnergyWindows.Of(readings, Conversion, 0.0001, 100 * Millisecond, windows.Length == 0 ? Work : windows);

    private static IReadOnlyList<SupplyReading> Readings() =>
        [.. Enumerable.Range(1, 300).Select(i => i * Millisecond).Select(at => new SupplyReading(at, at + 100_000, at is >= 100 * Millisecond and < 160 * Millisecond ? 0.080 : 0.020))];
}
