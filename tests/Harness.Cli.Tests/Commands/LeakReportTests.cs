using Harness.Cli.Commands.Measuring;
using Harness.Timing.Leaks;

namespace Harness.Cli.Tests.Commands;

/// <summary>The table of all subjects of a device, and its overall verdict.</summary>
public sealed class LeakReportTests
{
    private static readonly LeakRow Equal = Ran("equal-one", [9, 9]);
    private static readonly LeakRow Leak = Ran("leaky-one", [9, 8]);
    private static readonly LeakRow Undecided = Ran("short-one", [9]);
    private static readonly LeakRow Absent = new(Entry("absent-one"), null, "no trigger", null);
    private static readonly LeakRow Broken = new(Entry("broken-one"), null, "silent", Verdict.RigError);
    private static readonly LeakRow Wrong = new(Entry("wrong-one"), null, "took a wrong tag", Verdict.Fail);

    [Test]
    public void A_leak_counts_more_than_a_broken_rig_and_that_more_than_an_undecided_subject()
    {
        Assert.That(LeakReport.VerdictOf([Equal, Absent]), Is.EqualTo(Verdict.Pass));
        Assert.That(LeakReport.VerdictOf([Equal, Undecided, Absent]), Is.EqualTo(Verdict.Inconclusive));
        Assert.That(LeakReport.VerdictOf([Undecided, Broken]), Is.EqualTo(Verdict.RigError));
        Assert.That(LeakReport.VerdictOf([Broken, Leak, Undecided]), Is.EqualTo(Verdict.Fail));
        Assert.That(LeakReport.VerdictOf([Absent]), Is.EqualTo(Verdict.Inconclusive), "nothing was judged");
    }

    [Test]
    public void The_last_line_names_what_is_not_well()
    {
        Assert.That(LeakReport.Sum("m4", [Equal, Equal], 2), Is.EqualTo("m4: 2 of 2 subjects tell nothing"));
        Assert.That(
            LeakReport.Sum("m4", [Equal, Leak, Wrong, Undecided, Absent, Broken], 7),
            Is.EqualTo("m4: 1 of 7 subjects tell nothing, 1 LEAK (leaky-one), 1 failed (wrong-one), 1 ended by the rig (broken-one), 1 undecided (short-one), 1 not here, 1 not run"));
    }

    [Test]
    public void Each_row_says_verdict_samples_and_why()
    {
        Assert.That(LeakReport.Lines(Leak), Does.StartWith("leaky-one ").And.Contain(" LEAK ").And.Contain(" 2  LEAK, definitely: 9 cycles"));
        Assert.That(LeakReport.Lines(Absent), Does.Contain(" not here ").And.EndsWith("no trigger"));
        Assert.That(LeakReport.Lines(Broken), Does.Contain(" rig-error ").And.EndsWith("silent"));
        var steps = LeakReport.Lines(Ran("two", [9, 9], "X to Y", "V_C to refusal")).Split(Environment.NewLine);
        Assert.That((steps[0].Contains("X to Y: equal", StringComparison.Ordinal), steps[1].StartsWith("    ", StringComparison.Ordinal)), Is.EqualTo((true, true)));
    }

    private static LeakEntry Entry(string name) => new(name, "one; another", LeakCost.Cipher);

    private static LeakRow Ran(string name, double[] second, params string[] steps)
    {
        double[] same = [.. second.Select(_ => 9.0)];
        var samples = new LeakSamples(new LeakDurations(same, second, same), Unit.Cycles, ClockKind.Device, Provenance.EmulatedCycles, null);
        var judged = (steps.Length == 0 ? [""] : steps).Select(step => new LeakStep(step, samples, LeakTest.Judge(samples)));
        return new(Entry(name), new LeakResult(new LeakRequest("m4", name), "m4", Entry(name), second.Length, [.. judged], []), null, null);
    }
}
