namespace Harness.Bench.Tests.Devices;

public class OutageTests
{
    private readonly FakeTimeProvider _clock = new();

    [Test]
    public void Many_short_failures_do_not_reach_the_outage_limit()
    {
        var outage = new Outage(2, TimeSpan.FromSeconds(30), _clock);
        for (var i = 0; i < 100; i++)
        {
            Fail(outage, TimeSpan.FromMilliseconds(20));
        }

        Assert.That(outage.GivenUp, Is.Null);
    }

    [Test]
    public void A_device_that_stays_broken_is_given_up_and_tried_again_after_pauses_that_double()
    {
        var outage = new Outage(2, TimeSpan.FromSeconds(30), _clock);
        Fail(outage, TimeSpan.FromSeconds(20));
        Assert.That(outage.GivenUp, Is.Null);
        Fail(outage, TimeSpan.FromSeconds(20));
        Assert.That(outage.GivenUp, Is.EqualTo("broken for 40.0 s, in 2 tries; tried again in 30 s"));
        foreach (var pause in (int[])[30, 60, 120, 240, 480, 600, 600])
        {
            _clock.Advance(TimeSpan.FromSeconds(pause - 1));
            Assert.That(outage.GivenUp, Does.EndWith("tried again in 1 s"));
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.That(outage.GivenUp, Is.Null);
            Fail(outage, TimeSpan.Zero);
            Assert.That(outage.GivenUp, Is.Not.Null);
        }
    }

    [Test]
    public void A_permanent_fault_is_given_up_as_soon_as_there_are_failures_enough()
    {
        var outage = new Outage(3, TimeSpan.FromSeconds(30), _clock);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(outage.GivenUp, Is.Null);
            Fail(outage, TimeSpan.Zero, mayMend: false);
        }

        Assert.That(outage.GivenUp, Does.EndWith("tried again in 30 s"));
    }

    [Test]
    public void One_success_forgets_everything()
    {
        var outage = new Outage(2, TimeSpan.FromSeconds(30), _clock);
        Fail(outage, TimeSpan.FromMinutes(1));
        Fail(outage, TimeSpan.FromMinutes(1));
        outage.Over();
        Assert.That(outage.GivenUp, Is.Null);
        Fail(outage, TimeSpan.FromSeconds(1));
        Fail(outage, TimeSpan.FromSeconds(1));
        Assert.That(outage.GivenUp, Is.Null, "the time counts from the first failure after it worked");
    }

    private void Fail(Outage outage, TimeSpan takes, bool mayMend = true)
    {
        var started = _clock.GetTimestamp();
        _clock.Advance(takes);
        outage.Failed(started, mayMend);
    }
}
