using Harness.Bench.Power;

namespace Harness.Bench.Tests.Devices;

/// <summary>The power of boards: cut by a scenario, cycled where a board stays broken, restored whatever happens.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PowerTests
{
    [Test]
    public async Task A_silent_board_is_power_cycled_once_and_works_again()
    {
        using var folder = new TemporaryFolder();
        var log = folder.File("power");
        await using var board = await MisbehavingBoard.StartAsync(new LineHabit { ToBoard = bytes => File.Exists(log) && File.ReadAllText(log).Contains("on") ? bytes : null });
        var sink = new ListSink();
        await using var bench = new TestBench(board.Rig(Switch(log), "reply: 200 ms, boot: 1 s"), board.Options() with { Sink = sink });
        bench.BeginScenario("f:1", null);
        await bench.GetPartyAsync("b", TestEnvironment.Timeout());
        Assert.That(await File.ReadAllLinesAsync(log), Is.EqualTo(new[] { "off", "on" }));
        Assert.That(sink.Events.OfType<FaultSeen>().Select(f => f.Fault), Does.Contain("power-cycled"));
    }

    [Test]
    public async Task A_board_that_stays_broken_is_cycled_once_and_then_refused_at_once()
    {
        using var folder = new TemporaryFolder();
        var log = folder.File("power");
        var asked = 0;
        await using var board = await MisbehavingBoard.StartAsync(new LineHabit
        {
            ToBoard = _ =>
            {
                Interlocked.Increment(ref asked);
                return null;
            },
        });
        await using var bench = new TestBench(board.Rig(Switch(log), "reply: 100 ms, boot: 300 ms"), board.Options());
        bench.BeginScenario("f:1", null);
        Assert.CatchAsync<RigErrorException>(async () => await bench.GetPartyAsync("b", TestEnvironment.Timeout()));
        var before = asked;
        bench.BeginScenario("f:2", null);
        var refused = Assert.CatchAsync<RigErrorException>(async () => await bench.GetPartyAsync("b", TestEnvironment.Timeout()))!;
        Assert.That(refused.Seen, Does.Contain("not used"));
        Assert.That(asked, Is.EqualTo(before), "nothing is sent to it");
        Assert.That(await File.ReadAllLinesAsync(log), Is.EqualTo(new[] { "off", "on" }));
    }

    [Test]
    public async Task A_scenario_cuts_the_power_of_a_board_and_its_line_is_opened_anew()
    {
        using var folder = new TemporaryFolder();
        var log = folder.File("power");
        await using var board = await MisbehavingBoard.StartAsync();
        await using var bench = new TestBench(board.Rig(Switch(log)), board.Options());
        bench.BeginScenario("f:1", null);
        await bench.GetPartyAsync("b", TestEnvironment.Timeout());
        await bench.Device("b").CutPowerAsync(TimeSpan.FromMilliseconds(1), TestEnvironment.Timeout());
        Assert.That(bench.Device("b").State, Is.EqualTo(DeviceState.Broken));
        await bench.GetPartyAsync("b", TestEnvironment.Timeout());
        Assert.That(await File.ReadAllLinesAsync(log), Is.EqualTo(new[] { "off", "on" }));
    }

    [Test]
    public async Task A_wait_that_is_cancelled_leaves_the_power_on()
    {
        using var folder = new TemporaryFolder();
        var log = folder.File("power");
        await using var board = await MisbehavingBoard.StartAsync();
        await using var bench = new TestBench(board.Rig(Switch(log)), board.Options());
        using var stop = new CancellationTokenSource();
        var cut = bench.Device("b").CutPowerAsync(TimeSpan.FromHours(1), stop.Token);
        await TestEnvironment.EventuallyAsync(() => File.Exists(log), "the switch is used");
        await stop.CancelAsync();
        Assert.CatchAsync<OperationCanceledException>(() => cut);
        Assert.That((await File.ReadAllLinesAsync(log))[^1], Is.EqualTo("on"));
    }

    [Test]
    public async Task A_wait_that_is_cancelled_while_the_switch_still_turns_off_leaves_the_power_on()
    {
        using var folder = new TemporaryFolder();
        var (log, goOn) = (folder.File("power"), folder.File("go on"));
        await using var board = await MisbehavingBoard.StartAsync();
        await using var bench = new TestBench(board.Rig(Switch(log, $"touch \"{log}\"; while [ ! -e \"{goOn}\" ]; do sleep 0.02; done; ")), board.Options());
        using var stop = new CancellationTokenSource();
        var cut = bench.Device("b").CutPowerAsync(TimeSpan.FromHours(1), stop.Token);
        await TestEnvironment.EventuallyAsync(() => File.Exists(log), "the switch is used");
        await stop.CancelAsync();
        await File.WriteAllTextAsync(goOn, "");
        Assert.CatchAsync<OperationCanceledException>(() => cut);
        Assert.That(await File.ReadAllLinesAsync(log), Is.EqualTo(new[] { "off", "on" }));
    }

    [Test]
    public async Task A_guard_whose_process_ends_restores_the_power_and_one_that_is_released_does_not()
    {
        using var folder = new TemporaryFolder();
        var log = folder.File("power");
        await using var board = await MisbehavingBoard.StartAsync();
        var rig = board.Rig(Switch(log));
        using (var released = PowerGuard.Start(rig, rig.Devices["b"], [])!)
        {
            released.Release();
        }

        PowerGuard.Start(rig, rig.Devices["b"], [])!.Dispose(); // the pipe ends, as it does when the process does
        await TestEnvironment.EventuallyAsync(() => File.Exists(log) && File.ReadAllText(log).Length > 0, "the switch is used"); // the shell makes the file before its line
        Assert.That(await File.ReadAllLinesAsync(log), Is.EqualTo(new[] { "on" }));
    }

    [TestCase("by: command, off: 'echo broken relay >&2; exit 4', on: 'true'", "status 4: broken relay")]
    [TestCase("by: dtr, cut: deasserted", "DTR cannot be set")]
    public async Task A_switch_that_does_not_work_is_a_broken_rig(string power, string seen)
    {
        await using var board = await MisbehavingBoard.StartAsync();
        var rig = board.Rig($", power: {{{power}}}");
        var error = Assert.CatchAsync<RigErrorException>(() => PowerSwitch.SetAsync(rig, rig.Devices["b"], on: false, TestEnvironment.Timeout()))!;
        Assert.That(error.Item, Is.EqualTo("power of b"));
        Assert.That(error.Seen, Does.Contain(seen));
        Assert.That(error.NextCommand, Is.Not.Empty);
    }

    [Test]
    public async Task A_board_without_a_switch_and_a_device_without_power_are_told_apart_from_a_fault()
    {
        await using var board = await MisbehavingBoard.StartAsync();
        await using var bench = new TestBench(board.Rig(), board.Options());
        Assert.CatchAsync<Harness.Record.InconclusiveException>(() => bench.Device("b").CutPowerAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None));
    }

    [TestCase("{by: rts}", "lacks the key \"cut\"")]
    [TestCase("{by: gpio, cut: high, gpio: nowhere}", "unknown gpio line \"nowhere\"")]
    [TestCase("{by: uhubctl, hub: 1-1}", "lacks the key \"port\"")]
    [TestCase("{by: command, off: 'true'}", "lacks the key \"on\"")]
    [TestCase("{by: command, off: a, on: b, cut: high}", "does not go with by command")]
    [TestCase("{by: hammer}", "hammer")]
    public void A_switch_that_is_not_whole_is_refused_by_line(string power, string problem) => Assert.That(
        () => RigFile.Parse($"rig: r\nserver: s\ndevices:\n  b: {{kind: serial, driver: tty, port: /dev/x, power: {power}}}\n", "rig.yaml"),
        Throws.TypeOf<RigFileException>().With.Message.Contains(problem).And.Message.Contains("rig.yaml:4:"));

    [Test]
    public void Uhubctl_and_commands_need_nothing_of_this_program_to_restore_the_power()
    {
        var rig = RigFile.Parse("rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: tty, port: /dev/x, power: {by: uhubctl, hub: 1-1.3, port: 2}}\n", "rig.yaml");
        Assert.That(PowerSwitch.CommandOf(rig.Devices["b"].Power!, on: true), Is.EqualTo(new[] { "uhubctl", "-l", "1-1.3", "-p", "2", "-a", "on" }));
    }

    private static string Switch(string log, string first = "") => $", power: {{by: command, off: '{first}echo off >> \"{log}\"', on: 'echo on >> \"{log}\"'}}";
}
