namespace Harness.Sessions.Tests.Login;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LockoutTests
{
    private static readonly LockoutOptions Options = new(3, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), 4);

    private static readonly ClientNumber C = new(0, ~0, 7);
    private static readonly ClientNumber D = new(1, ~0, 7);

    private readonly FakeTimeProvider _time = new();
    private readonly Lockout _lockout;

    public LockoutTests() => _lockout = new Lockout(Options, _time);

    [Test]
    public void The_failures_allowed_lock_and_time_unlocks()
    {
        Fail(_lockout, C, 3);
        Assert.That(_lockout.Locked(C), Is.EqualTo(~0));
        Assert.That(_lockout.Begin(C), Is.Zero);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(_lockout.Locked(C), Is.Zero);
    }

    [Test]
    public void One_failure_fewer_does_not_lock()
    {
        Fail(_lockout, C, 2);
        Assert.That(_lockout.Locked(C), Is.Zero);
    }

    [Test]
    public void Each_further_failure_doubles_the_delay_up_to_the_longest()
    {
        Fail(_lockout, C, 3);
        foreach (var seconds in new[] { 10, 20, 40, 60, 60 })
        {
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.That(_lockout.Locked(C), Is.EqualTo(~0), $"just before {seconds} s");
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.That(_lockout.Locked(C), Is.Zero, $"after {seconds} s");
            Fail(_lockout, C, 1);
        }
    }

    [Test]
    public void A_success_clears_the_count()
    {
        Fail(_lockout, C, 2);
        _lockout.Succeeded(C);
        Fail(_lockout, C, 2);
        Assert.That(_lockout.Locked(C), Is.Zero);
    }

    [Test]
    public void Clients_do_not_lock_each_other()
    {
        Fail(_lockout, C, 3);
        Assert.That(_lockout.Locked(D), Is.Zero);
    }

    [Test]
    public void Concurrent_attempts_gain_no_extra_guess()
    {
        var begun = 0;
        Parallel.For(0, 100, _ => Interlocked.Add(ref begun, _lockout.Begin(C) & 1));
        Assert.That(begun, Is.EqualTo(3));
    }

    [Test]
    public void Names_without_an_account_touch_no_client_s_count_and_take_no_memory()
    {
        Fail(_lockout, C, 2);
        _lockout.Begin(Nobody(0)); // what grows once has grown
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++)
        {
            _lockout.Begin(Nobody(i));
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1000));
        Assert.That(_lockout.Locked(C), Is.Zero);
        Assert.That(_lockout.Locked(D), Is.Zero);
        Fail(_lockout, C, 1);
        Assert.That(_lockout.Locked(C), Is.EqualTo(~0));
    }

    [Test]
    public void Names_without_an_account_are_counted_and_locked_like_clients()
    {
        Fail(_lockout, Nobody(5), 3);
        Assert.That(_lockout.Locked(Nobody(5)), Is.EqualTo(~0));
        Assert.That(_lockout.Begin(Nobody(5)), Is.Zero);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(_lockout.Begin(Nobody(5)), Is.EqualTo(~0));
    }

    [Test]
    public void A_count_is_forgotten_after_twice_the_longest_delay()
    {
        Fail(_lockout, C, 2);
        _time.Advance(TimeSpan.FromSeconds(120));
        Fail(_lockout, C, 1);
        Assert.That(_lockout.Locked(C), Is.EqualTo(~0), "not a tick before");

        Fail(_lockout, D, 2);
        _time.Advance(TimeSpan.FromSeconds(120) + TimeSpan.FromTicks(1));
        Fail(_lockout, D, 2);
        Assert.That(_lockout.Locked(D), Is.Zero);
    }

    [Test]
    public void There_are_counters_for_more_clients_than_names()
    {
        Fail(_lockout, C, 3);
        var late = new ClientNumber(1000, ~0, 7);
        Fail(_lockout, late, 3);
        Assert.That(_lockout.Locked(late), Is.EqualTo(~0));
        Assert.That(_lockout.Locked(C), Is.EqualTo(~0), "growing forgets nothing");
        Assert.That(Enumerable.Range(1, 3000).Count(own => _lockout.Locked(new ClientNumber(own, ~0, 7)) != 0), Is.EqualTo(1), "nor gives a client another's count");
        Assert.That(_lockout.Locked(new ClientNumber(999, ~0, 7)), Is.Zero);
    }

    [Test]
    public void The_longest_delays_do_not_overflow()
    {
        var lockout = new Lockout(new LockoutOptions(1, TimeSpan.FromDays(30), TimeSpan.FromDays(365), 4), _time);
        for (var i = 0; i < 40; i++)
        {
            Assert.That(lockout.Begin(C), Is.EqualTo(~0));
            Assert.That(lockout.Locked(C), Is.EqualTo(~0));
            _time.Advance(TimeSpan.FromDays(365));
        }
    }

    private static ClientNumber Nobody(int hash) => new(0, 0, hash);

    private static void Fail(Lockout lockout, ClientNumber client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.That(lockout.Begin(client), Is.EqualTo(~0));
        }
    }
}
