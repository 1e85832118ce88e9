namespace Harness.Timing.Tests;

public sealed class SampleSetTests
{
    [Test]
    public void Samples_are_found_by_device_operation_and_clock_in_their_order()
    {
        var set = new SampleSet();
        foreach (var sample in (Sample[])[.. Any.Samples([3, 1]), .. Any.Samples([9], device: "pico"), .. Any.Samples([8], operation: "open"),
            .. Any.Samples([7], clock: ClockKind.Host), .. Any.Samples([2])])
        {
            set.Add(sample);
        }

        Assert.That(set.For("nucleo", "seal", ClockKind.Device).Select(s => s.Value), Is.EqualTo(new[] { 3.0, 1, 2 }));
        Assert.That(set.For("nucleo", "SEAL", ClockKind.Device), Is.Empty);
    }

    [Test]
    public void A_snapshot_does_not_change_when_more_is_added()
    {
        var set = new SampleSet();
        set.Add(Any.Samples([1])[0]);
        var before = set.For("nucleo", "seal", ClockKind.Device);
        set.Add(Any.Samples([2])[0]);
        Assert.That(before, Has.Count.EqualTo(1));
    }

    [Test]
    public void Threads_add_without_losing_a_sample()
    {
        var set = new SampleSet();
        Parallel.For(0, 4000, i => set.Add(Any.Samples([i])[0]));
        Assert.That(set.For("nucleo", "seal", ClockKind.Device).Select(s => (int)s.Value).Order(), Is.EqualTo(Enumerable.Range(0, 4000)));
    }

    [Test]
    public void A_sample_becomes_an_event()
    {
        var e = Any.Samples([1.5], Unit.Cycles, Provenance.EmulatedCycles, ClockKind.Trigger)[0].ToEvent("f.feature:3");
        Assert.That(
            (e.Scenario, e.Device, e.Operation, e.Value, e.Unit, e.Clock, e.Provenance),
            Is.EqualTo(("f.feature:3", "nucleo", "seal", 1.5, Unit.Cycles, ClockKind.Trigger, Provenance.EmulatedCycles)));
    }
}
