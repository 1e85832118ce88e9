using Harness.Cli.Tests.Labs;

namespace Harness.Cli.Tests.Plugins;

/// <summary>A submitter's own plugin and features at a machine of a lab that has neither.</summary>
[NonParallelizable]
[Category("Long")]
public sealed class LabPluginTests
{
    [Test]
    public async Task Own_features_and_their_plugin_travel_with_the_run()
    {
        await using var lab = await SlurmLab.StartAsync([SlurmLab.OneBoard(1)]);
        var own = Directory.CreateDirectory(lab["own work"]).FullName;
        var copied = await HarnessProcess.RunProgramAsync("/", "", "cp", "-r", Path.Combine(BuiltPlugin.Folder, "my-lab", "bin"), Path.Combine(BuiltPlugin.Folder, "my-lab", "features"), own);
        Assert.That(copied.ExitCode, Is.Zero, copied.ToString());

        // It waits until what the submitter has is gone.
        Assert.That(lab.Slurm.Run("scontrol", ["update", "NodeName=pi1", "State=DRAIN", "Reason=later"]).ExitCode, Is.Zero);
        var submitted = await lab.TypeAsync("run", "--detach", "own work/features/my-lab.feature:4", "--plugin=own work/bin/my-lab.dll");
        Assert.That(submitted.ExitCode, Is.Zero, submitted.ToString());
        Directory.Delete(own, recursive: true);
        Assert.That(lab.Slurm.Run("scontrol", ["update", "NodeName=pi1", "State=RESUME"]).ExitCode, Is.Zero);
        var run = new LabRun(Path.Combine(lab.Lab.Plan.Runs, submitted.Stdout.Trim()));
        await lab.UntilAsync(() => run.Result() is not null, "the run ends");
        var attempt = run.Result()!;
        Assert.That(attempt.Finished?.Verdict, Is.EqualTo(Verdict.Pass), File.ReadAllText(run.Error));
        Assert.That(attempt.Started?.Plugins?.Single().Name, Is.EqualTo("my-lab"));
        Assert.That(RecordReader.Read(attempt.Folder).OfType<ScenarioFinished>().Single().Id, Is.EqualTo("own work/features/my-lab.feature:4"));
    }

    [Test]
    public async Task A_plugin_that_is_not_there_is_told_before_anything_waits()
    {
        await using var lab = await SlurmLab.StartAsync([SlurmLab.OneBoard(1)]);
        await File.WriteAllTextAsync(lab["a.feature"], WorkFolder.PassingBoard);
        var ended = await lab.TypeAsync("run", "a.feature", "--plugin", "gone.dll");
        Assert.That(ended.ExitCode, Is.EqualTo(ExitCodes.Usage), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("gone.dll").And.Contain("no such file"));
        Assert.That(Directory.EnumerateFileSystemEntries(lab.Lab.Plan.Shared), Is.Empty);
    }
}
