namespace Harness.Reporting.Tests;

public sealed class RunResultTests
{
    [Test]
    public void A_record_with_damaged_lines_is_a_result_of_the_others_and_says_so()
    {
        using var run = new TemporaryRun(Runs.Mixed());
        var lines = File.ReadAllLines(run.Record);
        (lines[4], lines[11]) = (lines[4][..20], "\0\0\0");
        File.WriteAllLines(run.Record, lines);
        var result = RunResult.LoadReadable(run.Path);
        Assert.That(result.Scenarios, Has.Count.EqualTo(4));
        Assert.That(result.Problems, Has.Some.Contains("line 5 is no event of a run record").And.Some.Contains("and 1 more lines that could not be read"));
        Assert.That(() => RunResult.Load(run.Path), Throws.TypeOf<RecordException>());
    }

    [Test]
    public void A_record_of_a_newer_schema_is_a_result_of_what_is_known_and_says_so()
    {
        using var run = new TemporaryRun(Runs.Green());
        File.WriteAllText(run.Record, run.Read("run.jsonl").Replace("\"schema\":2", "\"schema\":99", StringComparison.Ordinal));
        Assert.That(RunResult.LoadReadable(run.Record), Has.Property("Verdict").EqualTo(Verdict.Pass).And.Property("Problems").Some.Contains("schema 99"));
    }

    [Test]
    public void A_file_without_an_event_is_no_result()
    {
        using var run = new TemporaryRun([]);
        File.WriteAllText(run.Record, "PK\u0003\u0004\n");
        Assert.That(() => RunResult.LoadReadable(run.Path), Throws.TypeOf<RecordException>().With.Message.Contains("line 1 is no event"));
    }

    [Test]
    public void A_finished_run_is_what_its_scenarios_came_to()
    {
        var result = RunResult.From(Runs.Mixed());
        Assert.That((result.Verdict, result.ExitCode, result.IsComplete), Is.EqualTo((Verdict.Fail, 1, true)));
        Assert.That(result.Counts, Is.EqualTo(new VerdictCounts(1, 1, 1, 1, 0)));
        Assert.That(result.Problems, Is.Empty);
        Assert.That(result.Scenarios[1].Steps.Select(s => s.Status), Is.EqualTo(new[] { "passed", "failed" }));
        Assert.That(result.Faults.Where(f => f.Scenario == result.Scenarios[2].Id).ToList(), Has.Count.EqualTo(2));
        Assert.That(result.Notes.Single(n => n.Scenario == result.Scenarios[3].Id).Text, Is.EqualTo("2 samples"));
        Assert.That(result.Devices.Select(d => d.Device), Is.EqualTo(new[] { "m4", "host" }));
    }

    [Test]
    public void A_record_cut_after_any_event_is_aborted_and_says_so()
    {
        var events = Runs.Mixed();
        for (var n = 0; n < events.Length; n++)
        {
            var result = RunResult.From(events.Take(n));
            Assert.That((result.Verdict, result.ExitCode, result.IsComplete), Is.EqualTo((Verdict.Aborted, 130, false)), $"after {n} events");
            Assert.That(result.Problems[0], Does.Contain("the run was aborted"));
            Assert.That(result.Scenarios.Where(s => !s.IsFinished).Select(s => s.Verdict), Has.All.EqualTo(Verdict.Aborted));
            Assert.That(result.Scenarios.Count + result.NeverStarted, Is.EqualTo(n == 0 ? 0 : 4));
        }
    }

    [Test]
    public void A_scenario_that_was_cut_short_says_after_which_step()
    {
        var cut = RunResult.From(Runs.Mixed().Take(12)).Scenarios[^1];
        Assert.That((cut.Failure!.Phase, cut.Failure.Step), Is.EqualTo(("when", "after: When \"m4\" logs in with another password")));
        Assert.That(cut.Failure.NextCommand, Is.EqualTo($"./harness run {Runs.WrongPassword}"));
    }

    [Test]
    public void A_pass_without_every_selected_scenario_is_no_pass()
    {
        var result = RunResult.From(Runs.Numbered([Runs.Started(2), .. Runs.Green().Skip(1)]));
        Assert.That((result.Verdict, result.ExitCode), Is.EqualTo((Verdict.Aborted, 130)));
        Assert.That(result.Problems, Has.One.Contains("1 of 2 selected scenarios never began"));
    }

    [Test]
    public void A_rig_that_broke_before_any_scenario_stays_a_rig_error()
    {
        var result = RunResult.From(Runs.Numbered([Runs.Started(4), new RunFinished { Verdict = Verdict.RigError, ExitCode = 3 }]));
        Assert.That((result.Verdict, result.ExitCode, result.NeverStarted), Is.EqualTo((Verdict.RigError, 3, 4)));
    }

