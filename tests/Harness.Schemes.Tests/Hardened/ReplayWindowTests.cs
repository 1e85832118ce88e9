namespace Harness.Schemes.Tests.Hardened;

public sealed class ReplayWindowTests
{
    [Test]
    public void Each_counter_is_taken_once_in_any_order_within_64()
    {
        var window = new ReplayWindow(100);
        Assert.That(window.TryTake(99), Is.False, "before the start");
        Assert.That(window.TryTake(163), Is.True);
        Assert.That(window.Missing, Is.EqualTo(63));
        for (var i = 100UL; i < 163; i++)
        {
            Assert.That((window.TryTake(i), window.TryTake(i)), Is.EqualTo((true, false)), $"{i}");
        }

        Assert.That(window.Missing, Is.Zero);
        Assert.That(window.TryTake(163 + 64), Is.True);
        Assert.That((window.TryTake(163), window.TryTake(164)), Is.EqualTo((false, true)), "64 places, the highest among them");
        Assert.That(window.Missing, Is.EqualTo(62));
    }

    [Test]
    public void The_last_counter_there_is_can_be_taken_and_those_just_before_it()
    {
        var window = new ReplayWindow(ulong.MaxValue - 3);
        Assert.That((window.TryTake(ulong.MaxValue), window.TryTake(ulong.MaxValue), window.TryTake(ulong.MaxValue - 1), window.TryTake(0)), Is.EqualTo((true, false, true, false)));
        Assert.That(window.Missing, Is.EqualTo(2));
    }

    [Test]
    public void Random_orders_agree_with_a_set()
    {
        var random = new Random(7);
        for (var run = 0; run < 200; run++)
        {
            var (window, taken, highest) = (new ReplayWindow(10), new HashSet<ulong>(), -1L);
            for (var i = 0; i < 200; i++)
            {
                var counter = (ulong)Math.Max(0, Math.Max(highest, 10) + random.Next(-80, i % 17 == 0 ? 200 : 6));
                var expected = counter >= 10 && (long)counter > highest - 64 && taken.Add(counter);
                Assert.That(window.TryTake(counter), Is.EqualTo(expected), $"{counter} after {highest}");
                highest = expected ? Math.Max(highest, (long)counter) : highest;
            }

            Assert.That((window.Taken, window.Missing), Is.EqualTo(((ulong)taken.Count, (ulong)(highest - 9 - taken.Count))));
        }
    }
}
