namespace Harness.Cli.Tests;

/// <summary>The next commands in messages.</summary>
public sealed class NextCommandTests
{
    [TestCase("./harness measure --list --device m4", "./harness measure --rig 'my rig.yaml' --list --device m4")]
    [TestCase("no; next: ./harness baseline set seal --device m4", "no; next: ./harness baseline set --rig 'my rig.yaml' seal --device m4")]
    [TestCase("./harness doctor", "./harness doctor --rig 'my rig.yaml'")]
    [TestCase("./harness run a.feature:3, or ./harness doctor", "./harness run --rig 'my rig.yaml' a.feature:3, or ./harness doctor --rig 'my rig.yaml'")]
    public void The_rig_that_was_typed_is_named_where_a_command_takes_one(string text, string expected)
    {
        Assert.That(NextCommand.WithRig(text, "my rig.yaml"), Is.EqualTo(expected));
        Assert.That(NextCommand.WithRig(text, null), Is.EqualTo(text));
    }

    [Test]
    public void A_command_with_a_rig_of_its_own_or_without_need_of_one_stays_as_it_is(
        [Values("./harness doctor --rig other.yaml", "./harness run --help", "./harness rig show other.yaml", "./harness report LAST", "df -h .")] string text,
        [Values("my rig.yaml", null)] string? rig) => Assert.That(NextCommand.WithRig(text, rig), Is.EqualTo(text));

    [Test]
    public async Task A_usage_error_names_the_help_of_its_own_command(
        [Values(
            "baseline set | seal --bogus", "baseline set | --bogus", "rig show | --bogus", "rig show | a.yaml --bogus", "steps | --chekc", "vectors | --devise",
            "run | --bogus", "| --bogus")] string commandAndMistake)
    {
        using var work = new Shell.WorkFolder();
        var command = commandAndMistake.Split('|')[0];
        var ended = await Shell.HarnessProcess.RunAsync(work.Path, commandAndMistake.Split(['|', ' '], StringSplitOptions.RemoveEmptyEntries));
        Assert.That((ended.ExitCode, ended.Stderr.TrimEnd().Split('\n')[^1]), Is.EqualTo((2, $"next: ./harness {command}--help")), ended.ToString());
    }

    [Test]
    public async Task Every_suggested_command_can_be_typed_as_it_stands()
    {
        using var work = new Shell.WorkFolder();
        work.Write("my rig.yaml", "rig: r\nserver: s\ndevices:\n  \"it's h\": {kind: host}\nroles: {host: \"it's h\"}\n");
        var ended = await Shell.HarnessProcess.RunAsync(work.Path, "measure", "modexpp", "--device", "host", "--rig", "my rig.yaml");
        var next = ended.Stderr[(ended.Stderr.IndexOf("next: ./harness ", StringComparison.Ordinal) + "next: ./harness ".Length)..].Trim();
        Assert.That(next, Does.Contain("--rig 'my rig.yaml'"), ended.ToString());
        var typed = await Shell.HarnessProcess.RunProgramAsync(work.Path, "", "bash", "-c", $"dotnet '{Shell.HarnessProcess.Program}' {next}");
        Assert.That(typed.ExitCode, Is.Zero, typed.ToString());
    }
}