    [Test]
    public void An_end_that_says_better_than_its_scenarios_is_not_believed()
    {
        var result = RunResult.From(Runs.Numbered([.. Runs.Mixed(finished: false), RunFinished.From(new VerdictCounts(4, 0, 0, 0, 0), 1)]));
        Assert.That((result.Verdict, result.ExitCode), Is.EqualTo((Verdict.Fail, 1)));
        Assert.That(result.Problems, Has.One.Contains("run-finished counts 4 passed").And.One.Contains("are 1 passed, 1 failed"));
    }

    [Test]
    public void Events_that_were_lost_and_kinds_that_are_unknown_are_named()
    {
        var green = Runs.Green();
        var result = RunResult.From([green[0], green[1] with { Seq = 5 }, green[2] with { Seq = 6 }, new UnknownEvent { Kind = "coffee-made", Raw = "{}", Seq = 7 }, green[3] with { Seq = 8 }]);
        Assert.That(result.Problems, Has.One.Contains("3 event(s) between 1 and 5").And.One.Contains("1 event(s) of the unknown kind \"coffee-made\""));
    }

    [Test]
    public void A_board_that_changed_its_firmware_during_the_run_is_named()
    {
        var device = Runs.Device("m4", "serial", "qemu", Provenance.EmulatedInstructions);
        var result = RunResult.From(Runs.Numbered([Runs.Started(0), device, device, device with { Build = "other" }, RunFinished.From(default, 1)]));
        Assert.That(result.Devices.Single().Build, Is.EqualTo("other"));
        Assert.That(result.Problems, Has.Exactly(1).Contains("m4 changed during the run"));
    }

    [Test]
    public void Events_of_a_scenario_whose_start_was_lost_still_count()
    {
        var result = RunResult.From([Runs.Sample("f.feature:1", "seal", 1, ClockKind.Device), Runs.End("f.feature:1", "Late", Verdict.Fail, 1)]);
        Assert.That((result.Scenarios.Single().Name, result.Counts.Failed, result.Timing.Single().N), Is.EqualTo(("f.feature:1", 1, 1)));
    }

    [Test]
    public void A_scenario_that_ran_twice_is_two_results()
    {
        var result = RunResult.From(
        [
            Runs.Begin(Runs.Login, "Login", "Again", 1),
            Runs.End(Runs.Login, "Again", Verdict.Fail, 1),
            Runs.Begin(Runs.Login, "Login", "Again", 2),
            Runs.End(Runs.Login, "Again", Verdict.Pass, 1),
        ]);
        Assert.That(result.Scenarios.Select(s => s.Verdict), Is.EqualTo(new[] { Verdict.Fail, Verdict.Pass }));
    }

    [Test]
    public void Samples_of_another_clock_unit_or_provenance_are_never_mixed()
    {
        var sample = Runs.Sample(Runs.Login, "seal", 1, ClockKind.Device);
        var result = RunResult.From(
        [
            sample, sample with { Value = 3 }, sample with { Clock = ClockKind.Trigger }, sample with { Unit = Unit.Cycles },
            sample with { Provenance = Provenance.Hardware }, sample with { Device = "m4b" }, sample with { Operation = "open" },
        ]);
        Assert.That(result.Timing.Select(t => t.N), Is.EqualTo(new[] { 2, 1, 1, 1, 1, 1 }));
        Assert.That((result.Timing[0].Min, result.Timing[0].P50, result.Timing[0].Max, result.Timing[0].P99), Is.EqualTo((1.0, 2.0, 3.0, (double?)null)));
    }

    [Test]
    public void A_p99_is_given_from_a_thousand_samples_on()
    {
        var samples = Enumerable.Range(1, 1000).Select(i => Runs.Sample(Runs.Login, "seal", i, ClockKind.Device)).ToArray();
        Assert.That(RunResult.From(samples).Timing.Single().P99, Is.EqualTo(990));
        Assert.That(RunResult.From(samples.Skip(1)).Timing.Single().P99, Is.Null);
    }

    [Test]
    public void Scenarios_that_ran_at_once_are_read_in_the_order_of_the_list()
    {
        RunEvent[] events =
        [
            Runs.Started(selected: 3) with { Parallel = 2 },
            Runs.Begin("f:9", "F", "second", 2), Runs.Begin("f:1", "F", "first", 1), Runs.Step("f:9", "When", "it runs"), Runs.Step("f:1", "When", "it sleeps"),
            Runs.End("f:9", "second", Verdict.Pass, 1), Runs.Begin("f:20", "F", "third", 3), Runs.End("f:1", "first", Verdict.Pass, 9), Runs.End("f:20", "third", Verdict.Pass, 1),
        ];
        var result = RunResult.From(events);
        Assert.That(result.Scenarios.Select(s => s.Name), Is.EqualTo(new[] { "first", "second", "third" }));
        Assert.That(result.Scenarios.Select(s => s.Steps.Select(step => step.Text).FirstOrDefault()), Is.EqualTo(new[] { "it sleeps", "it runs", null }));
    }
}
