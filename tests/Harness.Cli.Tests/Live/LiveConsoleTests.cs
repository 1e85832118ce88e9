namespace Harness.Cli.Tests.Live;

/// <summary>The lines of a run while it goes on.</summary>
public sealed class LiveConsoleTests
{
    [Test]
    public void Each_scenario_stands_below_its_feature_also_where_several_run_at_once()
    {
        var lines = Lines(
            Started("A", "a", 1), Started("B", "b", 2), Finished("b"), Started("B", "c", 3), Finished("a"), Finished("c"));
        Assert.That(lines, Is.EqualTo(new[] { "A", "B", "2/3 pass b", "A", "1/3 pass a", "B", "3/3 pass c" }));
    }

    [Test]
    public void A_feature_is_named_once_where_its_scenarios_run_one_after_the_other() => Assert.That(
        Lines(Started("A", "a", 1), Finished("a"), Started("A", "b", 2), Finished("b"), Started("B", "c", 3), Finished("c")),
        Is.EqualTo(new[] { "A", "1/3 pass a", "2/3 pass b", "B", "3/3 pass c" }));

    private static List<string> Lines(params RunEvent[] events)
    {
        using var text = new StringWriter();
        using (var live = new LiveConsole(text, updating: false, TimeProvider.System))
        {
            foreach (var e in events)
            {
                live.Write(e);
            }
        }

        // Without the place and the duration at the end of a scenario's line.
        return [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(3)))];
    }

    private static ScenarioStarted Started(string feature, string name, int index) => new() { Id = $"f:{name}", Feature = feature, Name = name, Index = index, Of = 3 };

    private static ScenarioFinished Finished(string name) => new() { Id = $"f:{name}", Name = name, Verdict = Verdict.Pass };
}
