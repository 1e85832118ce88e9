using Harness.Brokers.Load;
using Microsoft.Extensions.Time.Testing;

namespace Harness.Brokers.Tests.Load;

/// <summary>The time before what counts.</summary>
internal sealed class WarmUpTests
{
    private static readonly WarmUp _upToEight = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8));
    private readonly FakeTimeProvider _time = new();
    private long _compiled = 1000;

    [Test]
    public void None_is_over_at_once() => Assert.That(Begin(WarmUp.None)(), Is.True);

    [Test]
    public void It_takes_the_least_time_where_nothing_is_compiled()
    {
        var isOver = Begin(_upToEight);
        Assert.That(Ask(isOver, 1999), Is.False);
        Assert.That(Ask(isOver, 1), Is.True);
    }

    [Test]
    public void It_goes_on_until_half_a_second_after_the_last_method_was_compiled()
    {
        var isOver = Begin(_upToEight);
        Assert.That(Ask(isOver, 2900), Is.True);

        isOver = Begin(_upToEight);
        _time.Advance(TimeSpan.FromMilliseconds(1900));
        _compiled++;
        Assert.That(Ask(isOver, 0), Is.False);
        Assert.That(Ask(isOver, 499), Is.False);
        _compiled++;
        Assert.That(Ask(isOver, 0), Is.False);
        Assert.That(Ask(isOver, 499), Is.False);
        Assert.That(Ask(isOver, 1), Is.True);
    }

    [Test]
    public void It_ends_although_methods_are_compiled_all_the_time()
    {
        var isOver = Begin(_upToEight);
        var asked = 0;
        while (!Ask(isOver, 100))
        {
            _compiled++;
            asked++;
        }

        Assert.That(asked, Is.EqualTo(79));
    }

    private Func<bool> Begin(WarmUp warmUp) => warmUp.Begin(_time, () => _compiled);

    private bool Ask(Func<bool> isOver, int after)
    {
        _time.Advance(TimeSpan.FromMilliseconds(after));
        return isOver();
    }
}
