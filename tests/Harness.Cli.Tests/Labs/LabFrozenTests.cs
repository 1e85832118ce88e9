namespace Harness.Cli.Tests.Labs;

/// <summary>A <c>slurmd</c> that is frozen for a whole minute, as by a full card or a swapping machine: no run is lost, each has one result, and the machine comes back.</summary>
[NonParallelizable]
[Category("Long")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LabFrozenTests
{
    // The length of the fault, not a wait for something.
    private static readonly TimeSpan _frozen = TimeSpan.FromMinutes(1);

    private SlurmLab _lab = null!;

    [TearDown]
    public async Task End() => await (_lab?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Test]
    public async Task A_run_goes_on_where_its_machine_is_frozen_for_less_than_the_time_that_makes_it_lost()
    {
        var (run, host) = await FreezeAsync("3 min", isWhole: false);
        await _lab.UntilEndedAsync(run);
        await _lab.UntilFreeAsync();
        var result = _lab.Results(run).Single();
        Assert.That((result.Attempt, result.Verdict, result.Host), Is.EqualTo((1, Verdict.Pass, host)));
        Assert.That(run.Run.Attempts(), Has.Count.EqualTo(1), "executed once");
    }

    [Test]
    public async Task A_run_whose_machine_is_lost_for_a_minute_has_the_result_of_its_second_attempt_and_the_machine_takes_runs_again()
    {
        var (run, host) = await FreezeAsync("10 s", isWhole: true);
        var thawed = Stopwatch.GetTimestamp();
        await _lab.UntilEndedAsync(run);
        var result = _lab.Results(run).Single();
        Assert.That((result.Attempt, result.Verdict), Is.EqualTo((2, Verdict.Pass)));
        Assert.That(result.Host, Is.Not.EqualTo(host));
        await _lab.UntilFreeAsync();
        await TestContext.Out.WriteLineAsync(FormattableString.Invariant($"{host} takes runs again {Stopwatch.GetElapsedTime(thawed).TotalSeconds:0} s after it was thawed"));

        // Both machines at once: one board each.
        var next = _lab.Submit(2, _lab.Feature("logins.feature", LabFaultTests.Logins));
        foreach (var one in next)
        {
            await _lab.UntilEndedAsync(one);
        }

        Assert.That(next.Select(one => one.Run.Result()!.Started!.Lab!.Host), Is.EquivalentTo(new[] { "pi1", "pi2" }));
        Assert.That(_lab.Results(run), Has.Count.EqualTo(3), "each once");
    }

    // A whole machine is its jobs too: they can come to no end meanwhile.
    private async Task<(Harness.Cli.Commands.Labs.SubmittedRun Run, string Host)> FreezeAsync(string timeout, bool isWhole)
    {
        _lab = await SlurmLab.StartAsync([SlurmLab.OneBoard(1), SlurmLab.OneBoard(2)], more: $"node_timeout: {timeout}\nhealth_every: 60 min\n");
        var run = _lab.Submit(_lab.Feature("logins.feature", LabFaultTests.Logins));
        var host = await _lab.UntilRunsAsync(run);
        _lab.Signal(host, Processes.Stop);
        IReadOnlyList<int> job = isWhole ? JobProcesses.All(run) : [];
        JobProcesses.TrySignal(job, Processes.Stop);
        await Task.Delay(_frozen);
        JobProcesses.TrySignal(job, Processes.Continue);
        _lab.Signal(host, Processes.Continue);
        return (run, host);
    }
}
