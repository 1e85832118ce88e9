namespace Harness.Cli.Tests.Features;

/// <summary>Every shipped scenario with a board, on a bench where no board is plugged in: that is the rig's fault, whatever the step that fails was looking at.</summary>
[NonParallelizable]
public sealed class AbsentBoardTests
{
    private const string Rig = """
        rig: absent
        server: s
        group: p256
        timeouts: {boot: 20 ms, reply: 1 s}
        devices:
          host: {kind: host}
          p1: &board {kind: serial, driver: tty, port: /dev/ttyAbsent1, provenance: host}
          p2: {<<: *board, port: /dev/ttyAbsent2}
        roles: {host: host, board: p1, second board: p2}
        sensors:
          climate: {kind: bme280, driver: model}
          door: {kind: digital-input, driver: model}
        """;

    private static readonly string[] LeftOut = ["@claims", "@measure", "@long", "@hardware"];

    [TestCase("handshake", 70)]
    [TestCase("", 200, Category = "Long")]
    public void A_board_that_is_not_there_is_never_a_failed_device_nor_the_author_s_fault(string features, int scenarios)
    {
        var plans = FeatureCatalog.Load(Path.Combine(ProductPaths.DefaultFeatures, features)).Where(plan => !plan.Tags.Intersect(LeftOut).Any() && plan.Steps.Any(step => step.Text.Contains("board", StringComparison.Ordinal))).ToList();
        using var work = new WorkFolder();
        var judged = InProcessRun.Run(work, plans, Rig);
        Assert.That(judged.Where(s => s.Verdict is Verdict.Fail or Verdict.Unjudgeable).Select(s => s.ToString()), Is.Empty);
        Assert.That(judged.Count(s => s.Verdict == Verdict.RigError && s.Failure!.Item.Contains("p1", StringComparison.Ordinal)), Is.GreaterThan(scenarios));
    }
}
