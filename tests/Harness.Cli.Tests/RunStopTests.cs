namespace Harness.Cli.Tests;

/// <summary>Runs that end early in any way: no emulator survives, and the record tells the reason.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunStopTests : WorkFolderTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    [TestCase("rigs/posix.yaml", Processes.Interrupt)]
    [TestCase("rigs/posix.yaml", Processes.Terminate)]
    [TestCase("rigs/sim.yaml", Processes.Interrupt)]
    public async Task One_signal_ends_the_run_as_aborted_with_130_and_a_whole_record(string rig, int signal)
    {
        await using var run = await StartedAsync(rig);
        var board = Board(run);
        run.Signal(signal);
        var ended = await run.EndAsync();
        Assert.That(ended.ExitCode, Is.EqualTo(130), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("stopping"));
        Assert.That(board.Select(process => Processes.HasEndedWithin(process, Soon)), Is.All.True);

        var events = _work.Record("r");
        Assert.That(events[^1], Is.TypeOf<RunFinished>().With.Property("Verdict").EqualTo(Verdict.Aborted).And.Property("Aborted").EqualTo(1));
        Assert.That(((RunStarted)events[0]).Selected, Is.EqualTo(2), "the scenario that never began is known by its absence");
        Assert.That(events.OfType<ScenarioFinished>().Single().Verdict, Is.EqualTo(Verdict.Aborted));
        Assert.That(ended.Stdout, Does.Contain("aborted"));
        Assert.That(File.Exists(_work["r/junit.xml"]) && File.Exists(_work["r/summary.md"]));
    }

    [Test]
    public async Task A_signal_ends_every_scenario_under_way()
    {
        _work.Write("one.feature", WorkFolder.LongBoard);
        _work.Write("two.feature", WorkFolder.LongBoard.Replace(" board ", " second board ", StringComparison.Ordinal));
        await using var run = HarnessProcess.Start(_work.Path, "run", "one.feature:3", "two.feature:3", "--rig", "rigs/posix.yaml", "--parallel", "2", "--out", "r");
        await run.WaitForAsync("p2: posix");
        run.Signal(Processes.Interrupt);
        var ended = await run.EndAsync();
        Assert.That(ended.ExitCode, Is.EqualTo(130), ended.ToString());
        var events = _work.Record("r");
        Assert.That(events.OfType<ScenarioFinished>().Select(s => s.Verdict), Is.EqualTo(new[] { Verdict.Aborted, Verdict.Aborted }), ended.ToString());
        Assert.That(((RunStarted)events[0]).Parallel, Is.EqualTo(2));
        Assert.That(Processes.Below(run.Id), Is.Empty);
    }

    [Test]
    public async Task A_second_signal_ends_the_program_at_once()
    {
        // A suspended leash delays the clean end for seconds: the harness waits for it before it kills it.
        await using var run = await StartedAsync("rigs/posix.yaml");
        var board = Board(run);
        Processes.Signal(board[0], Processes.Stop);
        run.Signal(Processes.Interrupt);
        await run.WaitForAsync("once more to stop at once");
        run.Signal(Processes.Interrupt);
        Assert.That(Processes.HasEndedWithin(run.Id, Soon));
        Assert.That(_work.Record("r").OfType<RunFinished>(), Is.Empty, "this was no clean end");
        Processes.Signal(board[0], Processes.Continue);
        Assert.That(board.Select(process => Processes.HasEndedWithin(process, Soon)), Is.All.True);
        Assert.That((await run.EndAsync()).ExitCode, Is.EqualTo(130));
    }

    [TestCase("rigs/posix.yaml")]
    [TestCase("rigs/sim.yaml")]
    public async Task After_kill_9_the_record_is_whole_up_to_its_last_line_and_the_board_ends_by_itself(string rig)
    {
        await using var run = await StartedAsync(rig);
        var board = Board(run);
        run.Signal(Processes.Kill);
        Assert.That(Processes.HasEndedWithin(run.Id, Soon));
        Assert.That(board.Select(process => Processes.HasEndedWithin(process, Soon)), Is.All.True, "emulator and leash end without the harness");

        var text = File.ReadAllText(_work["r/run.jsonl"]);
        var events = _work.Record("r");
        Assert.That(text, Does.EndWith("\n"), "each event is one write");
        Assert.That(events, Has.Count.EqualTo(text.Count(c => c == '\n')));
        Assert.That(events.Select(e => e.Seq), Is.EqualTo(Enumerable.Range(1, events.Count).Select(i => (long)i)), "nothing is missing");
        Assert.That(events.OfType<DeviceReady>().Select(d => d.Device), Is.Not.Empty);
        Assert.That(events.OfType<RunFinished>(), Is.Empty);
    }

    [Test]
    public async Task A_board_that_is_killed_during_a_run_is_a_broken_rig()
    {
        await using var run = await StartedAsync("rigs/posix.yaml");
        Processes.Signal(Board(run)[^1], Processes.Kill);
        var ended = await run.EndAsync();
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        var scenarios = _work.Record("r").OfType<ScenarioFinished>().ToList();
        Assert.That(scenarios[0].Verdict, Is.EqualTo(Verdict.RigError));
        Assert.That(scenarios[1].Verdict, Is.EqualTo(Verdict.Pass), "the next scenario goes on");
    }

    [Test]
    public async Task A_closed_pipe_ends_the_emulated_board()
    {
        // The same as `harness run | head -1`.
        _work.Write("long.feature", WorkFolder.LongBoard);
        var pid = _work["pid"];
        await using var shell = HarnessProcess.StartProgram(
            _work.Path, "bash", "-c", $"{{ echo $BASHPID > '{pid}'; exec dotnet '{HarnessProcess.Program}' run long.feature --rig '{WorkFolder.Posix}' --timeout 5 --out r; }} | head -1");
        var ended = await shell.EndAsync();
        Assert.That(ended.Stdout, Does.StartWith("posix  2 scenarios"));
        Assert.That(Processes.HasEndedWithin(int.Parse(File.ReadAllText(pid), System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromSeconds(60)));
        Assert.That(_work.Record("r"), Is.Not.Empty);
    }

    [Test]
    public async Task A_scenario_over_its_time_limit_is_a_broken_rig_never_a_pass()
    {
        _work.Write("long.feature", WorkFolder.LongBoard);
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", "long.feature:3", "--rig", WorkFolder.Posix, "--timeout", "1", "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(_work.Record("r").OfType<ScenarioFinished>().Single().Failure!.Expected, Does.Contain("within 1 s"));
    }

    private async Task<HarnessProcess> StartedAsync(string rig)
    {
        _work.Write("long.feature", WorkFolder.LongBoard);
        var run = HarnessProcess.Start(_work.Path, "run", "long.feature", "--rig", rig, "--parallel", "1", "--out", "r");
        try
        {
            await run.WaitForAsync(rig.Contains("sim", StringComparison.Ordinal) ? "m4: qemu" : "p1: posix");
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gets the process ids of leash and emulator, the parent first.</summary>
    private static int[] Board(HarnessProcess run)
    {
        var below = Processes.Below(run.Id);
        Assert.That(below, Has.Count.EqualTo(2), "a leash and an emulator run below the harness");
        return [.. below.Select(process => process.Id)];
    }
}
