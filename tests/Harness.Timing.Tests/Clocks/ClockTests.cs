namespace Harness.Timing.Tests.Clocks;

public sealed class ClockTests
{
    private static readonly Floor Cycles = Floor.Exact(ClockKind.Device, Unit.Cycles);

    [Test]
    public void Clocks_within_their_floors_agree()
    {
        var seen = ClockAgreement.Compare(new([1000, 2000], Cycles), new([1004, 2004], new(ClockKind.Trigger, 4, Unit.Cycles, "empty")), true);
        Assert.That((seen.Kind, seen.LargestDifference), Is.EqualTo((ClockAgreementKind.Agree, 4.0)));
        Assert.That(() => seen.ThrowUnlessAgreed("avr"), Throws.Nothing);
    }

    [Test]
    public void One_sample_beyond_the_floors_is_a_broken_rig_and_no_slow_device()
    {
        var seen = ClockAgreement.Compare(new([1000, 2000, 3000], Cycles), new([1004, 2005, 3004], new(ClockKind.Trigger, 4, Unit.Cycles, "empty")), true);
        Assert.That(seen.Description, Does.Contain("sample 2"));
        Assert.That(() => seen.ThrowUnlessAgreed("avr"), Throws.TypeOf<RigErrorException>().With.Message.Contains("device and trigger clock"));
    }

    [TestCase(1, ClockAgreementKind.Agree)]
    [TestCase(2, ClockAgreementKind.Agree)]
    [TestCase(3, ClockAgreementKind.Disagree)]
    public void Some_late_samples_are_counted_and_many_are_a_broken_rig(int late, ClockAgreementKind expected)
    {
        var trigger = Enumerable.Range(0, 20).Select(i => i < late ? 1500.0 : 1004).ToArray();
        var seen = ClockAgreement.Compare(new([.. Enumerable.Repeat(1000.0, 20)], Cycles), new(trigger, new(ClockKind.Trigger, 4, Unit.Cycles, "empty")), true, mayBeLate: 0.1);
        Assert.That((seen.Kind, seen.LargestDifference), Is.EqualTo((expected, 500.0)), seen.Description);
        Assert.That(seen.Description, Does.Contain(expected == ClockAgreementKind.Agree ? $"but for {late}" : "3 of 20 samples lie beyond"));
    }

    [TestCase(999_000, ClockAgreementKind.Agree)]
    [TestCase(1_000_150, ClockAgreementKind.Agree)] // within the floor of the pulse and the tolerance of two oscillators
    [TestCase(1_000_350, ClockAgreementKind.Disagree)]
    public void A_pulse_cannot_be_longer_than_the_round_trip_around_it(double pulse, ClockAgreementKind expected)
    {
        var host = new ClockSamples([2000.0, 1000.0], new(ClockKind.Host, 0, Unit.Microseconds, "x"));
        var seen = ClockAgreement.Contain(host, new([500_000, pulse], new(ClockKind.Trigger, 100, Unit.Nanoseconds, "x")), 200e-6);
        Assert.That(seen.Kind, Is.EqualTo(expected), seen.Description);
        Assert.That(seen.Description, Does.StartWith("host and trigger clock").And.Contain(expected == ClockAgreementKind.Agree ? "µs more at the median" : "sample 2"));
    }

    [TestCase(1, ClockAgreementKind.Agree)]
    [TestCase(2, ClockAgreementKind.Agree)]
    [TestCase(3, ClockAgreementKind.Disagree)]
    public void A_few_pulses_whose_end_was_stamped_late_are_counted_and_many_are_a_broken_rig(int late, ClockAgreementKind expected)
    {
        var host = new ClockSamples([.. Enumerable.Repeat(1000.0, 20)], new(ClockKind.Host, 0, Unit.Microseconds, "x"));
        var pulses = Enumerable.Range(0, 20).Select(i => i < late ? 1_500_000.0 : 900_000).ToArray();
        var seen = ClockAgreement.Contain(host, new(pulses, new(ClockKind.Trigger, 100, Unit.Nanoseconds, "x")), 200e-6, mayBeLate: 0.1);
        Assert.That(seen.Kind, Is.EqualTo(expected), seen.Description);
        Assert.That(seen.Description, Does.Contain(expected == ClockAgreementKind.Agree ? $"agree over 20 samples but for {late} (pulse 500 µs longer at sample 1)" : "3 of 20 pulses are longer"));
    }

