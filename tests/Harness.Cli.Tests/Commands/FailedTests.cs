namespace Harness.Cli.Tests.Commands;

/// <summary><c>harness run --failed</c>.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FailedTests : TypedCommandTests
{
    private const string Features = """
        Feature: Two claims

          Scenario: Holds
            Given a broker with enhanced authentication
            And host is enrolled at the broker on group p256
            When host logs in
            Then the login succeeds

          Scenario Outline: Does not hold for <reason>
            Given a broker with enhanced authentication
            And host is enrolled at the broker on group p256
            But host was given another password
            When host logs in
            Then the broker refuses the login with reason <reason>

            Examples:
              | reason |
              | 0x87   |
              | 0x86   |
        """;

    [Test]
    public async Task Only_what_did_not_pass_runs_again_on_the_rig_of_that_run_also_after_lines_moved()
    {
        _typed.Write("two.feature", Features);
        var first = await _typed.RunAsync("run", "two.feature", "--rig", TypedCommand.Posix);
        Assert.That(first.ExitCode, Is.EqualTo(1), first.ToString());

        _typed.Write("two.feature", "# a line more\n" + Features);
        var second = await _typed.RunAsync("run", "--failed", "LAST");
        Assert.That(second.ExitCode, Is.EqualTo(1), second.ToString());
        var events = RecordReader.Read(_typed["runs/latest"]).ToList();
        Assert.That(events.OfType<ScenarioFinished>().Select(s => (s.Id, s.Verdict)), Is.EqualTo(new[] { ("two.feature:20", Verdict.Fail) }));
        Assert.That(events.OfType<RunStarted>().Single(), Has.Property("RigName").EqualTo("posix").And.Property("Selected").EqualTo(1));

        _typed.Write("two.feature", Features.Replace("| 0x86   |", "| 0x87   |"));
        var renamed = await _typed.RunAsync("run", "--failed", "LAST");
        Assert.That(renamed.ExitCode, Is.EqualTo(2), renamed.ToString());
        Assert.That(renamed.Stderr, Does.Contain("none of the 1 scenarios").And.Contain("0x86").And.Contain("--list"));
    }

    [Test]
    public async Task Of_two_scenarios_of_one_name_the_one_that_failed_runs_again_also_where_the_other_took_its_line()
    {
        const string Twice = """
            Feature: Twice the same name
              Scenario: same
                Given a broker with enhanced authentication
              Scenario: same
                Given a broker with enhanced authentication
                And host is enrolled at the broker on group p256
                But host was given another password
                When host logs in
                Then the login succeeds
            """;
        _typed.Write("two.feature", Twice);
        Assert.That((await _typed.RunAsync("run", "two.feature", "--rig", TypedCommand.Posix, "--out", "first")).ExitCode, Is.EqualTo(1));
        _typed.Write("two.feature", "# a\n# b\n" + Twice);
        var list = await _typed.RunAsync("run", "--failed", "first", "--list");
        Assert.That(list.Stdout, Is.EqualTo("two.feature:6  same\n1 scenarios\n"), list.ToString());
    }

    [Test]
    public async Task A_run_that_passed_leaves_nothing_to_run_again()
    {
        _typed.Write("two.feature", Features);
        Assert.That((await _typed.RunAsync("run", "two.feature:3", "--out", "first")).ExitCode, Is.Zero);
        var again = await _typed.RunAsync("run", "--failed", "first");
        Assert.That((again.ExitCode, again.Stdout), Is.EqualTo((2, "")), again.ToString());
        Assert.That(again.Stderr, Does.Contain("everything passed in first").And.Contain("next: ./harness run"));
    }

    [Test]
    public async Task Without_a_record_it_says_so()
    {
        var none = await _typed.RunAsync("run", "--failed", "LAST");
        Assert.That((none.ExitCode, none.Stdout), Is.EqualTo((2, "")), none.ToString());
        Assert.That(none.Stderr, Does.Contain("runs/latest: there is no run record").And.Contain("next: ./harness run"));
        var wrong = await _typed.RunAsync("run", "--failed", "runs/20260101-000000-ffff");
        Assert.That(wrong.ExitCode, Is.EqualTo(2), wrong.ToString());
        Assert.That(wrong.Stderr, Does.Contain("runs/20260101-000000-ffff"));
    }

    [Test]
    public async Task It_takes_no_paths_besides_the_record()
    {
        _typed.Write("two.feature", Features);
        var both = await _typed.RunAsync("run", "two.feature", "--failed", "LAST");
        Assert.That(both.ExitCode, Is.EqualTo(2), both.ToString());
        Assert.That(both.Stderr, Does.Contain("leave PATH and --features out"));
    }

    [Test]
    public async Task Scenarios_that_a_stopped_run_never_began_run_too()
    {
        _typed.Write("two.feature", Features);
        var stopped = _typed["stopped"];
        Directory.CreateDirectory(stopped);
        using (var writer = RecordWriter.Create(stopped))
        {
            writer.Write(new RunStarted
            {
                RunId = "stopped", HarnessVersion = "0", Rig = TypedCommand.Posix, RigName = "posix", Features = "two.feature", Selected = 3, Host = HostInfo.Current(),
            });
            writer.Write(new ScenarioStarted { Id = "two.feature:3", Feature = "Two claims", Name = "Holds", Index = 1, Of = 3 });
            writer.Write(new ScenarioFinished { Id = "two.feature:3", Name = "Holds", Verdict = Verdict.Pass });
        }

        var list = await _typed.RunAsync("run", "--failed", "stopped", "--list");
        Assert.That(list.ExitCode, Is.Zero, list.ToString());
        Assert.That(list.Stdout, Does.Contain("two.feature:18").And.Contain("two.feature:19").And.Contain("2 scenarios").And.Not.Contain("two.feature:3 "));
    }
}
