namespace Harness.Cli.Tests.Labs;

/// <summary>Jobs whose own shell is killed, so that nothing of the job says that its rig broke: each run is executed again, or its end is told.</summary>
[NonParallelizable]
[Category("Long")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LabShellTests
{
    private static readonly string _long = LabFaultTests.Logins.Replace("300", "1000000", StringComparison.Ordinal);

    private SlurmLab _lab = null!;

    [TearDown]
    public async Task End() => await (_lab?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Test]
    public async Task A_run_whose_shell_is_killed_begins_again_on_another_rig_and_has_one_result()
    {
        await StartAsync(2);
        var run = _lab.Submit(_lab.Feature("logins.feature", LabFaultTests.Logins));
        var first = await _lab.UntilRunsAsync(run);
        Processes.Signal(JobProcesses.Shell(run), Processes.Kill);
        var second = await _lab.UntilRunsAsync(run, attempt: 2);
        await _lab.UntilEndedAsync(run);
        var result = _lab.Results(run).Single();
        Assert.That((result.Attempt, result.Verdict, result.Host), Is.EqualTo((2, Verdict.Pass, second)));
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(run.Run.BrokenHosts(), Is.EqualTo(new[] { first }));
    }

    [Test]
    public async Task A_run_whose_shell_is_killed_on_two_rigs_is_held()
    {
        await StartAsync(3);
        var run = _lab.Submit(_lab.Feature("logins.feature", _long));
        foreach (var attempt in (int[])[1, 2])
        {
            await _lab.UntilRunsAsync(run, attempt);
            Processes.Signal(JobProcesses.Shell(run), Processes.Kill);
        }

        await _lab.UntilAsync(() => _lab.Job(run) is { IsHeld: true }, "it is held");
        Assert.That(run.Run.BrokenHosts(), Has.Count.EqualTo(2).And.Unique);
        var shown = await _lab.TypeAsync("show", "LAST");
        Assert.That(shown.Stdout, Does.Contain("held: it broke two rigs").And.Contain($"scontrol release {run.Job}"), shown.ToString());
    }

    [Test]
    public async Task A_run_whose_shell_is_killed_is_told_as_killed_where_no_other_rig_fits()
    {
        await StartAsync(1);
        _lab.Feature("logins.feature", _long);
        var waiting = _lab.TypeAsync("run", "logins.feature");
        await _lab.UntilAsync(() => Directory.Exists(_lab.Lab.Plan.Runs) && Directory.EnumerateDirectories(_lab.Lab.Plan.Runs).Any(folder => new LabRun(folder).Attempts() is [{ Started: not null }]), "it begins");
        var found = new LabRun(Directory.EnumerateDirectories(_lab.Lab.Plan.Runs).Single());
        Processes.Signal(JobProcesses.Shell(new Harness.Cli.Commands.Labs.SubmittedRun(found, found.Order()!, found.Job()!.Value)), Processes.Kill);
        var ended = await waiting;
        Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.RigBroken), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("killed; next: ./harness lab show"));
        Assert.That(found.BrokenHosts(), Is.EqualTo(new[] { "pi1" }));
    }

    private async Task StartAsync(int rigs) => _lab = await SlurmLab.StartAsync([.. Enumerable.Range(1, rigs).Select(number => SlurmLab.OneBoard(number))]);
}
