namespace Harness.Cli.Tests.Labs;

/// <summary><c>lab config --check</c> at a machine with a munge key of its own: munge's and Slurm's real answers.</summary>
[NonParallelizable]
[Category("Long")]
public sealed class LabKeyTests
{
    [Test]
    public async Task A_machine_with_another_munge_key_is_told_so_and_one_with_the_labs_key_is_not()
    {
        await using var lab = await SlurmLab.StartAsync([SlurmLab.Posix(1)]);
        var same = await lab.TypeAsync("config", lab.File, "--check", "--host", "pi1");
        Assert.That(same.ExitCode, Is.Zero, same.ToString());
        Assert.That(same.Stdout, Does.Match("ok +munge +this machine's key opens what it seals").And.Not.Contain("munge key"));

        var other = await lab.TypeAsync("config", await lab.WithOtherKeyAsync(), "--check", "--host", "pi1");
        Assert.That(other.ExitCode, Is.EqualTo(ExitCodes.RigBroken), other.ToString());
        Assert.That(other.Stdout, Does.Match("ok +munge +this machine's key opens what it seals").And.Match("BROKEN +munge key +slurmctld on .* refuses what this machine seals").And.Contain("munge.key | ssh pi1").And.Contain(" 1 broken"), other.ToString());
    }
}
