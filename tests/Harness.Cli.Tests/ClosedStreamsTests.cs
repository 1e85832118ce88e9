namespace Harness.Cli.Tests;

/// <summary>The program, not only its launcher, started with standard streams closed: a sentence and a status, and no file takes a stream's place.</summary>
/// <remarks>With the input and another one closed, the runtime's own files have their numbers before the program's first line.</remarks>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClosedStreamsTests : IDisposable
{
    private readonly WorkFolder _work = new();

    public void Dispose() => _work.Dispose();

    [TestCase("steps tap", "<&- >&-")]
    [TestCase("--version", ">&-")]
    [TestCase("enroll --client c --server s", ">&-")]
    [TestCase("run f --rig h.yaml --out r", "<&- >&-")]
    [TestCase("steps tap", ">&-", Category = "Long")]
    [TestCase("--version", "<&- >&-", Category = "Long")]
    [TestCase("run f --rig h.yaml --out r", ">&-", Category = "Long")]
    [TestCase("rig show h.yaml --json", ">&-", Category = "Long")]
    [TestCase("rig show h.yaml --json", "<&- >&-", Category = "Long")]
    public async Task A_closed_output_is_told_and_no_success(string command, string closed)
    {
        var ended = await TypeAsync(command, closed);
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("harness: ").And.Contain("closed").And.Contain("next: ").And.Not.Contain("   at "));
        AssertRecordIsWhole();
    }

    [TestCase("2>&-", 0)]
    [TestCase("<&- 2>&-", 0, Category = "Long")]
    [TestCase("<&-", 0, Category = "Long")]
    [TestCase(">&- 2>&-", 2, Category = "Long")]
    [TestCase("<&- >&- 2>&-", 2)]
    public async Task A_run_ends_by_its_verdicts_whatever_else_is_closed(string closed, int status)
    {
        var ended = await TypeAsync("run f --rig h.yaml --out r", closed);
        Assert.That(ended.ExitCode, Is.EqualTo(status), ended.ToString());
        Assert.That(ended.Stdout.Length > 0, Is.EqualTo(status == 0));
        Assert.That(ended.Stderr, Does.Not.Contain("   at "));
        AssertRecordIsWhole();
    }

    [TestCase("<&-")]
    [TestCase("<&- 2>&-")]
    [TestCase("<&- >&-")]
    public async Task A_password_that_cannot_be_read_is_told(string closed)
    {
        var ended = await TypeAsync("enroll --client c --server s --out accounts.yaml", closed);
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(File.Exists(_work["accounts.yaml"]), Is.False);
        if (!closed.Contains('2', StringComparison.Ordinal))
        {
            Assert.That(ended.Stderr, Does.Contain("no password").And.Not.Contain("   at "));
        }
    }

    private void AssertRecordIsWhole()
    {
        if (Directory.Exists(_work["r"]))
        {
            Assert.That(_work.Record("r").OfType<RunFinished>().Single().Passed, Is.EqualTo(1));
        }
    }

    private Task<Ended> TypeAsync(string command, string closed)
    {
        _work.Write("f/one.feature", WorkFolder.PassingHost);
        _work.Write("h.yaml", "rig: host alone\nserver: s\ndevices:\n  host: {kind: host}\n");
        return HarnessProcess.RunProgramAsync(_work.Path, "secret\n", "bash", "-c", $"dotnet '{HarnessProcess.Program}' {command} {closed}");
    }
}
