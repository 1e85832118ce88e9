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

    // An unjudgeable scenario ranks after a failure of the device and before a broken rig.
    [TestCase(9, 0, 0, 0, 0, 2)]
    [TestCase(9, 0, 1, 1, 0, 2)]
    [TestCase(9, 1, 1, 1, 0, 1)]
    [TestCase(9, 1, 1, 1, 1, 130)]
    public void One_that_is_unjudgeable_decides_unless_something_failed(int passed, int failed, int inconclusive, int rig, int aborted, int code) =>
        Assert.That(ExitCodes.From(new VerdictCounts(passed, failed, inconclusive, rig, aborted, 1)), Is.EqualTo(code));

    [Test]
    public void Verdicts_are_counted_each_in_its_place() => Assert.That(
        VerdictCounts.Of([Verdict.Pass, Verdict.Fail, Verdict.Pass, Verdict.Aborted, Verdict.RigError, Verdict.Inconclusive, Verdict.Unjudgeable, Verdict.Unjudgeable]),
        Is.EqualTo(new VerdictCounts(2, 1, 1, 1, 1, 2)).And.Property("Total").EqualTo(8));

    [Test]
    public void Every_verdict_has_a_count_a_word_and_an_exit_status_of_its_own()
    {
        var all = Enum.GetValues<Verdict>();
        Assert.That(all.Select(ExitCodes.From), Is.Unique);
        Assert.That(all.Select(v => default(VerdictCounts).Plus(v)), Is.Unique);
        Assert.That(all.Select(v => default(VerdictCounts).Plus(v).Verdict), Is.EqualTo(all));
        Assert.That(Verdict.Unjudgeable.Word(), Is.EqualTo("unjudgeable"));
    }

    [Test]
    public void A_finished_run_states_its_counts_verdict_and_code()
    {
        Assert.That(RunFinished.From(new VerdictCounts(5, 0, 1, 2, 0, 4), 30), Has.Property("Unjudgeable").EqualTo(4).And.Property("ExitCode").EqualTo(2));
        var finished = RunFinished.From(new VerdictCounts(5, 0, 1, 2, 0), 30);
        Assert.That(finished.Verdict, Is.EqualTo(Verdict.RigError));
        Assert.That(finished.ExitCode, Is.EqualTo(3));
        Assert.That((finished.Passed, finished.Failed, finished.Inconclusive, finished.RigErrors, finished.Aborted), Is.EqualTo((5, 0, 1, 2, 0)));
    }
}
