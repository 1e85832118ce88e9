namespace Harness.Cli.Tests.Labs;

/// <summary>The lab under faults: whatever is killed or frozen, each run has one result.</summary>
[NonParallelizable]
[Category("Long")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LabFaultTests
{
    internal const string Logins = """
        Feature: Logins

          Scenario: Many logins
            Given a broker with enhanced authentication
            And board is enrolled at the broker on group p256
            When board logs in 300 times
            Then the login succeeds
        """;

    private const string TwoBoards = """
        Feature: Two boards

          Scenario: Both log in
            Given a broker with enhanced authentication
            And board is enrolled at the broker on group p256
            And second board is enrolled at the broker on group p256
            When board logs in
            Then the login succeeds
            When second board logs in
            Then the login succeeds
        """;

    private SlurmLab _lab = null!;

    [TearDown]
    public async Task End() => await (_lab?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Test]
    public async Task Two_boards_are_taken_at_once_or_not_at_all_and_a_held_board_is_waited_for()
    {
        await StartAsync(1);
        var holder = _lab.Submit(_lab.Feature("logins.feature", Logins));
        await _lab.UntilRunsAsync(holder);
        var both = _lab.Submit(_lab.Feature("both.feature", TwoBoards));
        await _lab.UntilAsync(() => _lab.Job(both) is { Reason: "Resources" }, "the second run waits for its boards");
        Assert.That(SlurmClient.Boards(_lab.Slurm.Run("scontrol", ["show", "job", "-d", "-o", $"{both.Job}"]).Output), Is.Empty, "not one of two is held");
        var listed = await _lab.TypeAsync("list");
        Assert.That(listed.Stdout, Does.Contain("board:posix:2 is taken").And.Contain("runs on pi1"), listed.ToString());
        await _lab.UntilEndedAsync(both);
        Assert.That(_lab.Results(holder, both).Select(r => r.Verdict), Is.EqualTo(new[] { Verdict.Pass, Verdict.Pass }));
        Assert.That(await File.ReadAllTextAsync(both.Run.Error), Does.Contain("boards p1, p2"));
    }

    [Test]
    public async Task A_run_that_is_killed_begins_again_on_another_rig()
    {
        await StartAsync(2);
        var run = _lab.Submit(_lab.Feature("logins.feature", Logins));
        var first = await _lab.UntilRunsAsync(run);
        Processes.Signal(JobProcesses.OfAttempt(run, 1).Single(), Processes.Kill);
        await _lab.UntilEndedAsync(run);
        var result = _lab.Results(run).Single();
        Assert.That((result.Attempt, result.Verdict), Is.EqualTo((2, Verdict.Pass)));
        Assert.That(result.Host, Is.Not.EqualTo(first));
    }

    [Test]
    public async Task A_run_goes_on_without_the_servers_that_keep_the_queue_and_the_machine([Values("slurmctld", "slurmd")] string killed)
    {
        await StartAsync(2, "node_timeout: 10 s\nhealth_every: 3 s\n");
        var run = _lab.Submit(_lab.Feature("logins.feature", Logins));
        var host = await _lab.UntilRunsAsync(run);
        var server = killed == "slurmd" ? host : killed;
        _lab.Signal(server, Processes.Kill);
        await _lab.UntilAsync(() => run.Run.Result() is not null, "the run ends without it");
        _lab.StartServer(server);
        await _lab.UntilEndedAsync(run);
        var result = _lab.Results(run).Single();
        Assert.That((result.Attempt, result.Verdict, result.Host), Is.EqualTo((1, Verdict.Pass, host)));
    }

    [Test]
    public async Task A_run_passes_while_the_history_is_killed_and_its_result_is_there_when_it_is_back()
    {
        _lab = await SlurmLab.StartAsync([SlurmLab.Posix(1)], hasPostgres: true);
        var run = _lab.Submit(_lab.Feature("logins.feature", Logins));
        await _lab.UntilRunsAsync(run);
        _lab.Signal("postgres", Processes.Kill);
        await _lab.UntilEndedAsync(run);
        File.Delete(_lab["pg/data/postmaster.pid"]);
        _lab.StartServer("postgres");
        await _lab.UntilPostgresAsync();
        var listed = await _lab.TypeAsync("list");
        Assert.That(listed.Stdout, Does.Contain(" pass "), listed.ToString());
        var result = _lab.Results().Single();
        Assert.That((result.Run, result.Attempt, result.Verdict), Is.EqualTo((run.Order.Run, 1, Verdict.Pass)));
    }

    [Test]
    public async Task A_machine_that_is_frozen_loses_its_run_and_its_late_result_is_evidence()
    {
        await StartAsync(2, "node_timeout: 10 s\nhealth_every: 60 min\n");
        var run = _lab.Submit(_lab.Feature("logins.feature", Logins.Replace("300", "3000", StringComparison.Ordinal)));
        var host = await _lab.UntilRunsAsync(run);
        _lab.Signal(host, Processes.Stop);
        var other = await _lab.UntilRunsAsync(run, attempt: 2);
        Assert.That(other, Is.Not.EqualTo(host));
        await _lab.UntilAsync(() => run.Run.Attempts().All(a => a.Finished is not null), "both attempts end: the first lives on, as its machine is not asked");
        _lab.Signal(host, Processes.Continue);
        await _lab.UntilEndedAsync(run);
        var result = _lab.Results(run).Single();
        Assert.That((result.Attempt, result.Host), Is.EqualTo((2, other)));
    }

    [Test]
    public async Task A_run_that_is_killed_on_two_rigs_is_held()
    {
        await StartAsync(3);
        var run = _lab.Submit(_lab.Feature("logins.feature", Logins.Replace("300", "1000000", StringComparison.Ordinal)));
        foreach (var attempt in (int[])[1, 2])
        {
            await _lab.UntilRunsAsync(run, attempt);
            Processes.Signal(JobProcesses.OfAttempt(run, attempt).Single(), Processes.Kill);
        }

        await _lab.UntilAsync(() => _lab.Job(run) is { IsHeld: true }, "it is held");
        Assert.That(run.Run.BrokenHosts(), Has.Count.EqualTo(2));
        Assert.That(_lab.Slurm.Nodes()!.Select(node => node.State), Has.None.Contains("DRAIN"));
    }

    [Test]
    public async Task A_run_that_lost_its_machine_and_lives_on_keeps_its_board_from_the_next_one()
    {
        await using var board = HarnessProcess.StartProgram("/", Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "posix"));
        var port = (await board.WaitForAsync("/dev/pts/")).Trim();
        _lab = await SlurmLab.StartAsync([SlurmLab.RealBoard(1, port)]);
        var lost = _lab.Submit(_lab.Feature("logins.feature", Logins.Replace("300", "1000000", StringComparison.Ordinal)));
        await _lab.UntilRunsAsync(lost);
        await _lab.UntilAsync(() => Harness.Bench.Devices.DeviceLock.HolderOf(port) is not null, "it drives its board");
        var process = JobProcesses.OfAttempt(lost, 1).Single();

        // Not through slurmd, which would end the process: as a second queue would give the board away, or the same one after a restart without its state.
        var next = await HarnessProcess.RunProgramAsync(_lab.Folder, "", "env", "HARNESS_HISTORY=off", "dotnet", HarnessProcess.Program, "run", _lab["logins.feature"], "--rig", _lab["pi1.yaml"], "--out", _lab["next"], "--wait", "1s");
        Assert.That(next.ExitCode, Is.EqualTo(ExitCodes.RigBroken), next.ToString());
        Assert.That(next.Stderr, Does.Contain($"pid {process} of root"));
    }

    [Test]
    public async Task Servers_and_jobs_end_with_the_process_that_started_them()
    {
        await StartAsync(1);
        var run = _lab.Submit(_lab.Feature("logins.feature", Logins));
        await _lab.UntilRunsAsync(run);
        int[] all = [_lab.ServerId("munged"), _lab.ServerId("slurmctld"), _lab.ServerId("pi1"), .. JobProcesses.OfAttempt(run, 1)];
        Assert.That(all, Has.Length.EqualTo(4));
        await _lab.DisposeAsync();
        _lab = null!;
        Assert.That(all.Where(id => !Processes.HasEndedWithin(id, TimeSpan.FromSeconds(10))), Is.Empty);
    }

    private async Task StartAsync(int rigs, string? more = null)
    {
        IReadOnlyList<string> texts = [.. Enumerable.Range(1, rigs).Select(number => SlurmLab.Posix(number))];
        _lab = more is null ? await SlurmLab.StartAsync(texts) : await SlurmLab.StartAsync(texts, more: more);
    }
}
