namespace Harness.Record.Tests;

/// <summary>Numbers formatted for people.</summary>
public sealed class ReadableNumberTests
{
    [TestCase(12_559_600, Unit.Nanoseconds, "12.56 ms")]
    [TestCase(6_362_310, Unit.Nanoseconds, "6.362 ms")]
    [TestCase(40, Unit.Milliseconds, "40 ms")]
    [TestCase(1.5, Unit.Seconds, "1.5 s")]
    [TestCase(681, Unit.Nanoseconds, "681 ns")]
    [TestCase(0.25, Unit.Nanoseconds, "0.25 ns")]
    [TestCase(1412.5, Unit.Nanoseconds, "1.413 µs")]
    [TestCase(999_960, Unit.Nanoseconds, "1 ms")]
    [TestCase(0, Unit.Nanoseconds, "0 ns")]
    [TestCase(-80_000, Unit.Nanoseconds, "-80 µs")]
    [TestCase(5_400, Unit.Seconds, "5,400 s")]
    public void A_time_moves_to_the_unit_that_fits(double value, Unit unit, string text) =>
        Assert.That(ReadableNumber.Format(value, unit), Is.EqualTo(text));

    [TestCase(13_113_731, "13.11 M instructions")]
    [TestCase(10_162, "10.16 k instructions")]
    [TestCase(999, "999 instructions")]
    [TestCase(2.5e9, "2.5 G instructions")]
    public void A_count_gets_a_multiple(double value, string text) =>
        Assert.That(ReadableNumber.Format(value, Unit.Instructions), Is.EqualTo(text));

    [TestCase(13_113_731, "13,113,731 cycles")]
    [TestCase(15, "15 cycles")]
    [TestCase(15.5, "15.5 cycles")]
    public void An_exact_count_is_whole_and_grouped(double value, string text) =>
        Assert.That(ReadableNumber.Format(value, Unit.Cycles, exact: true), Is.EqualTo(text));

    [Test]
    public void A_plain_number_of_things_has_no_unit() =>
        Assert.That(ReadableNumber.Format(1_234, Unit.Count, exact: true), Is.EqualTo("1,234"));

    [TestCase(double.NaN, "none")]
    [TestCase(double.PositiveInfinity, "+inf")]
    [TestCase(1e-7, "0.0000001")]
    [TestCase(1.0194999, "1.019")]
    [TestCase(123_456.7, "123,457")]
    public void A_bare_number_has_four_digits(double value, string text) =>
        Assert.That(ReadableNumber.Digits(value), Is.EqualTo(text));

    [Test]
    public void Values_that_differ_never_look_equal_beside_each_other()
    {
        Assert.That(ReadableNumber.FormatBeside(10.0001, 10, Unit.Milliseconds), Is.EqualTo("10.0001 ms"));
        Assert.That(ReadableNumber.FormatBeside(10.1, 10, Unit.Milliseconds), Is.EqualTo("10.1 ms"));
        Assert.That(ReadableNumber.FormatBeside(10, 10, Unit.Milliseconds), Is.EqualTo("10 ms"));
    }

    [Test]
    public void No_magnitude_has_an_exponent()
    {
        for (var exponent = -12; exponent <= 18; exponent++)
        {
            var value = 1.2345678 * Math.Pow(10, exponent);
            foreach (var unit in Enum.GetValues<Unit>())
            {
                Assert.That(ReadableNumber.Format(value, unit), Does.Not.Match(@"\d[eE][+-]?\d"), $"{value} {unit}");
                Assert.That(ReadableNumber.Format(value, unit, exact: true), Does.Not.Match(@"\d[eE][+-]?\d"));
            }

            Assert.That(ReadableNumber.Plain(value), Does.Not.Match(@"\d[eE][+-]?\d"));
        }
    }
}
