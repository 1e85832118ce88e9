namespace Harness.Cli.Tests.Labs;

/// <summary>The lab's queue at work, on a lab of three rigs on this machine.</summary>
[NonParallelizable]
public sealed class LabRunTests
{
    [Test]
    public async Task A_run_goes_to_a_free_rig_and_ends_with_its_own_verdict_and_exit_status()
    {
        await using var lab = await SlurmLab.StartAsync([SlurmLab.Posix(1), SlurmLab.Posix(2), SlurmLab.Posix(3)]);
        await File.WriteAllTextAsync(lab["failing.feature"], WorkFolder.FailingHost);
        var ended = await lab.TypeAsync("run", "failing.feature");
        Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.Failed), ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("FAILED").And.Contain("failing.feature:3"), "the run's own output is shown");
        Assert.That(ended.Stderr, Does.Contain("runs on pi"));
        var result = lab.Results().Single();
        Assert.That((result.Attempt, result.Verdict, result.ExitCode), Is.EqualTo((1, Verdict.Fail, ExitCodes.Failed)), "a fail is never tried again");
        var cancelled = await lab.TypeAsync("cancel", "LAST");
        Assert.That(cancelled.ExitCode, Is.EqualTo(ExitCodes.Usage), cancelled.ToString());
        Assert.That(cancelled.Stderr, Does.Contain($"{result.Run} has ended; next: ./harness lab show {result.Run}"));
    }

    [Test]
    [Category("Long")]
    public async Task A_rig_without_boards_takes_the_runs_that_need_none_and_no_other()
    {
        await using var lab = await SlurmLab.StartAsync(["rig: desk\r\nserver: s\r\ndevices:\r\n  host: {kind: host}\r\nroles: {host: host}\r\n"]);
        lab.Feature("my own.feature", WorkFolder.PassingHost.ReplaceLineEndings("\r\n"));
        var ended = await lab.TypeAsync("run", "my own.feature");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var rigs = await lab.TypeAsync("rigs");
        Assert.That(rigs.Stdout, Does.Contain("pi1  free\n    no boards and no sensors\n"), rigs.ToString());
        lab.Feature("board.feature", WorkFolder.PassingBoard);
        var board = await lab.TypeAsync("run", "board.feature");
        Assert.That(board.ExitCode, Is.EqualTo(ExitCodes.Usage), board.ToString());
        Assert.That(board.Stderr, Does.Contain("board").And.Contain("next: "));
    }
}
