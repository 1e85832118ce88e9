namespace Harness.Sessions.Tests;

public sealed class EarlyWrapsTests
{
    private static readonly byte[] Old = [1], New = [2];

    [Test]
    public void The_latest_wrap_waits_until_the_login_ended_and_later_ones_do_not()
    {
        var early = new EarlyWraps(underWay: true);
        Assert.That(early.TryKeep(Old) && early.TryKeep(New), Is.True);
        Assert.That(early.Next()!.Value.Wrap.ToArray(), Is.EqualTo(New));
        Assert.That(early.TryKeep(Old), Is.True, "one that comes while the first is taken queues behind it");
        Assert.That(early.Next()!.Value.Wrap.ToArray(), Is.EqualTo(Old));
        Assert.That(early.Next(), Is.Null);
        Assert.That(early.TryKeep(New), Is.False);
    }

    [TestCase(false, true, false)]
    [TestCase(true, true, true)]
    [TestCase(true, false, false)]
    public void Only_one_that_came_before_an_answer_of_a_re_authentication_may_be_old(bool again, bool answerAfter, bool mayBeOld)
    {
        var early = new EarlyWraps(underWay: !again);
        if (again)
        {
            early.BeginAgain();
            early.AnswerCame();
        }

        early.TryKeep(Old);
        if (answerAfter)
        {
            early.AnswerCame();
        }

        Assert.That(early.Next()!.Value.MayBeOld, Is.EqualTo(mayBeOld));
    }
}
