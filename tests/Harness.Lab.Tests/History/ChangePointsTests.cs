namespace Harness.Lab.Tests.History;

public sealed class ChangePointsTests
{
    [Test]
    public void A_step_in_noise_is_found_where_it_is()
    {
        var random = new Random(7);
        double[] values = [.. Enumerable.Range(0, 60).Select(i => (i < 40 ? 100 : 110) + (random.NextDouble() * 4))];
        var change = ChangePoints.Of(values, isExact: false, floor: 1).Single();
        Assert.That(change.At, Is.EqualTo(40).Within(1));
        Assert.That((change.Before, change.After), Is.EqualTo((102d, 112d)).Within(1d));
    }

    [Test]
    public void Several_steps_are_found_also_down_again()
    {
        double[] values = [.. Enumerable.Range(0, 90).Select(i => (double)((i / 30 == 1 ? 200 : 100) + (i % 7)))];
        Assert.That(ChangePoints.Of(values, isExact: false, floor: 0).Select(c => c.At), Is.EqualTo(new[] { 30, 60 }));
    }

    [Test]
    public void Noise_alone_has_no_change_in_a_hundred_rows()
    {
        var alarms = Enumerable.Range(0, 100).Sum(seed =>
        {
            var random = new Random(seed);
            return ChangePoints.Of([.. Enumerable.Range(0, 200).Select(_ => random.NextDouble())], isExact: false, floor: 0).Count;
        });
        Assert.That(alarms, Is.LessThanOrEqualTo(1));
    }

    [Test]
    public void A_step_smaller_than_the_floor_is_none() =>
        Assert.That(ChangePoints.Of([.. Enumerable.Range(0, 60).Select(i => i < 30 ? 100.0 : 101)], isExact: false, floor: 1.5), Is.Empty);

    [Test]
    public void An_outlier_is_no_change_of_level_but_any_other_exact_count_is()
    {
        double[] values = [.. Enumerable.Range(0, 40).Select(i => i == 20 ? 900.0 : 100)];
        Assert.That(ChangePoints.Of(values, isExact: false, floor: 0), Is.Empty);
        Assert.That(ChangePoints.Of(values, isExact: true, floor: 0).Select(c => (c.At, c.After)), Is.EqualTo(new[] { (20, 900d), (21, 100d) }));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(9)]
    public void Few_values_have_no_change(int n) => Assert.That(ChangePoints.Of([.. Enumerable.Range(0, n).Select(i => (double)i)], isExact: false, floor: 0), Is.Empty);
}
