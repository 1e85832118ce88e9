namespace Harness.Cli.Tests.Commands;

/// <summary><c>harness history</c>, with a history of each test's own.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HistoryTests : WorkFolderTests
{
    private const string Feature = """
        Feature: Mine
          Scenario: Right
            Given a broker with enhanced authentication
            And host is enrolled at the broker on group p256
            When host logs in
            Then the login succeeds
        """;

    [Test]
    public async Task Runs_go_into_the_history_and_are_listed_shown_and_drawn_into_the_report()
    {
        _work.Write("mine.feature", Feature);
        string[] measure = ["measure", "sha256", "--device", "host", "--samples", "20", "--rig", TypedCommand.Posix];
        foreach (var run in (string[][])[["run", "mine.feature", "--rig", TypedCommand.Posix, "--out", "ci-run"], [.. measure, "--out", "m1"], [.. measure, "--out", "m2"]])
        {
            var ended = await TypeAsync(run);
            Assert.That((ended.ExitCode, ended.Stderr), Is.EqualTo((0, "")).Or.EqualTo((4, "")), ended.ToString());
        }

        var list = await TypeAsync("history");
        Assert.That(list.ExitCode, Is.Zero, list.ToString());
        Assert.That(list.Stdout.Split('\n')[0], Does.Contain("1 of 1 passed").And.Contain("posix").And.Contain("m2"));
        Assert.That(list.Stdout, Does.Contain("ci-run").And.Contain("3 runs of "));

        var json = await TypeAsync("history", "--last", "1", "--json");
        using (var parsed = JsonDocument.Parse(json.Stdout))
        {
            Assert.That(parsed.RootElement[0].GetProperty("run_id").GetString(), Is.EqualTo("m2"));
            Assert.That(parsed.RootElement[0].GetProperty("verdict").GetString(), Is.EqualTo("pass").Or.EqualTo("inconclusive"));
        }

        var shown = await TypeAsync("history", "show", "sha256");
        Assert.That(shown.ExitCode, Is.Zero, shown.ToString());
        Assert.That(shown.Stdout, Does.Contain("sha256 of host on ").And.Contain("2 values, 1 build;").And.Contain("no change of level").And.Contain("Pettitt"));
        Assert.That(File.ReadAllText(_work["m2/report.html"]), Does.Contain("Over 2 runs by the device clock"));
        var report = await TypeAsync("report", "m1", "--html");
        Assert.That(report.Stdout, Does.Contain("Over 2 runs by the device clock"));

        var flaky = await TypeAsync("history", "flaky");
        Assert.That(flaky.Stdout, Does.EndWith("0 flaky, 0 broken by a change, in 30 days\n"), flaky.ToString());
    }

    [Test]
    public void A_server_that_says_nothing_costs_a_report_about_a_second_and_its_trends()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var address = Harness.Lab.History.HistoryAddress.Of($"postgresql://nobody@127.0.0.1:{((System.Net.IPEndPoint)silent.LocalEndpoint).Port}/harness")!;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.That(Recording.HistoryTrends.Of(address, new Reporting.Trends.TrendQuestion("posix", [("host", "sha256")])), Is.Empty);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(12)));
    }

    [Test]
    public async Task A_folder_of_runs_is_imported_and_known_the_second_time()
    {
        _work.Write("mine.feature", Feature);
        var run = await TypeAsync("run", "mine.feature", "--rig", TypedCommand.Posix, "--out", "runs/a");
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        File.Delete(_work["state/history.db"]);
        var first = await TypeAsync("history", "import", "runs");
        Assert.That(first.Stdout, Does.StartWith("1 records: 1 scenarios are new, 0 were there, in "), first.ToString());
        var second = await TypeAsync("history", "import", "runs");
        Assert.That(second.Stdout, Does.StartWith("1 records: 0 scenarios are new, 1 were there, in "), second.ToString());
        Assert.That((await TypeAsync("history", "import", "nowhere")).ExitCode, Is.EqualTo(2));
    }

    [TestCase("no database", "the file is no database")]
    [TestCase("/dev/null/x", "the history /dev/null/x: ")]
    [TestCase("postgresql://lab:s3cret@localhost/h", "PGPASSFILE")]
    [TestCase("postgresql://lab@127.0.0.1:9/h", "the history postgresql://lab@127.0.0.1:9/h: ")]
    public async Task A_run_never_fails_by_its_history_and_says_what_is_wrong(string history, string says)
    {
        _work.Write("mine.feature", Feature);
        _work.Write("no database", new string('x', 5000));
        var run = await TypeInAsync(history, "run", "mine.feature", "--rig", TypedCommand.Posix, "--out", "r");
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(run.Stdout, Does.Contain("PASSED").And.Contain("record: "));
        Assert.That(run.Stderr, Does.StartWith("harness: warning: the history ").And.Contain(says).And.Contain("next: ").And.Not.Contain("s3cret").And.Not.Contain("   at "));
        var report = await TypeInAsync(history, "report", "r", "--html");
        Assert.That((report.ExitCode, report.Stdout.Contains("PASSED", StringComparison.Ordinal)), Is.EqualTo((0, true)), report.Stderr);
        Assert.That(report.Stderr, Does.StartWith("harness: warning: the report has no trends: the history ").And.Contain(says).And.Not.Contain("s3cret").And.Not.Contain("   at "));
        var list = await TypeInAsync(history, "history");
        Assert.That((list.ExitCode, list.Stdout), Is.EqualTo((2, "")), list.ToString());
        Assert.That(list.Stderr, Does.Contain(says).And.Contain("next: ").And.Not.Contain("s3cret").And.Not.Contain("   at "));
    }

    [Test]
    public async Task An_operation_that_was_never_measured_is_told_with_the_next_command()
    {
        var ended = await TypeAsync("history", "show", "sael");
        Assert.That((ended.ExitCode, ended.Stdout), Is.EqualTo((2, "")), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("the history has no values of \"sael\"").And.Contain("next: ./harness history"));
    }

    [Test]
    public async Task Tests_keep_out_of_the_history_of_their_user()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "history");
        Assert.That((ended.ExitCode, ended.Stderr), Is.EqualTo((2, "harness: no history is kept: HARNESS_HISTORY is off, or there is no home to keep one in; next: unset HARNESS_HISTORY\n")));
    }

    private Task<Ended> TypeAsync(params string[] arguments) => TypeInAsync("state/history.db", arguments);

    private Task<Ended> TypeInAsync(string history, params string[] arguments) =>
        WarmProgram.RunAsync(new WarmCommand(_work.Path, arguments, Variables: new Dictionary<string, string> { ["HARNESS_HISTORY"] = history }), HarnessProcess.Limit);
}
