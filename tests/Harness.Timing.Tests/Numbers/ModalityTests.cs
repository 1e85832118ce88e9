namespace Harness.Timing.Tests.Numbers;

public sealed class ModalityTests
{
    [Test]
    public void Two_values_apart_are_two_modes()
    {
        var random = new SeededRandom(1);
        var modality = Of(Enumerable.Range(0, 1000).Select(i => (i % 3 == 0 ? 150 : 100) + random.NextNormal()));
        Assert.That(modality.Modes, Is.EqualTo(2));
        Assert.That(modality.Peaks[0], Is.EqualTo(100).Within(3));
        Assert.That(modality.Peaks[1], Is.EqualTo(150).Within(3));
    }

    [Test]
    public void Three_values_apart_are_three_modes()
    {
        var random = new SeededRandom(2);
        Assert.That(Of(Enumerable.Range(0, 3000).Select(i => (100 + (50 * (i % 3))) + (3 * random.NextNormal()))).Modes, Is.EqualTo(3));
    }

    [Test]
    public void Two_exact_counts_are_two_modes() => Assert.That(
        SeriesStatistics.Of([.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? 4079.0 : 4095)], Record.Provenance.EmulatedInstructions).Modality.Modes, Is.EqualTo(2));

    [TestCase(100)]
    [TestCase(1000)]
    [TestCase(20_000)]
    public void One_hill_with_a_long_tail_is_one_mode(int n)
    {
        var flagged = Enumerable.Range(1, 100).Count(seed =>
        {
            var random = new SeededRandom((ulong)seed);
            return Of(Enumerable.Range(0, n).Select(_ => Math.Exp(0.5 * random.NextNormal()))).Modes > 1;
        });
        Assert.That(flagged, Is.Zero);
    }

    [Test]
    public void The_steps_of_a_coarse_clock_are_no_modes()
    {
        var random = new SeededRandom(3);
        Assert.That(Of(Enumerable.Range(0, 5000).Select(_ => Math.Round((500 + (40 * random.NextNormal())) / 20) * 20)).Modes, Is.EqualTo(1));
    }

    [Test]
    public void A_few_outliers_are_no_mode()
    {
        var random = new SeededRandom(4);
        Assert.That(Of(Enumerable.Range(0, 1000).Select(i => i % 50 == 0 ? 900 : 100 + random.NextNormal())).Modes, Is.EqualTo(1));
    }

    [Test]
    public void Too_few_values_have_no_modality() => Assert.That(Of(Enumerable.Range(0, 49).Select(i => (double)(i % 2))).Modes, Is.Zero);

    private static Modality Of(IEnumerable<double> values) => Modality.Of([.. values.Order()]);
}
