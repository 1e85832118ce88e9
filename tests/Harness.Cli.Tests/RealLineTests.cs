using Harness.Cli.Tests.Shell;
using Harness.Record;
using Harness.Tests;

namespace Harness.Cli.Tests;

/// <summary>Features on a board that the harness did not start: a line with <c>driver: tty</c>, as on a bench. Behind it runs the firmware as a process.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RealLineTests : IDisposable
{
    private readonly WorkFolder work = new();

    public void Dispose() => work.Dispose();

    [Test]
    public async Task A_board_that_vanishes_in_the_middle_of_a_handshake_is_told_as_that([Values("embedded", "mqttnet")] string broker)
    {
        await using var board = HarnessProcess.StartProgram(work.Path, Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "posix"));
        var port = (await board.WaitForAsync("/dev/pts/")).Trim();
        var rig = work.Write("tty rig.yaml", $$"""
            rig: bench
            server: harness-broker
            group: p256
            profile: as-published
            broker: { kind: {{broker}}, client: {{(broker == "embedded" ? "built-in" : broker)}} }
            devices:
              b1: { kind: serial, driver: tty, port: {{port}}, tick_unit: ticks, provenance: hardware }
            roles:
              board: b1
            """);
        var lines = await File.ReadAllLinesAsync(Path.Combine(ProductPaths.Root, "features", "resilience", "board.feature"));
        var line = Array.FindIndex(lines, text => text.Contains("Scenario: A board that vanishes in the middle of a handshake", StringComparison.Ordinal)) + 1;
        var ended = await HarnessProcess.RunAsync(work.Path, "run", $"features/resilience/board.feature:{line}", "--rig", rig, "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(work.Record("r").OfType<FaultSeen>().Select(fault => fault.Fault), Does.Contain("vanished"));
    }
}
