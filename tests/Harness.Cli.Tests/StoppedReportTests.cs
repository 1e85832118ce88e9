namespace Harness.Cli.Tests;

/// <summary>The report of a command that was stopped in the middle of its work.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class StoppedReportTests : WorkFolderTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    [TestCase("run features/handshake --parallel 1")]
    [TestCase("claims --scheme mqtt-present")]
    [TestCase("measure aug.init --device host --samples 100000 --no-calibration")]
    [TestCase("baseline set aug.init --device host --samples 100000 --no-calibration --file b.json")]
    [TestCase("leak present-data --device host --samples 1000000")]
    public async Task A_command_that_is_stopped_during_its_work_leaves_its_report(string command)
    {
        await using var run = HarnessProcess.Start(_work.Path, [.. command.Split(' '), "--rig", WorkFolder.Posix, "--watch", "--out", "r"]);
        var page = new Uri(Address().Match(await run.WaitForAsync("watch: http")).Groups["uri"].Value);
        await BeginsAsync(page);
        run.Signal(Processes.Interrupt);
        await EndsAsync(run);
    }

    [Test]
    public async Task A_judgement_of_a_device_that_is_stopped_leaves_its_report()
    {
        await using var run = HarnessProcess.Start(_work.Path, "conformance", "--client", "--patience", "60", "--out", "r");
        await run.WaitForAsync("listening on ");
        run.Signal(Processes.Interrupt);
        await EndsAsync(run);
    }

    private async Task EndsAsync(HarnessProcess run)
    {
        var ended = await run.EndAsync();
        Assert.That(ended.ExitCode, Is.EqualTo(130), ended.ToString());
        Assert.That(File.ReadAllText(_work["r/report.html"]), Does.Contain("ABORTED</h1>"), ended.ToString());
        Assert.That(File.Exists(_work["r/junit.xml"]) && File.Exists(_work["r/summary.md"]));
    }

    /// <summary>Waits for the first scenario, as a viewer of the run sees it.</summary>
    private static async Task BeginsAsync(Uri page)
    {
        using var limit = new CancellationTokenSource(_limit);
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var lines = new StreamReader(await client.GetStreamAsync(new Uri(page, "events"), limit.Token));
        while (await lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains("\"event\":\"scenario-started\"", StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail("no scenario began");
    }

    [GeneratedRegex(@"watch: (?<uri>http://127\.0\.0\.1:\d+/[0-9a-f]{32}/)")]
    private static partial Regex Address();
}
