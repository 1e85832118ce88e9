namespace Harness.Cli.Tests;

/// <summary>Results that could not be written, for every command that prints one: a full device, a closed standard output, a reader that left.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.Children)]
public sealed class OutputTests : WorkFolderTests
{
    private static readonly string[] Commands =
    [
        "--help", "--version", "run --help", "run --list", "run --list --json", "run f --rig h.yaml --out r2", "run f --rig h.yaml --out r2 --json",
        "report r", "report r --json", "report r --junit", "report r --markdown",
        "steps", "steps --json", "steps --check f", "rig show", "rig show --json", "rig init new.yaml", "doctor --rig h.yaml", "doctor --rig h.yaml --json",
        "claims --list", "claims --list --json", "measure --list --rig h.yaml --device host", "measure --list --rig h.yaml --device host --json", "leak --list --rig h.yaml --device host",
        "measure seal --rig h.yaml --device host --samples 20 --out m", "measure seal --rig h.yaml --device host --samples 20 --out m --csv",
    ];

    // In a process of its own each; the others that close their output are as these, and run by --long.
    private static readonly string[] OneOfAKind = ["run --list --json", "measure seal --rig h.yaml --device host --samples 20 --out m --csv"];

    private static IEnumerable<string> OfTheOthers => Commands.Except(OneOfAKind);

    [TestCaseSource(nameof(Commands))]
    public async Task A_result_that_found_no_room_is_told_and_is_no_success(string command)
    {
        await PrepareAsync();
        Told(command, await WarmProgram.RunAsync(new WarmCommand(_work.Path, command.Split(' '), Output: "/dev/full"), HarnessProcess.Limit), "No space left on device");
    }

    [TestCaseSource(nameof(OneOfAKind))]
    public async Task A_result_that_could_not_be_written_is_told_and_is_no_success(string command)
    {
        await PrepareAsync();
        foreach (var (target, words) in new[] { (">/dev/full", "No space left on device"), (">&-", "one that is closed") })
        {
            Told(command + target, await TypeAsync($"$H {command} {target}"), words);
            Clean();
        }
    }

    [TestCaseSource(nameof(OfTheOthers))]
    [Category("Long")]
    public Task A_result_of_any_command_that_could_not_be_written_is_told(string command) => A_result_that_could_not_be_written_is_told_and_is_no_success(command);

    [TestCase("steps --json")]
    [TestCase("run f --rig h.yaml --out r2")]
    [TestCase("report r --junit")]
    public async Task A_reader_that_left_causes_no_fault(string command)
    {
        await PrepareAsync();
        var ended = await TypeAsync($"$H {command} | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}");
        Assert.That((ended.Stdout.Trim(), ended.Stderr), Is.EqualTo(("0", "")), ended.ToString());
    }

    [Test]
    public async Task A_failure_keeps_its_own_status_and_a_run_goes_on_to_its_end()
    {
        Rig();
        _work.Write("f/fails.feature", WorkFolder.FailingHost);
        _work.Write("f/passes.feature", WorkFolder.PassingHost);
        foreach (var target in new[] { ">/dev/full", ">&-", ">/dev/full 2>&1", ">&- 2>&-" })
        {
            Assert.That((await TypeAsync($"$H run f --rig h.yaml --out r2 {target}")).ExitCode, Is.EqualTo(1), target);
            Assert.That(_work.Record("r2").OfType<Record.RunFinished>().Single().Passed, Is.EqualTo(1), target);
            Clean();
        }
    }

    [TestCase("measure seal --rig h.yaml --device host --samples 20 --out /proc/nowhere/m")]
    [TestCase("baseline set seal --rig h.yaml --device host --samples 20 --file /proc/nowhere/b.json")]
    [TestCase("rig init /proc/nowhere/r.yaml")]
    [TestCase("run f --rig h.yaml --out /proc/nowhere/r")]
    public async Task A_file_that_cannot_be_written_or_read_is_told_in_words(string command)
    {
        await PrepareAsync();
        var ended = await HarnessProcess.RunAsync(_work.Path, command.Split(' '));
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("harness: ").And.Contain("/proc/").And.Contain("next: ").IgnoreCase.And.Not.Contain("   at "));
    }

    private static void Told(string command, Ended ended, string words)
    {
        Assert.That(ended.ExitCode, Is.GreaterThan(0).And.LessThan(5), $"{command}\n{ended}");
        Assert.That(ended.Stderr, Does.Contain("harness: standard output: ").And.Contain(words).And.Contain("next: "), command);
        Assert.That(ended.Stderr, Does.Not.Contain("   at ").And.Not.Contain("Unhandled"), "no stack trace");
    }

    private void Rig() => _work.Write("h.yaml", "rig: host alone\nserver: s\ndevices:\n  host: {kind: host}\n");

    private void Clean()
    {
        foreach (var made in new[] { "r2", "m" }.Select(name => _work[name]).Where(Directory.Exists))
        {
            Directory.Delete(made, recursive: true);
        }

        File.Delete(_work["new.yaml"]);
    }

    private async Task PrepareAsync()
    {
        _work.Write("f/one.feature", WorkFolder.PassingHost);
        Rig();
        var run = await HarnessProcess.RunAsync(_work.Path, "run", "f", "--rig", "h.yaml", "--out", "r");
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
    }

    private Task<Ended> TypeAsync(string line) => HarnessProcess.RunProgramAsync(
        _work.Path, "", "bash", "-c", line.Replace("$H", $"dotnet '{HarnessProcess.Program}'", StringComparison.Ordinal));
}
