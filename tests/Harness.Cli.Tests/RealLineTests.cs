namespace Harness.Cli.Tests;

/// <summary>Features on a board that the harness did not start: a line with <c>driver: tty</c>, as on a bench, with the firmware as a process behind it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RealLineTests : WorkFolderTests
{
    [Test]
    public async Task A_board_that_vanishes_in_the_middle_of_a_handshake_is_told_as_that([Values("embedded", "mqttnet")] string broker)
    {
        await using var board = HarnessProcess.StartProgram(_work.Path, Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "posix"));
        var port = (await board.WaitForAsync("/dev/pts/")).Trim();
        var rig = _work.Write("tty rig.yaml", $$"""
            rig: bench
            server: harness-broker
            group: p256
            profile: as-published
            broker: { kind: {{broker}} }
            devices:
              b1: { kind: serial, driver: tty, port: {{port}}, tick_unit: ticks, provenance: hardware }
            roles:
              board: b1
            """);
        var lines = await File.ReadAllLinesAsync(Path.Combine(ProductPaths.Root, "features", "resilience", "board.feature"));
        var line = Array.FindIndex(lines, text => text.Contains("Scenario: A board that vanishes in the middle of a handshake", StringComparison.Ordinal)) + 1;
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", $"features/resilience/board.feature:{line}", "--rig", rig, "--out", "r");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(_work.Record("r").OfType<FaultSeen>().Select(fault => fault.Fault), Does.Contain("vanished"));
    }

    [Test]
    [Category("FieldCase")]
    public async Task A_board_that_enumerates_anew_costs_one_scenario_at_most()
    {
        var port = _work["usb-board"];
        var first = await BoardAsync(port);
        await using var run = HarnessProcess.Start(_work.Path, "run", Logins(12), "--rig", Rig(port), "--out", "r");
        await run.WaitForAsync("login 2");
        File.Delete(port); // first: the number of a terminal that is gone is soon another board's
        await first.DisposeAsync();
        await run.WaitForAsync("waiting up to 20 s for b1:");
        await using var second = await BoardAsync(port);
        var ended = await run.EndAsync();
        var verdicts = _work.Record("r").OfType<ScenarioFinished>().Select(s => s.Verdict).ToList();
        Assert.That(verdicts, Has.Count.EqualTo(12), ended.ToString());
        Assert.That(verdicts.Count(verdict => verdict != Verdict.Pass), Is.LessThanOrEqualTo(1), ended.ToString());
        Assert.That(verdicts[^1], Is.EqualTo(Verdict.Pass));
        Assert.That(verdicts, Has.None.EqualTo(Verdict.Fail));
    }

    [Test]
    public async Task A_run_that_may_wait_begins_when_the_board_is_free_and_says_who_holds_it()
    {
        var port = _work["usb-board"];
        await using var board = await BoardAsync(port);
        var held = Harness.Bench.Devices.DeviceLock.Take("theirs", port);
        await using var run = HarnessProcess.Start(_work.Path, "run", Logins(1), "--rig", Rig(port), "--out", "r", "--wait", "1m", "--timeout", "30");
        await run.WaitForAsync($"waiting up to 60 s for b1: {port} is held by pid {Environment.ProcessId}");
        Assert.That(_work.Record("r").OfType<ScenarioStarted>(), Is.Empty, "no scenario's time runs while it waits");
        held.Dispose();
        var ended = await run.EndAsync();
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
    }

    [TestCaseSource(nameof(WhatWaits))]
    public async Task A_board_that_stays_held_is_a_broken_rig_after_the_wait(string path, string[] arguments)
    {
        var port = _work["usb-board"];
        await using var board = await BoardAsync(port);
        using var held = Harness.Bench.Devices.DeviceLock.Take("theirs", port);
        Logins(1);
        if (path == "baseline compare")
        {
            // Of the host, renamed: the file is read before the board is asked.
            var set = await HarnessProcess.RunAsync(_work.Path, "baseline", "set", "seal", "--device", "h", "--samples", "20", "--file", "b.json", "--rig", Rig(port));
            Assert.That(set.ExitCode, Is.Zero, set.ToString());
        }

        _work.WriteProgram("bin/openocd", "#!/bin/sh\nexit 0\n");
        var ended = await HarnessProcess.RunProgramAsync(
            _work.Path, "", "env", [$"PATH={_work["bin"]}:{Environment.GetEnvironmentVariable("PATH")}", "dotnet", HarnessProcess.Program,
            .. path.Split(' '), .. arguments, "--rig", Rig(port, "timeouts: { boot: 100 ms }"), "--wait", "1s"]);
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("waiting up to 1 s for b1").And.Contain($"held by pid {Environment.ProcessId}"), ended.ToString());
        Assert.That(ended.Stderr + ended.Stdout, Does.Match(@"waited [\d.]+ s for it"));
    }

    private static IEnumerable<TestCaseData> WhatWaits()
    {
        var rows = new Dictionary<string, string[]>
        {
            ["run"] = ["logins.feature"],
            ["claims"] = ["--publisher", "b1", "--subscriber", "h", "--scheme", "mqtt-present", "--claim", "DI"],
            ["measure"] = ["seal", "--device", "b1", "--samples", "3"],
            ["baseline set"] = ["seal", "--device", "b1", "--samples", "3", "--file", "b.json"],
            ["baseline compare"] = ["seal", "--device", "b1", "--samples", "3", "--file", "b.json"],
            ["leak"] = ["--list", "--device", "b1"],
            ["vectors"] = [Path.Combine(ProductPaths.Root, "tests", "vectors", "vectors.json"), "--device", "b1"],
            ["console"] = ["b1"],
            ["flash"] = ["b1"],
            ["power"] = ["cycle", "b1"],
        };
        return from command in Paths(CommandTree.Create(), "")
               where command.Command.Options.Any(option => option.Name == "--wait")
               select new TestCaseData(command.Path, rows.GetValueOrDefault(command.Path, ["a row of this table"])).SetArgDisplayNames(command.Path);
    }

    private static IEnumerable<(string Path, System.CommandLine.Command Command)> Paths(System.CommandLine.Command command, string path) =>
        command.Subcommands.SelectMany(sub => Paths(sub, $"{path} {sub.Name}".Trim()).Prepend(($"{path} {sub.Name}".Trim(), sub)));

    [TestCase("10")]
    [TestCase("0s")]
    [TestCase("25h")]
    [TestCase("soon")]
    public async Task An_invalid_wait_is_refused(string typed)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "run", Logins(1), "--wait", typed);
        Assert.That(ended.ExitCode, Is.EqualTo(2));
        Assert.That(ended.Stderr, Does.Contain($"from 1s to 24h (30s, 10m, 2h), saw '{typed}'"));
    }

    private static async Task<HarnessProcess> BoardAsync(string port)
    {
        var board = HarnessProcess.StartProgram(Path.GetDirectoryName(port)!, Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "posix"));
        var node = (await board.WaitForAsync("/dev/pts/")).Trim();
        File.CreateSymbolicLink(port + ".new", node);
        File.Move(port + ".new", port, overwrite: true);
        return board;
    }

    private string Rig(string port, string more = "") => _work.Write("b1 rig.yaml", $$"""
        rig: bench
        server: harness-broker
        group: p256
        {{more}}
        devices:
          b1: { kind: serial, driver: tty, port: "{{port}}", elf: "{{Image()}}", tick_unit: ns, provenance: host }
          h: { kind: host }
        roles:
          board: b1
        """);

    /// <summary>Twenty bytes of an ELF header: 32-bit, little-endian, executable, ARM.</summary>
    private string Image()
    {
        File.WriteAllBytes(_work["stm32f405.elf"], [0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 40, 0]);
        return _work["stm32f405.elf"];
    }

    private string Logins(int n) => _work.Write("logins.feature", "Feature: Logins\n\n  Background:\n    Given a broker with enhanced authentication\n    And board is enrolled at the broker\n"
        + string.Concat(Enumerable.Range(1, n).Select(i => $"\n  Scenario: login {i}\n    When board logs in\n    Then the login succeeds\n")));
}
