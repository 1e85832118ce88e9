namespace Harness.Cli.Tests.Commands;

/// <summary>A scenario over its limit.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class TimeoutTests
{
    [Test]
    public async Task Is_a_broken_rig_and_the_board_serves_the_next_scenario()
    {
        using var typed = new TypedCommand();
        typed.Write("slow.feature", """
            Feature: Slow, then quick
              Background:
                Given a broker with enhanced authentication
                And board is enrolled at the broker on group p256

              Scenario: Never done
                When board logs in 1000000 times
                Then the login succeeds

              Scenario: Quick
                When board logs in
                Then the login succeeds
                And board and the broker hold the same session key
            """);
        var ended = await typed.RunAsync("run", "slow.feature", "--rig", TypedCommand.Posix, "--timeout", "4", "--out", "r");
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        var scenarios = RecordReader.Read(typed["r"]).OfType<ScenarioFinished>().ToList();
        Assert.That(scenarios.Select(s => (s.Name, s.Verdict)), Is.EqualTo(new[] { ("Never done", Verdict.RigError), ("Quick", Verdict.Pass) }), ended.ToString());
        Assert.That(scenarios[0].Failure!.Expected, Does.Contain("within 4 s"));
        Assert.That(scenarios[0].Failure!.NextCommand, Does.Contain("--timeout"));
    }
}
