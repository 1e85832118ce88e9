using Harness.Sessions.Login;

namespace Harness.Sessions.Tests.Login;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LockoutTests
{
    private static readonly LockoutOptions Options = new(3, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), 4);

    private readonly ManualTime _time = new();

    [Test]
    public void The_failures_allowed_lock_and_time_unlocks()
    {
        var lockout = new Lockout(Options, _time);
        Fail(lockout, "c", 3);
        Assert.That(lockout.IsLocked("c"), Is.True);
        Assert.That(lockout.TryBegin("c", true), Is.False);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(lockout.IsLocked("c"), Is.False);
    }

    [Test]
    public void One_failure_fewer_does_not_lock()
    {
        var lockout = new Lockout(Options, _time);
        Fail(lockout, "c", 2);
        Assert.That(lockout.IsLocked("c"), Is.False);
    }

    [Test]
    public void Each_further_failure_doubles_the_delay_up_to_the_longest()
    {
        var lockout = new Lockout(Options, _time);
        Fail(lockout, "c", 3);
        foreach (var seconds in new[] { 10, 20, 40, 60, 60 })
        {
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.That(lockout.IsLocked("c"), Is.True, $"just before {seconds} s");
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.That(lockout.IsLocked("c"), Is.False, $"after {seconds} s");
            Fail(lockout, "c", 1);
        }
    }

    [Test]
    public void A_success_clears_the_count()
    {
        var lockout = new Lockout(Options, _time);
        Fail(lockout, "c", 2);
        lockout.Succeeded("c");
        Fail(lockout, "c", 2);
        Assert.That(lockout.IsLocked("c"), Is.False);
    }

    [Test]
    public void Clients_do_not_lock_each_other()
    {
        var lockout = new Lockout(Options, _time);
        Fail(lockout, "c", 3);
        Assert.That(lockout.IsLocked("d"), Is.False);
    }

    [Test]
    public void Attempts_at_once_win_no_extra_guess()
    {
        var lockout = new Lockout(Options, _time);
        var begun = 0;
        Parallel.For(0, 100, _ => Interlocked.Add(ref begun, lockout.TryBegin("c", true) ? 1 : 0));
        Assert.That(begun, Is.EqualTo(3));
    }

    [Test]
    public void Names_without_an_account_are_bounded_and_cannot_flood_out_a_real_one()
    {
        var lockout = new Lockout(Options, _time);
        Fail(lockout, "real", 3);
        for (var i = 0; i < 1000; i++)
        {
            lockout.TryBegin($"ghost{i}", known: false);
        }

        Assert.That(lockout.Count, Is.EqualTo(4));
        Assert.That(lockout.IsLocked("real"), Is.True);
    }

    private static void Fail(Lockout lockout, string client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.That(lockout.TryBegin(client, known: true), Is.True);
        }
    }
}
