namespace Harness.Record.Tests;

public sealed class QuantityTests
{
    private static readonly Unit[] Times = [Unit.Nanoseconds, Unit.Microseconds, Unit.Milliseconds, Unit.Seconds];

    private static readonly Unit[][] OtherPairs =
    [
        .. from a in Enum.GetValues<Unit>()
           from b in Enum.GetValues<Unit>()
           where a != b && !(Times.Contains(a) && Times.Contains(b))
           select new[] { a, b },
    ];

    [TestCase("40 ms", 40, Unit.Milliseconds)]
    [TestCase("40ms", 40, Unit.Milliseconds)]
    [TestCase("  1.5 ms ", 1.5, Unit.Milliseconds)]
    [TestCase("1.5 million instructions", 1_500_000, Unit.Instructions)]
    [TestCase("900000 instructions", 900_000, Unit.Instructions)]
    [TestCase("1.69 billion cycles", 1_690_000_000, Unit.Cycles)]
    [TestCase("12 thousand ticks", 12_000, Unit.Ticks)]
    [TestCase("1 cycle", 1, Unit.Cycles)]
    [TestCase("2e6 Cycles", 2_000_000, Unit.Cycles)]
    [TestCase("7 us", 7, Unit.Microseconds)]
    [TestCase("7 \u00b5s", 7, Unit.Microseconds)]
    [TestCase("7 \u03bcs", 7, Unit.Microseconds)]
    [TestCase("3 seconds", 3, Unit.Seconds)]
    [TestCase("-1 ns", -1, Unit.Nanoseconds)]
    [TestCase("16 bytes", 16, Unit.Bytes)]
    [TestCase("5 count", 5, Unit.Count)]
    public void Words_become_a_number_and_a_unit(string words, double value, Unit unit) =>
        Assert.That(Quantity.Parse(words), Is.EqualTo(new Quantity(value, unit)));

    [Test]
    public void Words_without_a_number_are_refused([Values("", "ms", "NaN ms", "1e999 ms", "1.2.3 ms")] string words) =>
        Other_words_are_refused_with_the_reason(words, "begin with a number");

    [Test]
    public void An_unknown_unit_is_refused([Values("million", "furlongs", "MS", "ms ms")] string unit) =>
        Other_words_are_refused_with_the_reason($"40 {unit}", $"\"{unit}\" is unknown");

    [TestCase("40", "unit is missing")]
    [TestCase("1,5 ms", "\",5 ms\" is unknown")]
    public void Other_words_are_refused_with_the_reason(string words, string why)
    {
        Assert.That(
            () => Quantity.Parse(words),
            Throws.TypeOf<FormatException>().With.Message.Contains($"\"{words}\"").And.Message.Contains(why).And.Message.Contains("40 ms"));
    }

    [TestCase(40, Unit.Milliseconds, Unit.Seconds, 0.04)]
    [TestCase(0.04, Unit.Seconds, Unit.Milliseconds, 40)]
    [TestCase(1, Unit.Seconds, Unit.Nanoseconds, 1e9)]
    [TestCase(3, Unit.Nanoseconds, Unit.Microseconds, 0.003)]
    [TestCase(3, Unit.Cycles, Unit.Cycles, 3)]
    public void Times_convert_among_themselves(double value, Unit from, Unit to, double expected)
    {
        Assert.That(new Quantity(value, from).TryConvert(to, out var converted));
        Assert.That(converted, Is.EqualTo(new Quantity(expected, to)));
    }

    [TestCaseSource(nameof(OtherPairs))]
    public void Nothing_else_converts(Unit from, Unit to) =>
        Assert.That(new Quantity(1, from).TryConvert(to, out _), Is.False);

    [Test]
    public void Instructions_are_never_cycles() =>
        Assert.That(new Quantity(1, Unit.Instructions).TryConvert(Unit.Cycles, out _), Is.False);

    [Test]
    public void A_quantity_reads_back_as_it_is_written([Values] Unit unit)
    {
        var quantity = new Quantity(1.5, unit);
        Assert.That(Quantity.Parse(quantity.ToString()), Is.EqualTo(quantity));
    }

    [Test]
    public void The_decimal_mark_is_a_point_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            Assert.That(new Quantity(1.5, Unit.Milliseconds).ToString(), Is.EqualTo("1.5 ms"));
            Assert.That(Quantity.Parse("1.5 ms").Value, Is.EqualTo(1.5));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
