namespace Harness.Lab.Tests.History;

public sealed class FlakinessTests
{
    private SqliteDatabase _database = null!;
    private HistoryStore _store = null!;
    private int _runs;

    [SetUp]
    public void Begin() => (_store, _runs) = ((_database = new SqliteDatabase()).Open(), 0);

    [TearDown]
    public void End()
    {
        _store.Dispose();
        _database.Dispose();
    }

    [Test]
    public void A_scenario_that_changes_on_one_build_is_flaky_and_one_that_a_build_changed_is_broken()
    {
        Put("b1", Verdict.Pass, Verdict.Pass, Verdict.Pass);
        Put("b1", Verdict.Fail, Verdict.Pass, Verdict.Pass);
        Put("b1", Verdict.Pass, Verdict.Pass, Verdict.Pass);
        Put("b2", Verdict.Pass, Verdict.Fail, Verdict.Pass);
        Put("b2", Verdict.Pass, Verdict.Fail, Verdict.Pass);
        var changed = Flakiness.Find(_store, Run.Start);
        Assert.That(changed.Select(c => (c.Name, c.IsFlaky, c.Passed, c.NotPassed, c.Since)), Is.EqualTo(new[] { ("S 1", true, 2, 1, "r2"), ("S 2", false, 0, 2, "r4") }));
        Assert.That(changed[0].Reason, Is.EqualTo("m4: expected this, saw that"));
    }

    [Test]
    public void Another_firmware_is_another_build()
    {
        Put("b1", "f1", Verdict.Pass);
        Put("b1", "f2", Verdict.Fail);
        Assert.That(Flakiness.Find(_store, Run.Start).Single().IsFlaky, Is.False);
    }

    [Test]
    public void A_broken_rig_an_aborted_run_and_what_never_passed_say_nothing()
    {
        Put("b1", Verdict.Pass, Verdict.Pass, Verdict.Fail);
        Put("b1", Verdict.RigError, Verdict.Aborted, Verdict.Fail);
        Put("b2", Verdict.Pass, Verdict.Pass, Verdict.Fail);
        Assert.That(Flakiness.Find(_store, Run.Start), Is.Empty);
    }

    [Test]
    public void A_scenario_that_was_mended_is_broken_no_longer()
    {
        Put("b1", Verdict.Pass);
        Put("b2", Verdict.Fail);
        Put("b3", Verdict.Pass);
        Assert.That(Flakiness.Find(_store, Run.Start), Is.Empty);
    }

    private void Put(string build, params Verdict[] verdicts) => Put(build, "f1", verdicts);

    private void Put(string build, string firmware, params Verdict[] verdicts)
    {
        _runs++;
        Run.Put(_store, Run.Of($"r{_runs}", Run.Start.AddHours(_runs), verdicts, build: build, firmware: firmware));
    }
}
