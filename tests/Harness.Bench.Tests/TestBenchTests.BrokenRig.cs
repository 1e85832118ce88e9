using InconclusiveException = Harness.Record.InconclusiveException;

namespace Harness.Bench.Tests;

/// <content>Boards that are missing, silent or gone.</content>
public partial class TestBenchTests
{
    [Test]
    public async Task A_killed_board_is_a_rig_error_and_the_next_use_boots_another()
    {
        var party = await _bench.GetPartyAsync("board", TestEnvironment.Timeout());
        _bench.Device("board").Kill();
        var e = Assert.ThrowsAsync<BoardVanishedException>(async () => await party.ResetAsync(TestEnvironment.Timeout()))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Item, Does.Contain("p1"));
            Assert.That(e.NextCommand, Is.Not.Empty);
            Assert.That(_bench.Device("board").State, Is.EqualTo(DeviceState.Broken));
        });
        var next = await _bench.GetPartyAsync("board", TestEnvironment.Timeout());
        Assert.That(next, Is.Not.SameAs(party));
        await next.ResetAsync(TestEnvironment.Timeout());
    }

    [Test]
    public async Task A_silent_board_is_a_rig_error_with_every_try_in_the_record()
    {
        var rig = _bench.Rig with { Timeouts = _bench.Rig.Timeouts with { Reply = TimeSpan.FromMilliseconds(300) } };
        await using var bench = new TestBench(rig, new TestBenchOptions { Sink = _sink });
        bench.BeginScenario("resilience/silent.feature:3", null);
        var party = await bench.GetPartyAsync("board", TestEnvironment.Timeout());
        bench.Device("board").Freeze();

        // On a busy machine its first answers may have come late too; only events from here on count.
        var before = _sink.Events.Count;
        await Assert.ThatAsync(
            async () => await party.ResetAsync(TestEnvironment.Timeout()),
            Throws.TypeOf<BoardSilentException>());
        var faults = _sink.Events.Skip(before).OfType<FaultSeen>().Where(f => f.Fault != "stale").ToList();
        Assert.That(faults, Has.Count.EqualTo(3).And.All.Matches<FaultSeen>(
            f => f is { Scenario: "resilience/silent.feature:3", Device: "p1", Fault: "no-reply" }));
    }

    [Test]
    public async Task A_missing_firmware_is_a_rig_error_said_at_once_and_given_up_after_two_boots()
    {
        await using var bench = Small("elf: no such firmware.elf");
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThatAsync(
                async () => await bench.GetPartyAsync("b", TestEnvironment.Timeout()),
                Throws.TypeOf<RigErrorException>().With.Message.Contains("no such firmware.elf").And.Property("NextCommand").EqualTo("make -C rigs/firmware"));
        }

        await Assert.ThatAsync(
            async () => await bench.GetPartyAsync("b", TestEnvironment.Timeout()), Throws.TypeOf<RigErrorException>().With.Message.Contains("not used: broken for").And.Message.Contains("no such firmware.elf"));
    }

    [Test]
    public async Task A_port_that_is_missing_is_a_rig_error_with_a_next_command()
    {
        using var locks = new TemporaryFolder();
        var rig = RigFile.Parse("rig: r\nserver: s\ntimeouts: {boot: 200 ms}\ndevices:\n  b: {kind: serial, driver: tty, port: /dev/no-such-tty}\n", "/tmp/r.yaml");
        await using var bench = new TestBench(rig, new TestBenchOptions { LockFolder = locks.Path });
        var e = Assert.ThrowsAsync<RigErrorException>(async () => await bench.GetPartyAsync("b", TestEnvironment.Timeout()))!;
        Assert.That((e.InnerException as LinkException)?.Failure, Is.EqualTo(LinkFailure.Missing));
        Assert.That(e.NextCommand, Is.Not.Empty);
    }

    [TestCase(false, TestName = "A_real_board_whose_line_is_cut_has_vanished_and_the_next_use_opens_it_anew")]
    [TestCase(true, TestName = "A_real_board_that_is_unplugged_has_vanished")]
    public async Task Vanishing_of_a_real_board(bool unplugged)
    {
        using var locks = new TemporaryFolder();
        await using var emulator = await EmulatedBoard.StartAsync(
            _bench.Device("board").Entry, TestEnvironment.Firmware("posix"), TestEnvironment.Firmware("leash"), TimeSpan.FromSeconds(10), TestEnvironment.Timeout());
        var rig = RigFile.Parse($"rig: r\nserver: s\ndevices:\n  b: {{kind: serial, driver: tty, port: {emulator.PtyPath}}}\n", "/tmp/r.yaml");
        await using var bench = new TestBench(rig, new TestBenchOptions { LockFolder = locks.Path });
        var party = await bench.GetPartyAsync("b", TestEnvironment.Timeout());
        var vanish = unplugged ? emulator.Kill : bench.Device("b").Vanishing();
        vanish();
        var e = Assert.ThrowsAsync<BoardVanishedException>(async () => await party.ResetAsync(TestEnvironment.Timeout()))!;
        Assert.That(e.Item, Does.Contain("link of b"));
        Assert.That(bench.Device("b").State, Is.EqualTo(DeviceState.Broken));
        if (!unplugged)
        {
            await (await bench.GetPartyAsync("b", TestEnvironment.Timeout())).ResetAsync(TestEnvironment.Timeout());
        }
    }

    [Test]
    public async Task A_program_that_is_no_board_is_a_rig_error_within_the_boot_time()
    {
        using var terminal = PseudoTerminalHandle();
        using var locks = new TemporaryFolder();
        var rig = RigFile.Parse($"rig: r\nserver: s\ntimeouts: {{boot: 300 ms}}\ndevices:\n  b: {{kind: serial, driver: tty, port: {terminal.Path}}}\n", "/tmp/r.yaml");
        await using var bench = new TestBench(rig, new TestBenchOptions { LockFolder = locks.Path });
        await Assert.ThatAsync(
            async () => await bench.GetPartyAsync("b", TestEnvironment.Timeout()),
            Throws.TypeOf<BoardSilentException>().With.Property("NextCommand").Contains("picocom"));
    }

    private static SilentTerminal PseudoTerminalHandle() => new(PseudoTerminal.Create(surviveClosing: true));

    /// <summary>A line whose far end never answers.</summary>
    private sealed class SilentTerminal(PseudoTerminal terminal) : IDisposable
    {
        public string Path => terminal.Path;

        public void Dispose() => terminal.DisposeAsync().AsTask().Wait(TestEnvironment.TimeLimit);
    }
}
