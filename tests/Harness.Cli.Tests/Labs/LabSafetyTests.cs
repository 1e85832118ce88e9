using Harness.Bench.Devices;
using Harness.Cli.Commands.Labs;

namespace Harness.Cli.Tests.Labs;

/// <summary>A job that ends before its run does: its devices are safe, nothing of it is left, and the next run has its board.</summary>
[NonParallelizable]
[Category("Long")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LabSafetyTests
{
    private const string WithoutPower = """
        Feature: A night

          Scenario: A minute without power
            Given a broker with enhanced authentication
            And board is enrolled at the broker on group p256
            When board logs in
            And the power of board is cut for 60000 ms
            Then the login succeeds
        """;

    private HarnessProcess _board = null!;
    private string _port = "";
    private SlurmLab _lab = null!;

    [SetUp]
    public async Task StartBoard()
    {
        _board = HarnessProcess.StartProgram("/", Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "posix"));
        _port = (await _board.WaitForAsync("/dev/pts/")).Trim();
    }

    [TearDown]
    public async Task End()
    {
        await (_lab?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _board.DisposeAsync();
    }

    [Test]
    public async Task A_cancelled_run_ends_as_aborted_with_its_power_on_and_its_board_free()
    {
        var run = await StartWithoutPowerAsync();
        var cancelled = await _lab.TypeAsync("cancel", "LAST");
        Assert.That(cancelled.ExitCode, Is.Zero, cancelled.ToString());
        await _lab.UntilEndedAsync(run);
        var end = run.Run.Attempts().Single().Finished;
        Assert.That((end?.Verdict, end?.ExitCode), Is.EqualTo((Verdict.Aborted, ExitCodes.Aborted)), File.ReadAllText(run.Run.Error));
        await SafeAsync(run);
        Assert.That((await _lab.TypeAsync("show", "LAST")).Stdout, Does.Contain("attempt 1 on pi1: aborted"));
    }

    [Test]
    public async Task A_job_of_which_everything_is_killed_leaves_its_power_on_and_its_board_to_the_next_run()
    {
        var run = await StartWithoutPowerAsync();

        // The run's own guard of the power too: only the epilog is left.
        var all = JobProcesses.All(run);
        Assert.That(all, Has.Count.GreaterThanOrEqualTo(3), "the job's script, the run, the guard of its power");
        foreach (var process in all)
        {
            Processes.Signal(process, Processes.Kill);
        }

        await _lab.UntilEndedAsync(run);
        await SafeAsync(run);
        var next = _lab.Submit(_lab.Feature("board.feature", WorkFolder.PassingBoard));
        await _lab.UntilEndedAsync(next);
        Assert.That(next.Run.Result()?.Finished?.Verdict, Is.EqualTo(Verdict.Pass), File.ReadAllText(next.Run.Error));
    }

    private string Power => _lab["power"];

    private async Task<SubmittedRun> StartWithoutPowerAsync()
    {
        _lab = await SlurmLab.StartAsync([SlurmLab.RealBoard(1, _port, "power")]);
        var run = _lab.Submit(_lab.Feature("night.feature", WithoutPower));
        await _lab.UntilRunsAsync(run);
        await _lab.UntilAsync(() => Switched().SequenceEqual(["off", "on", "off"]), "the prolog cycled its power, and the scenario cut it");
        return run;
    }

    private async Task SafeAsync(SubmittedRun run)
    {
        await _lab.UntilFreeAsync();
        Assert.That(Switched()[^1], Is.EqualTo("on"));
        Assert.That(DeviceLock.HolderOf(_port), Is.Null);
        Assert.That(JobProcesses.All(run), Is.Empty);
    }

    private string[] Switched() => File.Exists(Power) ? File.ReadAllLines(Power) : [];
}