    [Test]
    public void Clocks_on_different_time_bases_are_not_compared()
    {
        var seen = ClockAgreement.Compare(new([1000], Cycles), new([9], new(ClockKind.Host, 1, Unit.Cycles, "echo")), false);
        Assert.That(seen.Kind, Is.EqualTo(ClockAgreementKind.NotComparable));
        Assert.That(() => seen.ThrowUnlessAgreed("avr"), Throws.TypeOf<Record.InconclusiveException>());
    }

    [Test]
    public void Times_convert_before_they_are_compared_and_oscillators_may_differ_a_little()
    {
        var device = new ClockSamples([1000.0], new(ClockKind.Device, 0, Unit.Microseconds, "x"));
        ClockSamples Trigger(double ns) => new([ns], new(ClockKind.Trigger, 0, Unit.Nanoseconds, "x"));
        Assert.That(ClockAgreement.Compare(device, Trigger(1_000_150), true, 200e-6).Kind, Is.EqualTo(ClockAgreementKind.Agree));
        Assert.That(ClockAgreement.Compare(device, Trigger(1_000_250), true, 200e-6).Kind, Is.EqualTo(ClockAgreementKind.Disagree));
        Assert.That(ClockAgreement.Compare(device, new([1], Cycles), true).Kind, Is.EqualTo(ClockAgreementKind.NotComparable));
    }

    [Test]
    public void The_rate_of_a_counter_is_found_under_a_constant_overhead()
    {
        var random = new SeededRandom(1);
        var rate = ClockRate.Fit([.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? 1e5 : 2e6).Select(t => (t, (t / 0.168) + 90_000 + (200 * random.NextNormal())))]);
        Assert.That(rate.OffPpm(168e6), Is.EqualTo(0).Within(20));
        Assert.That(rate.OverheadNanoseconds, Is.EqualTo(90_000).Within(300));
        Assert.That(Math.Abs(rate.DriftPpm), Is.LessThan(60));
    }

    [Test]
    public void A_counter_that_speeds_up_drifts()
    {
        double Hertz(int i) => i < 20 ? 16e6 : 16.016e6;
        var rate = ClockRate.Fit([.. Enumerable.Range(0, 40).Select(i => (Ticks: i % 2 == 0 ? 1e5 : 2e6, i)).Select(p => (p.Ticks, p.Ticks / Hertz(p.i) * 1e9))]);
        Assert.That(rate.DriftPpm, Is.EqualTo(1000).Within(1));
    }

    [TestCase(200, true)]
    [TestCase(20_000_000, false, Description = "the scatter of round trips is larger than the work between them")]
    public void A_rate_whose_points_scatter_too_much_is_not_determined(double scatter, bool expected)
    {
        var random = new SeededRandom(7);
        var rate = ClockRate.Fit([.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? 1e5 : 2e6).Select(t => (t, (t / 0.168) + 90_000 + (scatter * random.NextNormal())))]);
        Assert.That(rate.IsDetermined, Is.EqualTo(expected), rate.ToString());
    }

    [Test]
    public void A_negative_rate_is_not_determined() =>
        Assert.That(ClockRate.Fit([(1e5, 3e6), (2e6, 2e6), (1e5, 3e6), (2e6, 2e6)]).IsDetermined, Is.False);

    [Test]
    public void A_rate_needs_points_of_two_lengths() => Assert.That(() => ClockRate.Fit([(5, 1), (5, 2), (5, 3)]), Throws.ArgumentException);

    [TestCase(99, "max of 99 empty operations", 99)]
    [TestCase(200, "p99 of 200 empty operations", 198)]
    public void A_floor_is_the_p99_where_there_is_one(int n, string from, double value)
    {
        var floor = Floor.Of(ClockKind.Host, [.. Enumerable.Range(1, n).Select(i => (double)i)], Unit.Nanoseconds, "empty operations");
        Assert.That((floor.From, floor.Value), Is.EqualTo((from, value)));
    }

    [Test]
    public void A_floor_is_above_what_is_finer()
    {
        var floor = new Floor(ClockKind.Host, 1500, Unit.Nanoseconds, "x");
        Assert.That((floor.IsAbove(1, Unit.Microseconds), floor.IsAbove(2, Unit.Microseconds), floor.IsAbove(5, Unit.Cycles)), Is.EqualTo((true, false, default(bool?))));
    }
}
