namespace Harness.Mqtt.Tests.Proxy;

/// <summary>Times at which bytes arrive over a link, without any clock.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class LinkLaneTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    [Test]
    public void Opening_takes_a_round_trip_and_each_direction_its_delay()
    {
        var link = new SharedLink(new LinkConditions { Delay = Delay });
        Assert.That(new LinkLane(link, 1, PacketDirection.ToBroker, TimeSpan.Zero).ArrivalOf(TimeSpan.Zero, 100), Is.EqualTo(3 * Delay));
        Assert.That(new LinkLane(link, 1, PacketDirection.ToClient, TimeSpan.Zero).ArrivalOf(3 * Delay, 100), Is.EqualTo(4 * Delay));
    }

    [Test]
    public void A_lost_segment_comes_after_its_time_out_which_doubles()
    {
        var conditions = new LinkConditions { Delay = Delay, Loss = 0.5, Seed = 7 };
        Assert.That(conditions.RetransmissionTimeout, Is.EqualTo(TimeSpan.FromMilliseconds(240)), "the round trip and 200 ms");
        var link = new SharedLink(conditions);
        var waits = Enumerable.Range(1, 2000).Select(connection =>
            new LinkLane(link, connection, PacketDirection.ToClient, TimeSpan.Zero).ArrivalOf(TimeSpan.Zero, 10)!.Value - Delay).ToList();

        var rto = conditions.RetransmissionTimeout;
        Assert.That(waits.Distinct().Order().Take(4), Is.EqualTo(new[] { TimeSpan.Zero, rto, 3 * rto, 7 * rto }));
        Assert.That(waits.Count(w => w == TimeSpan.Zero), Is.EqualTo(1000).Within(100));
        Assert.That(waits.Count(w => w == rto), Is.EqualTo(500).Within(80));
    }

    [Test]
    public void One_seed_gives_one_schedule_and_another_seed_another()
    {
        static IReadOnlyList<TimeSpan?> Schedule(int seed)
        {
            var link = new SharedLink(new LinkConditions { Delay = Delay, Jitter = Delay, Loss = 0.2, Seed = seed });
            return [.. Enumerable.Range(1, 4).SelectMany(connection => Arrivals(new LinkLane(link, connection, PacketDirection.ToBroker, TimeSpan.Zero), 50))];
        }

        var (first, again, other) = (Schedule(3), Schedule(3), Schedule(4));
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    [Test]
    public void Nothing_overtakes()
    {
        var link = new SharedLink(new LinkConditions { Jitter = TimeSpan.FromMilliseconds(500), Loss = 0.3 });
        Assert.That(Arrivals(new LinkLane(link, 1, PacketDirection.ToClient, TimeSpan.Zero), 500), Is.Ordered);
    }

    [Test]
    public void Bandwidth_counts_headers_and_is_shared()
    {
        var link = new SharedLink(new LinkConditions { BitsPerSecond = 12_000 }); // a full segment a second
        var (first, second) = (new LinkLane(link, 1, PacketDirection.ToClient, TimeSpan.Zero), new LinkLane(link, 2, PacketDirection.ToClient, TimeSpan.Zero));
        Assert.That(first.ArrivalOf(TimeSpan.Zero, 2 * SharedLink.Segment), Is.EqualTo(TimeSpan.FromSeconds(2)));
        Assert.That(second.ArrivalOf(TimeSpan.Zero, SharedLink.Segment), Is.EqualTo(TimeSpan.FromSeconds(3)));
        Assert.That(new LinkLane(link, 3, PacketDirection.ToBroker, TimeSpan.Zero).ArrivalOf(TimeSpan.Zero, SharedLink.Segment), Is.EqualTo(TimeSpan.FromSeconds(1)), "the other way");
    }

    [Test]
    public void A_silent_cut_holds_what_falls_into_it_and_a_long_one_ends_the_connection()
    {
        var conditions = new LinkConditions { CutEvery = TimeSpan.FromSeconds(1), CutFor = TimeSpan.FromSeconds(2), IsCutSilent = true };
        var link = new SharedLink(conditions);
        var (begin, end) = link.CutAt(TimeSpan.Zero)!.Value;
        var inside = new LinkLane(link, 1, PacketDirection.ToClient, TimeSpan.Zero).ArrivalOf(begin, 10);
        Assert.That(inside, Is.GreaterThanOrEqualTo(end));

        var endless = new SharedLink(conditions with { CutFor = TimeSpan.FromHours(1) });
        Assert.That(new LinkLane(endless, 1, PacketDirection.ToClient, TimeSpan.Zero).ArrivalOf(endless.CutAt(TimeSpan.Zero)!.Value.Begin, 10), Is.Null);
    }

    [Test]
    public void Cuts_come_as_often_as_they_should_and_the_same_for_one_seed()
    {
        static IReadOnlyList<TimeSpan> Begins(int seed)
        {
            var cuts = new LinkCuts(new LinkConditions { CutEvery = TimeSpan.FromSeconds(30), Seed = seed });
            var begins = new List<TimeSpan>();
            for (var cut = cuts.At(TimeSpan.Zero); begins.Count < 400; cut = cuts.At(cut!.Value.End))
            {
                begins.Add(cut!.Value.Begin);
            }

            return begins;
        }

        var (first, again, other) = (Begins(1), Begins(1), Begins(2));
        Assert.That(again, Is.EqualTo(first).And.Ordered.And.Unique);
        Assert.That(first[^1].TotalSeconds / 400, Is.EqualTo(30).Within(5));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    [TestCase(-1, 0, 0, "delay")]
    [TestCase(0, 0.91, 0, "loss")]
    [TestCase(0, 0, 100, "bandwidth")]
    public void A_link_that_cannot_be_is_refused_by_what_is_wrong(int delay, double loss, long bandwidth, string item) =>
        Assert.That(
            () => new LinkConditions { Delay = TimeSpan.FromMilliseconds(delay), Loss = loss, BitsPerSecond = bandwidth }.Checked(),
            Throws.TypeOf<FormatException>().With.Message.Contains($"the link's {item} is"));

    [Test]
    public void Cuts_need_what_belongs_to_them()
    {
        Assert.That(() => new LinkConditions { CutFor = Delay }.Checked(), Throws.TypeOf<FormatException>());
        Assert.That(() => new LinkConditions { CutEvery = Delay, IsCutSilent = true }.Checked(), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void A_link_is_told_in_words()
    {
        Assert.That(new LinkConditions().ToString(), Is.EqualTo("as it is"));
        Assert.That(new LinkConditions { Delay = Delay, Loss = 0.05, Seed = 3 }.ToString(), Is.EqualTo("delay 20 ms each way, loss 5 % (time-out 240 ms, doubled each time), seed 3"));
    }

    private static IReadOnlyList<TimeSpan?> Arrivals(LinkLane lane, int count) => [.. Enumerable.Range(0, count).Select(i => lane.ArrivalOf(TimeSpan.FromMilliseconds(i), 100))];
}
