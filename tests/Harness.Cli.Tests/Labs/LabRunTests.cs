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
    }
}
