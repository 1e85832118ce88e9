#pragma warning disable CA1416 // file modes: boards are driven from Linux only

namespace Harness.Bench.Tests.Devices;

public class EmulatedBoardTests
{
    private static readonly TimeSpan Boot = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<string, string> Images = new()
    {
        ["posix"] = "posix", ["qemu-stm32f405"] = "stm32f405.elf", ["qemu-microbit"] = "microbit.elf", ["simavr-atmega328p"] = "avr.elf",
        ["simavr-atmega1284p"] = "avr1284.elf",
    };

    private static IEnumerable<string> Emulators => Images.Keys;

    [Test]
    public void A_missing_firmware_says_how_to_build_it()
    {
        var e = Assert.ThrowsAsync<EmulatorException>(() => StartAsync(Entry("posix"), "/no/such/firmware.elf", TestEnvironment.Firmware("leash")))!;
        Assert.That((e.Seen, e.NextCommand), Is.EqualTo(("no such file", "make -C rigs/firmware")));
    }

    [Test]
    public void A_missing_leash_says_how_to_build_it()
    {
        var e = Assert.ThrowsAsync<EmulatorException>(() => StartAsync(Entry("posix"), TestEnvironment.Firmware("posix"), "/no/leash"))!;
        Assert.That(e.Message, Does.Contain("the leash /no/leash").And.Contain("make -C rigs/firmware"));
    }

