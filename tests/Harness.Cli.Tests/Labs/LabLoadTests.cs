using Harness.Cli.Commands.Labs;
using Harness.Timing.Statistics;

namespace Harness.Cli.Tests.Labs;

/// <summary>Many runs over three rigs.</summary>
[NonParallelizable]
[Category("Long")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LabLoadTests
{
    private const string FailingBoard = """
        Feature: A claim that does not hold

          Scenario: A wrong password opens a session
            Given a broker with enhanced authentication
            And board is enrolled at the broker on group p256
            But board was given another password
            When board logs in
            Then the login succeeds
        """;

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(60);

    private SlurmLab _lab = null!;

    [TearDown]
    public async Task End() => await (_lab?.DisposeAsync() ?? ValueTask.CompletedTask);

    [TestCase(36)]
    [TestCase(100)]
    public async Task Of_many_runs_among_planted_faults_each_has_its_result_once_and_none_is_lost(int count)
    {
        _lab = await SlurmLab.StartAsync([.. Enumerable.Range(1, 3).Select(SlurmLab.OneBoard)], hasPostgres: true, more: "node_timeout: 10 s\nhealth_every: 20 s\n");
        var failing = _lab.Submit(count / 10, _lab.Feature("failing.feature", FailingBoard));
        var passing = _lab.Submit(count - failing.Count, _lab.Feature("board.feature", WorkFolder.PassingBoard));
        IReadOnlyList<SubmittedRun> all = [.. failing, .. passing];

        // Each when so many per cent of the runs have ended; those of servers with what mends them a little later.
        var faults = new Queue<(int Ended, Func<Task> Plant)>(
        [
            (5, KillRunAsync), (15, () => KillServerAsync("slurmctld")), (25, KillShellAsync), (35, () => KillServerAsync("pi2")), (45, KillPostgresAsync), (55, KillRunAsync), (65, () => FreezeAsync("pi3")), (80, KillRunAsync),
        ]);
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            var jobs = _lab.Slurm.Jobs();
            var ended = jobs?.Count(job => job.IsEnded) ?? 0;
            if (ended == count)
            {
                break;
            }

            Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(_limit), () => $"{ended} of {count} ended\n{string.Join('\n', jobs ?? [])}");
            if (faults.TryPeek(out var next) && 100 * ended >= next.Ended * count)
            {
                await faults.Dequeue().Plant();
            }

            await Task.Delay(_pause);
        }

        Assert.That(faults, Is.Empty);

        // What the database missed while it was away was read into it by later runs, or is by a look at the queue.
        var listed = await _lab.TypeAsync("list", "--last", "1");
        Assert.That(listed.ExitCode, Is.Zero, listed.ToString());
        var results = _lab.Results();
        Assert.That(results.Select(result => result.Run), Is.EquivalentTo(all.Select(run => run.Order.Run)), "each once, none lost");
        var failed = failing.Select(run => run.Order.Run).ToHashSet();
        Assert.That(results.Where(result => result.Verdict != (failed.Contains(result.Run) ? Verdict.Fail : Verdict.Pass)), Is.Empty);
        var again = results.Count(result => result.Attempt > 1);
        Assert.That(again, Is.GreaterThanOrEqualTo(3), "at least the killed ones, but for a shell that may be killed when its run is judged");
        await _lab.UntilFreeAsync();
        await TestContext.Out.WriteLineAsync($"{results.Count} results, {again} of them of a later attempt; on {string.Join(", ", results.GroupBy(result => result.Host).OrderBy(host => host.Key).Select(host => $"{host.Key} {host.Count()}"))}");
    }

    [TestCase(24)]
    [TestCase(200)]
    public async Task A_free_rig_begins_the_next_of_many_runs_within_2_s_and_all_take_at_most_1_3_times_their_times_over_the_rigs(int count)
    {
        const int Rigs = 3;
        _lab = await SlurmLab.StartAsync([.. Enumerable.Range(1, Rigs).Select(SlurmLab.OneBoard)]);
        var runs = _lab.Submit(count, _lab.Feature("board.feature", WorkFolder.PassingBoard));
        for (var began = Stopwatch.GetTimestamp(); _lab.Slurm.Jobs() is not { } jobs || jobs.Any(job => !job.IsEnded);)
        {
            Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(_limit));
            await Task.Delay(_pause);
        }

        // On a machine with too much to do a board's answer may come too late: that rig counts as broken, and the run has another attempt.
        Assert.That(_lab.Results(runs).Select(result => result.Verdict), Is.EqualTo(Enumerable.Repeat(Verdict.Pass, count)));
        var begins = await BeginsAsync(runs);
        var times = runs.Zip(begins).SelectMany(pair => pair.First.Run.Attempts().Where(attempt => attempt.Finished is not null).Select(attempt => new RunTimes(attempt, attempt.Number == 1 ? pair.Second : attempt.Started!.At)))
            .OrderBy(run => run.Begin).ToList();
        List<double> Gaps(Func<RunTimes, DateTimeOffset> start) =>
            [.. times.GroupBy(run => run.Host).SelectMany(host => host.Zip(host.Skip(1), (earlier, later) => (start(later) - earlier.End).TotalSeconds)).Order()];
        var (gaps, untilRecord) = (Gaps(run => run.Begin), Gaps(run => run.Started));
        var (all, sum) = ((times.Max(run => run.End) - times.Min(run => run.Begin)).TotalSeconds, times.Sum(run => (run.End - run.Begin).TotalSeconds));
        var (median, ratio) = (OrderStatistics.Median([.. gaps]), all / (sum / Rigs));
        await TestContext.Out.WriteLineAsync(FormattableString.Invariant(
            $"{count} runs ({times.Count} attempts) in {all:0.0} s, {sum / times.Count:0.00} s each on the average, ratio {ratio:0.00}; from a free rig to a started run {median:0.00} s at the median, {gaps[(int)(0.9 * gaps.Count)]:0.00} s at p90, to its record {OrderStatistics.Median([.. untilRecord]):0.00} s"));
        Assert.That(median, Is.LessThanOrEqualTo(2.0));
        Assert.That(ratio, Is.LessThanOrEqualTo(1.3));
    }

    // A run of the program's own, wherever it is.
    private Task KillRunAsync() => KillAsync(run => JobProcesses.TryKill(run, 1));

    // A job's own shell.
    private Task KillShellAsync() => KillAsync(JobProcesses.TryKillShell);

    private async Task KillAsync(Func<SubmittedRun, bool> kill)
    {
        await _lab.UntilAsync(
            () => Directory.EnumerateDirectories(_lab.Lab.Plan.Runs).Select(folder => new LabRun(folder)).Where(run => run.Attempts() is [{ Number: 1, Started: not null, Finished: null }])
                .Any(run => run.Job() is { } job && kill(new SubmittedRun(run, run.Order()!, job))),
            "a run is killed");
    }

    private async Task KillServerAsync(string name)
    {
        _lab.Signal(name, Processes.Kill);
        await Task.Delay(_pause);
        _lab.StartServer(name);
    }

    private async Task KillPostgresAsync()
    {
        _lab.Signal("postgres", Processes.Kill);
        await Task.Delay(5 * _pause);
        File.Delete(_lab["pg/data/postmaster.pid"]);
        _lab.StartServer("postgres");
        await _lab.UntilPostgresAsync();
    }

    // Longer than the time after which its machine counts as lost.
    private async Task FreezeAsync(string host)
    {
        _lab.Signal(host, Processes.Stop);
        await _lab.UntilAsync(() => _lab.Slurm.Nodes()?.Single(node => node.Name == host).State.StartsWith("DOWN", StringComparison.Ordinal) == true, $"{host} is lost");
        _lab.Signal(host, Processes.Continue);
    }

    // Slurm opens a job's output when it begins; .NET does not tell the time at which a file was made.
    private static async Task<IEnumerable<DateTimeOffset>> BeginsAsync(IReadOnlyList<SubmittedRun> runs)
    {
        var told = await HarnessProcess.RunProgramAsync("/", "", "stat", ["--format=%w", .. runs.Select(run => run.Run.Output)]);
        Assert.That(told.ExitCode, Is.Zero, told.ToString());
        return told.Stdout.Trim().Split('\n').Select(line => DateTimeOffset.ParseExact(line[..27] + line[^6..], "yyyy-MM-dd HH:mm:ss.fffffff zzz", CultureInfo.InvariantCulture));
    }

    // The begin of a job, and its end, when the last file of the run was written; between them its record.
    private sealed class RunTimes(LabAttempt attempt, DateTimeOffset begin)
    {
        public string Host => attempt.Started!.Lab!.Host;

        public DateTimeOffset Begin => begin;

        public DateTimeOffset Started => attempt.Started!.At;

        public DateTimeOffset End { get; } = new DirectoryInfo(attempt.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Max(file => (DateTimeOffset)file.LastWriteTimeUtc);
    }
}
