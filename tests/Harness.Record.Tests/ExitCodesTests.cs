namespace Harness.Record.Tests;

public sealed class ExitCodesTests
{
    // passed, failed, inconclusive, rig errors, aborted
    [TestCase(0, 0, 0, 0, 0, 0)]
    [TestCase(9, 0, 0, 0, 0, 0)]
    [TestCase(9, 0, 1, 0, 0, 4)]
    [TestCase(9, 0, 1, 1, 0, 3)]
    [TestCase(9, 1, 1, 1, 0, 1)]
    [TestCase(9, 1, 1, 1, 1, 130)]
    [TestCase(0, 1, 0, 5, 0, 1)]
    public void The_worst_verdict_decides(int passed, int failed, int inconclusive, int rig, int aborted, int code) =>
        Assert.That(ExitCodes.From(new VerdictCounts(passed, failed, inconclusive, rig, aborted)), Is.EqualTo(code));

    [Test]
    public void Verdicts_are_counted_each_in_its_place() => Assert.That(
        VerdictCounts.Of([Verdict.Pass, Verdict.Fail, Verdict.Pass, Verdict.Aborted, Verdict.RigError, Verdict.Inconclusive]),
        Is.EqualTo(new VerdictCounts(2, 1, 1, 1, 1)));

    [Test]
    public void A_finished_run_states_its_counts_verdict_and_code()
    {
        var finished = RunFinished.From(new VerdictCounts(5, 0, 1, 2, 0), 30);
        Assert.That(finished.Verdict, Is.EqualTo(Verdict.RigError));
        Assert.That(finished.ExitCode, Is.EqualTo(3));
        Assert.That((finished.Passed, finished.Failed, finished.Inconclusive, finished.RigErrors, finished.Aborted), Is.EqualTo((5, 0, 1, 2, 0)));
    }
}
