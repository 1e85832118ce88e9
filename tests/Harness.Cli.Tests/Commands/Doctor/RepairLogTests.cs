using Harness.Cli.Commands.Doctor;

namespace Harness.Cli.Tests.Commands.Doctor;

/// <summary><c>doctor --fix</c> and <c>--undo</c>.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RepairLogTests : WorkFolderTests
{
    private readonly List<string> _told = [];

    [Test]
    public void A_repair_is_made_after_asking_and_taken_back()
    {
        var (log, finding) = Prepare();
        Assert.That(log.Fix([finding], question => question.Contains("Write 1 to", StringComparison.Ordinal), File.WriteAllText, _told.Add), Is.EqualTo(2));
        Assert.That((Read("a"), Read("b")), Is.EqualTo(("1", "1")));
        Assert.That(new RepairLog(_work["state"]).Undo(File.WriteAllText, _told.Add), Is.EqualTo(2));
        Assert.That((Read("a"), Read("b"), log.HasEntries), Is.EqualTo(("16", "8", false)));
    }

    [Test]
    public void A_repair_that_is_not_agreed_to_is_left_out()
    {
        var (log, finding) = Prepare();
        Assert.That(log.Fix([finding, Finding.Warning("x", "y", "z")], _ => false, File.WriteAllText, _told.Add), Is.Zero);
        Assert.That((Read("a"), log.HasEntries, _told), Is.EqualTo(("16", false, new[] { "left as it is: latency" })));
    }

    [Test]
    public void A_value_that_is_right_by_now_is_neither_written_nor_noted()
    {
        var (log, finding) = Prepare();
        _work.Write("a", "1\n");
        var written = new List<string>();
        Assert.That(log.Fix([finding], _ => true, (file, _) => written.Add(file), _told.Add), Is.EqualTo(1));
        Assert.That(written, Is.EqualTo(new[] { _work["b"] }));
        Assert.That(_told[0], Is.EqualTo($"{_work["a"]}: is 1 by now"));
    }

    [Test]
    public void A_value_that_somebody_changed_since_is_not_undone()
    {
        var (log, finding) = Prepare();
        log.Fix([finding], _ => true, File.WriteAllText, _told.Add);
        _work.Write("a", "4");
        Assert.That(log.Undo(File.WriteAllText, _told.Add), Is.EqualTo(1));
        Assert.That((Read("a"), Read("b")), Is.EqualTo(("4", "8")));
        Assert.That(_told[^1], Does.Contain("is 4 by now, not 1: left as it is"));
    }

    [TestCase("{\"File\":\"/sys/x\",\"Bef")]
    [TestCase("{\"File\":\"/sys/x\",\"Before\":\"16\"")]
    [TestCase("null")]
    [TestCase("{}")]
    public void Half_a_line_that_a_crash_left_costs_no_other_repair(string half)
    {
        var (log, finding) = Prepare();
        _work.Write("state/doctor-undo.jsonl", half);
        Assert.That(log.Fix([finding], _ => true, File.WriteAllText, _told.Add), Is.EqualTo(2));
        Assert.That(log.Undo(File.WriteAllText, _told.Add), Is.EqualTo(2));
        Assert.That((Read("a"), Read("b"), log.HasEntries), Is.EqualTo(("16", "8", false)));
    }

    [Test]
    public async Task Without_a_repair_to_take_back_undo_says_so()
    {
        using var typed = new TypedCommand();
        var ended = await typed.RunAsync("doctor", "--fix", "--undo");
        Assert.That((ended.ExitCode, ended.Stderr.Contains("opposites", StringComparison.Ordinal)), Is.EqualTo((2, true)), ended.ToString());
    }

    private (RepairLog Log, Finding Finding) Prepare()
    {
        _work.Write("a", "16\n");
        _work.Write("b", "8\n");
        return (new RepairLog(_work["state"]), Finding.Warning("latency", "16 ms", "echo") with { Repairs = [new Repair(_work["a"], "1"), new Repair(_work["b"], "1")] });
    }

    private string Read(string file) => File.ReadAllText(_work[file]).Trim();
}
