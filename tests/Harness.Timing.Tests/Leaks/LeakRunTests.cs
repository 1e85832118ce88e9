namespace Harness.Timing.Tests.Leaks;

/// <summary>The order of runs, the warm-up, and lost samples.</summary>
public sealed class LeakRunTests
{
    [Test]
    public void A_block_runs_every_class_as_often_and_what_came_before_says_nothing_of_what_comes()
    {
        var order = LeakSchedule.Order(3000, new SeededRandom(1)).ToList();
        Assert.That(order.Chunk(3 * LeakSchedule.RoundsOfABlock), Is.All.Matches<LeakClass[]>(block => block.GroupBy(c => c).All(g => g.Count() == LeakSchedule.RoundsOfABlock)));
        var followed = order.Zip(order.Skip(1)).GroupBy(pair => pair).ToDictionary(g => g.Key, g => g.Count());
        Assert.That(followed, Has.Count.EqualTo(9));
        Assert.That(followed.Values, Is.All.InRange(880, 1120), "each class follows each class a ninth of the time");
        Assert.That(LeakSchedule.Order(250, new SeededRandom(1)).GroupBy(c => c).Select(g => g.Count()), Is.All.EqualTo(250));
    }

    [Test]
    public async Task The_garbage_of_one_run_does_not_count_in_the_time_of_the_next()
    {
        // A run after one of the second class takes longer, whatever its own class: this must not show as a difference of the classes.
        var (random, before) = (new SeededRandom(3), LeakClass.First);
        var durations = await LeakRun.TakeAsync(
            (which, d, _) =>
            {
                d[0] = 1000 + (10 * random.NextNormal()) + (before == LeakClass.Second ? 30 : 0);
                before = which;
                return ValueTask.CompletedTask;
            },
            1, new LeakPlan(5000, 1), null, default);
        var test = LeakTest.Judge(new(durations[0], Unit.Nanoseconds, ClockKind.Device, Provenance.Host, null));
        Assert.That(test.Kind, Is.EqualTo(LeakKind.NotFound), test.Description);
    }

    [Test]
    public async Task Each_step_has_samples_of_its_own_the_warm_up_none_and_what_was_not_taken_is_counted()
    {
        var (runs, told) = (0, new List<int>());
        var durations = await LeakRun.TakeAsync(
            (which, d, _) =>
            {
                (d[0], d[1]) = (++runs, which == LeakClass.Second ? double.NaN : (double)which);
                return ValueTask.CompletedTask;
            },
            2, new LeakPlan(5, 1) { WarmUpRounds = 4 }, told.Add, default);
        Assert.That(runs, Is.EqualTo(27));
        Assert.That(durations[0].First.Concat(durations[0].Second).Concat(durations[0].Control), Is.EquivalentTo(Enumerable.Range(13, 15)));
        Assert.That((durations[1].First.Count, durations[1].Second.Count, durations[1].Control.Count, durations[1].Lost), Is.EqualTo((5, 0, 5, 5)));
        Assert.That((durations[1].First.Distinct().Single(), durations[1].Control.Distinct().Single()), Is.EqualTo(((double)LeakClass.First, (double)LeakClass.Control)));
        Assert.That(told, Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
    }

    [Test]
    public void A_run_that_is_stopped_stops()
    {
        using var stop = new CancellationTokenSource();
        Assert.That(
            () => LeakRun.TakeAsync((_, _, _) => ValueTask.CompletedTask, 1, new LeakPlan(1_000_000, 1), _ => stop.Cancel(), stop.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }
}