    [Test]
    public void A_program_that_ends_at_once_is_quoted()
    {
        using var folder = new TemporaryFolder();
        var script = folder.File("board that fails");
        File.WriteAllText(script, "#!/bin/sh\necho 'no memory on this board' >&2\nexit 7\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var e = Assert.ThrowsAsync<EmulatorException>(() => StartAsync(Entry("posix"), script, TestEnvironment.Firmware("leash")))!;
        Assert.That(e.Seen, Does.Contain("status 7").And.Contain("no memory on this board"));
    }

    [TestCase("qemu-stm32f405", "its emulator ended with status 134: qemu: fatal: Lockup")]
    [TestCase("qemu-microbit", "its emulator ended with status 1: qemu-system-arm: Could not load kernel")]
    public async Task A_program_for_another_processor_is_refused_in_the_emulators_words(string driver, string words)
    {
        await using var bench = new TestBench(
            RigFile.Parse($"rig: r\nserver: s\ndevices:\n  b: {{kind: serial, driver: {driver}, elf: '{TestEnvironment.Firmware("posix")}'}}\n", TestEnvironment.Rig("sim.yaml")), new TestBenchOptions());
        await Assert.ThatAsync(
            async () => await bench.GetPartyAsync("b", TestEnvironment.Timeout()),
            Throws.InstanceOf<RigErrorException>().With.Property(nameof(RigErrorException.Seen)).Contains(words));
    }

    [TestCase("qemu-stm32f405")]
    [TestCase("qemu-microbit")]
    [Repeat(5)]
    public async Task A_first_question_is_answered(string driver)
    {
        await using var board = await StartAsync(Entry(driver), TestEnvironment.Firmware(Images[driver]), TestEnvironment.Firmware("leash"));
        await using var link = await EmulatedLine.OpenAsync(board, Entry(driver), TtyLink.Open, TestEnvironment.Timeout());
        var faults = new List<BoardFault>();
        await using var client = new BenchClient(link, new BenchClientOptions { Board = "b", OnFault = faults.Add });
        Assert.That((await client.WaitReadyAsync(TestEnvironment.Timeout())).Build, Has.Length.EqualTo(8));
        Assert.That(faults, Is.Empty, "the question was not lost, and nothing of what was asked before it is left");
    }

    [TestCaseSource(nameof(Emulators))]
    public async Task A_board_answers_falls_silent_runs_on_and_vanishes_as_told(string driver)
    {
        await using var board = await StartAsync(Entry(driver), TestEnvironment.Firmware(Images[driver]), TestEnvironment.Firmware("leash"));
        await using var link = TtyLink.Open(board.PtyPath, 115200);
        var options = new BenchClientOptions { Board = "b", Reply = TimeSpan.FromSeconds(2), Attempts = 1 };
        await using var client = new BenchClient(link, options);
        Assert.That((await client.WaitReadyAsync(TestEnvironment.Timeout())).Build, Has.Length.EqualTo(8));
        board.Freeze();
        await Assert.ThatAsync(async () => await client.AskAsync("COUNTS", TestEnvironment.Timeout()), Throws.TypeOf<BoardSilentException>());
        board.Resume();
        Assert.That((await client.AskAsync("COUNTS", TestEnvironment.Timeout())).IsOk);
        board.Kill();
        await Assert.ThatAsync(async () => await client.AskAsync("COUNTS", TestEnvironment.Timeout()), Throws.TypeOf<BoardVanishedException>());
        await TestEnvironment.EventuallyAsync(() => board.HasEnded, "the leash ends with its board");
        Assert.That(board.Freeze, Throws.TypeOf<LifecycleException>().With.Message.Contains("Freeze in state ended"));
    }

    [Test]
    public async Task A_frozen_board_ends_too()
    {
        var board = await StartAsync(Entry("posix"), TestEnvironment.Firmware("posix"), TestEnvironment.Firmware("leash"));
        board.Freeze();
        await board.DisposeAsync();
        Assert.That(Directory.Exists($"/proc/{board.ProcessId}"), Is.False);
    }

    [TestCase("sim.yaml")]
    [TestCase("posix.yaml")]
    public async Task No_board_outlives_a_harness_that_was_killed(string rig)
    {
        // The child is this assembly (Program.cs): it boots a board, prints its process id, and waits.
        var start = new ProcessStartInfo("dotnet", [typeof(EmulatedBoardTests).Assembly.Location, "boot", TestEnvironment.Rig(rig), "board"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var child = Process.Start(start)!;
        var said = await child.StandardOutput.ReadLineAsync(TestEnvironment.Timeout());
        Assert.That(int.TryParse(said, out var pid), Is.True, $"the child said: {said}");
        Assert.That(Directory.Exists($"/proc/{pid}"), Is.True, "the board runs");
        child.Kill();
        await child.WaitForExitAsync(TestEnvironment.Timeout());
        await TestEnvironment.EventuallyAsync(() => !Directory.Exists($"/proc/{pid}"), $"the board {pid} ends");
    }

    [TestCaseSource(nameof(Emulators))]
    [Category("Long")]
    public async Task An_idle_board_takes_at_most_two_percent_of_a_core(string driver)
    {
        await using var board = await StartAsync(Entry(driver), TestEnvironment.Firmware(Images[driver]), TestEnvironment.Firmware("leash"));
        await using var link = TtyLink.Open(board.PtyPath, 115200);
        await using var client = new BenchClient(link, new BenchClientOptions { Board = "b" });
        await client.WaitReadyAsync(TestEnvironment.Timeout());
        using var process = Process.GetProcessById(board.ProcessId);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
        var before = process.TotalProcessorTime;
        await timer.WaitForNextTickAsync(TestEnvironment.Timeout());
        process.Refresh();
        Assert.That((process.TotalProcessorTime - before).TotalSeconds / 5, Is.LessThanOrEqualTo(0.02));
    }

    private static Task<EmulatedBoard> StartAsync(DeviceEntry entry, string image, string leash) =>
        EmulatedBoard.StartAsync(entry, image, leash, Boot, TestEnvironment.Timeout());

    private static DeviceEntry Entry(string driver) => new()
    {
        Name = "b", Kind = DeviceKind.Serial, Driver = BoardDriver.Emulator, Emulator = EmulatorDrivers.Find(driver), TickUnit = "ns", Provenance = Provenance.Host,
    };
}
