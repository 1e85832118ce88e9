namespace Harness.Sessions.Tests;

public sealed class EarlyWrapsTests
{
    private static readonly byte[] _first = [1], _second = [2];

    [Test]
    public void The_latest_wrap_waits_until_the_login_ended_and_later_ones_do_not()
    {
        var early = new EarlyWraps(underWay: true);
        Assert.That(early.TryKeep(_first) && early.TryKeep(_second), Is.True);
        Assert.That(early.Next()!.Value.ToArray(), Is.EqualTo(_second));
        Assert.That(early.TryKeep(_first), Is.True, "one that comes while the first is taken queues behind it");
        Assert.That(early.Next()!.Value.ToArray(), Is.EqualTo(_first));
        Assert.That(early.Next(), Is.Null);
        Assert.That(early.TryKeep(_second), Is.False);
        early.Begin();
        Assert.That(early.Begin, Throws.InvalidOperationException, "one at a time");
        Assert.That(early.Next(), Is.Null, "one that was not kept is not given");
        early.Begin();
        Assert.That(early.TryKeep(_second), Is.True);
    }
}
