namespace Harness.Cli.Tests;

/// <summary><c>run --watch</c> and the same of other commands: the page of a run, as somebody beside the terminal gets it.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class RunWatchTests : WorkFolderTests
{
    private static readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };

    [Test]
    public async Task A_run_that_is_stopped_is_seen_to_its_end_by_several_viewers_and_its_record_knows_no_address()
    {
        _work.Write("long.feature", WorkFolder.LongBoard);
        await using var run = HarnessProcess.Start(_work.Path, "run", "long.feature", "--rig", "rigs/posix.yaml", "--parallel", "1", "--watch", "--out", "r");
        var page = new Uri(Address().Match(await run.WaitForAsync("p1: posix")).Groups["uri"].Value);
        Assert.That(await _client.GetStringAsync(page), Does.Contain("<script src=\"watch.js\""));
        var viewers = Enumerable.Range(0, 2).Select(_ => _client.GetStringAsync(new Uri(page, "events"))).ToArray();
        run.Signal(Processes.Interrupt);
        var ended = await run.EndAsync();
        Assert.That(ended.ExitCode, Is.EqualTo(130), ended.ToString());
        var seen = await Task.WhenAll(viewers);
        Assert.That(seen, Has.All.Contain("\"event\":\"run-started\"").And.All.Contain("\"event\":\"device-ready\"").And.All.Contain("\"verdict\":\"aborted\""));
        Assert.That(seen[0], Does.Contain("\"event\":\"run-finished\""));
        var token = page.Segments[1].TrimEnd('/');
        foreach (var file in Directory.EnumerateFiles(_work["r"], "*", SearchOption.AllDirectories))
        {
            Assert.That(await File.ReadAllTextAsync(file), Does.Not.Contain(token), file);
        }
    }

    [Test]
    public async Task Scenarios_at_once_are_all_seen()
    {
        _work.Write("one.feature", WorkFolder.LongBoard);
        _work.Write("two.feature", WorkFolder.LongBoard.Replace(" board ", " second board ", StringComparison.Ordinal));
        await using var run = HarnessProcess.Start(_work.Path, "run", "one.feature:3", "two.feature:3", "--rig", "rigs/posix.yaml", "--parallel", "2", "--watch", "--out", "r");
        var page = new Uri(Address().Match(await run.WaitForAsync("p2: posix")).Groups["uri"].Value);
        var events = _client.GetStringAsync(new Uri(page, "events"));
        run.Signal(Processes.Interrupt);
        await run.EndAsync();
        Assert.That(Regex.Count(await events, "\"event\":\"scenario-finished\""), Is.EqualTo(2));
    }

    [Test]
    public async Task A_measurement_can_be_watched_and_keeps_stdout_for_its_object()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "measure", "sha256", "--device", "host", "--samples", "20", "--rig", WorkFolder.Posix, "--watch", "--json", "--out", "m");
        Assert.That(ended.Stderr, Does.Match(@"watch: http://127\.0\.0\.1:\d+/[0-9a-f]{32}/"), ended.ToString());
        Assert.That(ended.Stdout, Does.StartWith("{"));
    }

    [GeneratedRegex(@"watch: (?<uri>http://127\.0\.0\.1:\d+/[0-9a-f]{32}/)")]
    private static partial Regex Address();
}
