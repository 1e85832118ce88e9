namespace Harness.Timing.Tests.Clocks;

public sealed class PulseReaderTests
{
    [Test]
    public async Task Two_edges_are_a_pulse()
    {
        var reader = new PulseReader(new FakeEdges(new(100, true, 1), new(350, false, 2), new(900, true, 3), new(1000, false, 4)));
        Assert.That(await All(reader), Is.EqualTo(new[] { new Pulse(100, 250), new Pulse(900, 100) }));
        Assert.That((reader.LostEdges, reader.SequenceGaps), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_gap_in_the_numbers_is_counted_and_its_pulse_is_not_guessed()
    {
        var reader = new PulseReader(new FakeEdges(new(100, true, 1), new(1000, false, 4), new(2000, true, 5), new(2010, false, 6)));
        Assert.That(await All(reader), Is.EqualTo(new[] { new Pulse(2000, 10) }));
        Assert.That((reader.LostEdges, reader.SequenceGaps), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task A_gap_before_a_rise_keeps_the_pulse_that_follows()
    {
        var reader = new PulseReader(new FakeEdges(new(100, true, 1), new(120, false, 2), new(500, true, 5), new(510, false, 6)));
        Assert.That(await All(reader), Is.EqualTo(new[] { new Pulse(100, 20), new Pulse(500, 10) }));
        Assert.That((reader.LostEdges, reader.SequenceGaps), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task Two_rises_in_a_row_have_lost_a_fall()
    {
        var reader = new PulseReader(new FakeEdges(new(100, true, 1), new(300, true, 2), new(350, false, 3)));
        Assert.That(await All(reader), Is.EqualTo(new[] { new Pulse(300, 50) }));
        Assert.That(reader.LostEdges, Is.EqualTo(1));
    }

    [Test]
    public async Task A_pulse_without_its_end_is_a_lost_edge()
    {
        var reader = new PulseReader(new FakeEdges(new TriggerEdge(100, true, 1)));
        Assert.That(await All(reader), Is.Empty);
        Assert.That(reader.LostEdges, Is.EqualTo(1));
    }

    [Test]
    public async Task A_line_that_was_high_before_loses_nothing()
    {
        var reader = new PulseReader(new FakeEdges(new(100, false, 1), new(200, true, 2), new(230, false, 3)));
        Assert.That(await All(reader), Is.EqualTo(new[] { new Pulse(200, 30) }));
        Assert.That(reader.LostEdges, Is.Zero);
    }

    [Test]
    public async Task The_numbers_may_wrap()
    {
        var reader = new PulseReader(new FakeEdges(new(100, true, uint.MaxValue), new(150, false, 0)));
        Assert.That(await All(reader), Is.EqualTo(new[] { new Pulse(100, 50) }));
        Assert.That(reader.SequenceGaps, Is.Zero);
    }

    private static async Task<List<Pulse>> All(PulseReader reader)
    {
        var pulses = new List<Pulse>();
        while (await reader.NextAsync(TimeSpan.Zero, default) is { } pulse)
        {
            pulses.Add(pulse);
        }

        return pulses;
    }
}
