using Harness.Cli.Commands.Labs;

namespace Harness.Cli.Tests.Labs;

/// <summary>The files that go along with a run, and the options that do not.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LabInputTests : WorkFolderTests
{
    [Test]
    public void Features_plugins_and_baselines_are_copied_and_called_by_their_copies()
    {
        var feature = _work.Write("mine/a.feature", WorkFolder.PassingHost);
        var plugin = _work.Write("bin/own.dll", "1");
        _work.Write("bin/needed.dll", "2");
        _work.Write("bin/runtimes/linux-arm64/native/own.so", "3");
        _work.Write("bin/secret.key", "4");
        var input = Directory.CreateDirectory(_work["input"]).FullName;
        var (words, parsed) = LabSubmission.Read(["run", $"{feature}:4", $"--plugin={plugin}"]);
        Assert.That(LabInput.Copy(words, parsed, input), Is.EqualTo(new[] { "run", "a.feature:4", "--plugin=plugins/2/own.dll" }));
        Assert.That(
            Directory.EnumerateFiles(input, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(input, file)),
            Is.EquivalentTo(new[] { "a.feature", "plugins/2/own.dll", "plugins/2/needed.dll", "plugins/2/runtimes/linux-arm64/native/own.so" }));

        var kept = _work.Write("kept/seal.json", "{}");
        (words, parsed) = LabSubmission.Read(["baseline", "compare", "seal", "--device", "board", "--file", kept]);
        Assert.That(LabInput.Copy(words, parsed, input)[^1], Is.EqualTo("seal.json"));
        Assert.That(File.Exists(Path.Combine(input, "seal.json")));
    }

    [TestCase("run --sign key.pem", "a private key does not travel")]
    [TestCase("claims --watch", "the page of a run is served on the machine that runs it")]
    [TestCase("baseline set seal --device board --file my.json", "the lab keeps the baselines of each rig")]
    [TestCase("baseline compare seal --device board --file gone.json", "gone.json is no file; next: ls")]
    [TestCase("measure seal --wait 5s", "--wait is the lab's to choose")]
    public void An_option_that_means_nothing_at_another_machine_is_refused_with_the_reason(string typed, string reason) =>
        Assert.That(() => LabSubmission.Read(typed.Split(' ')), Throws.TypeOf<FormatException>().With.Message.Contains(reason).And.Message.Contains("next: "));

    [Test]
    [Category("Long")]
    public async Task A_baseline_that_one_run_keeps_is_what_the_next_one_on_its_machine_is_held_against()
    {
        await using var lab = await SlurmLab.StartAsync([SlurmLab.OneBoard(1)]);
        var none = await lab.TypeAsync("run", "baseline", "compare", "seal", "--device", "board", "--samples", "20");
        Assert.That(none.ExitCode, Is.EqualTo(ExitCodes.Usage), none.ToString());
        var set = await lab.TypeAsync("run", "baseline", "set", "seal", "--device", "board", "--samples", "20");
        Assert.That(set.ExitCode, Is.Zero, set.ToString());
        Assert.That(Directory.GetFiles(Path.Combine(lab.Lab.Plan.Shared, "baselines", "pi1")), Has.Length.EqualTo(1));

        // Wide enough for a busy machine: that there is a baseline is what is looked at.
        var compared = await lab.TypeAsync("run", "baseline", "compare", "seal", "--device", "board", "--samples", "20", "--margin", "1000", "--runs", "1");
        Assert.That(compared.ExitCode, Is.Zero, compared.ToString());
    }
}
