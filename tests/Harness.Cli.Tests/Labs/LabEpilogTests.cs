namespace Harness.Cli.Tests.Labs;

/// <summary>The epilog after a job that was cancelled or whose own shell was killed: Slurm's programs answer as they do then.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.Self)]
public sealed class LabEpilogTests : WorkFolderTests
{
    private const string Job = "990004";
    private const string Run = "20260314-150926-a1b2c3";
    private const string Excludes = $"update JobId={Job} ExcNodeList=pi4,pi1";

    private readonly string _shared = Directory.CreateTempSubdirectory("harness-lab-epilog-").FullName;

    [TearDown]
    public void DeleteShared() => Directory.Delete(_shared, recursive: true);

    [Test]
    public async Task A_run_whose_shell_was_killed_is_requeued_and_its_rig_is_excluded()
    {
        Assert.That(await EpilogAsync(last: Excludes), Is.EqualTo(new[] { $"requeue {Job}", Excludes }));
        Assert.That(await File.ReadAllTextAsync(Broken), Is.EqualTo("pi1\n"));
    }

    [Test]
    public async Task One_that_broke_another_rig_before_is_held()
    {
        File.WriteAllText(Broken, "pi2\n");
        Assert.That(await EpilogAsync(restarts: 1), Is.EqualTo(new[] { $"requeuehold State=SpecialExit {Job}" }));
        Assert.That(await File.ReadAllTextAsync(Broken), Is.EqualTo("pi2\npi1\n"));
    }

    [TestCase(true, "", "pi4", TestName = "One that was cancelled is left alone")]
    [TestCase(false, "pass", "pi4", TestName = "One that had passed is left alone")]
    [TestCase(false, "fail", "pi4", TestName = "One that had failed is left alone")]
    [TestCase(false, "", "pi[2-4]", TestName = "One that no other rig can run is left alone")]
    [TestCase(false, "", "pi4", "pi2", TestName = "One that began on another machine meanwhile is left alone")]
    public async Task One_that_is_not_to_be_run_again(bool isCancelled, string verdict, string excluded, string host = "pi1")
    {
        WriteRecord(verdict);
        Assert.That(await EpilogAsync(isCancelled, excluded: excluded, host: host), Is.Empty);
        Assert.That(File.Exists(Path.Combine(_shared, "unrecorded", Run)), Is.EqualTo(verdict.Length > 0), "a result that nobody may have written into the history is noted");
    }

    [Test]
    public async Task A_job_that_is_no_run_of_the_lab_is_left_alone() => Assert.That(await EpilogAsync(isLabs: false), Is.Empty);

    [Test]
    public async Task One_that_was_stopped_when_its_shell_was_killed_is_requeued()
    {
        WriteRecord("aborted");
        Assert.That(await EpilogAsync(last: Excludes), Does.Contain($"requeue {Job}"));
    }

    // Slurm tells the epilog status 0 of a cancelled job as of one that passed.
    [TestCase("aborted", true)]
    [TestCase("", true)]
    [TestCase("pass", false)]
    [TestCase("fail", false)]
    [TestCase("inconclusive", false)]
    public async Task The_jobs_that_a_rig_broke_are_counted_until_it_judges_one(string verdict, bool isKept)
    {
        var broke = Path.Combine(Directory.CreateDirectory(Path.Combine(_shared, "state", "rig.pi1")).FullName, "broke");
        File.WriteAllText(broke, "990001\n990002\n");
        WriteRecord(verdict);
        Assert.That(await EpilogAsync(status: "0:0"), Is.Empty);
        Assert.That(File.Exists(broke), Is.EqualTo(isKept));
    }

    private string Folder => Directory.CreateDirectory(Path.Combine(_shared, "runs", Run)).FullName;

    private string Broken => Path.Combine(Folder, "broken");

    // The record of the first attempt; without a verdict there is none.
    private void WriteRecord(string verdict)
    {
        if (verdict.Length > 0)
        {
            Directory.CreateDirectory(Path.Combine(Folder, "attempt-1"));
            File.WriteAllText(Path.Combine(Folder, "attempt-1", "run.jsonl"), $"{{\"event\":\"run-started\"}}\n{{\"event\":\"run-finished\",\"seq\":19,\"verdict\":\"{verdict}\",\"exit_code\":1}}\n");
        }
    }

    // What it told Slurm to do; with the last line that it tells from beside.
    private async Task<string[]> EpilogAsync(bool isCancelled = false, int restarts = 0, string excluded = "pi4", string host = "pi1", string? last = null, bool isLabs = true, string status = "0:9")
    {
        if (isLabs)
        {
            File.WriteAllText(Path.Combine(Folder, "job.json"), "{}");
        }

        var typed = _work["typed"];
        _work.WriteProgram("bin/scontrol", $"""
            #!/bin/sh
            case $* in
            'show hostnames '*) shift 2; echo "$@" | sed 's/pi\[2-4\]/pi2\npi3\npi4/' ;;
            show*) echo 'JobId={Job} JobName={Run} JobState=COMPLETING Reason={(isCancelled ? "None" : "JobLaunchFailure")} Restarts={restarts} ExcNodeList={excluded} NodeList={host} BatchHost={host} x' ;;
            *) echo "$*" >>'{typed}' ;;
            esac
            """);
        _work.WriteProgram("bin/setpriv", "#!/bin/sh\nwhile :; do case $1 in --*) shift ;; *) break ;; esac; done\nexec \"$@\"\n");
        File.WriteAllText(Path.Combine(_shared, "pi.yaml"), "rig: r\nserver: s\ndevices:\n  host: {kind: host}\n");
        var lab = Path.Combine(_shared, "lab.yaml");
        File.WriteAllText(lab, $"lab: garden\nshared: {_shared}\nstate: {_shared}/state\nrigs:\n{string.Concat(Enumerable.Range(1, 4).Select(number => $"  - {{host: pi{number}, rig: pi.yaml}}\n"))}");
        var epilog = SlurmScripts.Epilog(Harness.Cli.Commands.Labs.LabReader.Load(lab).Plan);
        _work.WriteProgram("epilog.sh", epilog.Replace("PATH=/usr/local/sbin", $"PATH='{_work["bin"]}':/usr/local/sbin", StringComparison.Ordinal));
        var ended = await HarnessProcess.RunProgramAsync(
            _work.Path, "", "env", $"SLURM_JOB_ID={Job}", "SLURM_JOB_UID=0", "SLURMD_NODENAME=pi1", $"SLURM_JOB_EXIT_CODE2={status}", "SLURM_SCRIPT_CONTEXT=epilog_slurmd", _work["epilog.sh"]);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        string[] Lines() => File.Exists(typed) ? File.ReadAllLines(typed) : [];
        for (var began = System.Diagnostics.Stopwatch.GetTimestamp(); last is not null && !Lines().Contains(last);)
        {
            Assert.That(System.Diagnostics.Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(60)), last);
            await Task.Delay(20);
        }

        return Lines();
    }
}
