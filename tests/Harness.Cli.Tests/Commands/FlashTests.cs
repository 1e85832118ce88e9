using Harness.Cli.Commands.Boards;

namespace Harness.Cli.Tests.Commands;

/// <summary><c>harness flash</c>: its command lines, and missing or failing tools.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FlashTests : IDisposable
{
    private const int Arm = 40;
    private const int Avr = 83;
    private readonly TypedCommand _typed = new();

    private static DeviceEntry Board => new()
    {
        Name = "f405", Kind = DeviceKind.Serial, Driver = BoardDriver.Tty, Port = "/dev/ttyUSB7", TickUnit = "ticks", Provenance = Provenance.Hardware,
    };

    public void Dispose() => _typed.Dispose();

    [TestCase("/b/stm32f405.elf", Arm, null, null, "openocd -f interface/stlink.cfg -f target/stm32f4x.cfg -c 'program {/b/stm32f405.elf} verify reset exit'")]
    [TestCase("/b/microbit.elf", Arm, null, null, "openocd -f interface/cmsis-dap.cfg -f target/nrf51.cfg -c 'program {/b/microbit.elf} verify reset exit'")]
    [TestCase("/b/my-own.elf", Arm, null, "stm32h7x", "openocd -f interface/stlink.cfg -f target/stm32h7x.cfg -c 'program {/b/my-own.elf} verify reset exit'")]
    [TestCase("/b/stm32f405.elf", Arm, "st-flash", null, "arm-none-eabi-objcopy -O binary /b/stm32f405.elf /b/stm32f405.bin|st-flash --reset write /b/stm32f405.bin 0x08000000")]
    [TestCase("/b/atmega1284p.elf", Avr, null, null, "avrdude -p m1284p -c arduino -P /dev/ttyUSB7 -D -U flash:w:/b/atmega1284p.elf:e")]
    [TestCase("/b/avr1284.elf", Avr, null, null, "avrdude -p m1284p -c arduino -P /dev/ttyUSB7 -D -U flash:w:/b/avr1284.elf:e")]
    [TestCase("/b/avr-test.elf", Avr, null, null, "avrdude -p m328p -c arduino -P /dev/ttyUSB7 -D -U flash:w:/b/avr-test.elf:e")]
    public void An_image_and_a_choice_give_these_lines(string image, int machine, string? tool, string? part, string lines)
    {
        var plan = FlashPlan.For(Board, image, machine, new FlashChoice(tool, null, part), program => "/usr/bin/" + program);
        Assert.That(plan.Lines.Select(FlashPlan.Shell), Is.EqualTo(lines.Split('|')));
    }

    [TestCase("/b/esp32.elf", 94, "esptool --chip esp32 elf2image --output /b/esp32.bin /b/esp32.elf|esptool --chip esp32 --port /dev/ttyUSB7 write_flash 0x10000 /b/esp32.bin")]
    public void An_ESP32_is_written_by_esptool(string image, int machine, string lines) => An_image_and_a_choice_give_these_lines(image, machine, null, null, lines);

    [TestCase("st-flash", true)]
    [TestCase("openocd", false)]
    public void The_raw_binary_goes_where_it_can_be_written_and_only_for_a_tool_that_needs_one(string tool, bool needed)
    {
        var asked = new List<string>();
        string Folder(string image)
        {
            asked.Add(image);
            return "/home/lab/.cache/harness/flash";
        }

        var plan = FlashPlan.For(Board, "/usr/lib/b/stm32f405.elf", Arm, new FlashChoice(tool), program => program, Folder);
        Assert.That(asked, Is.EqualTo(needed ? ["/usr/lib/b/stm32f405.elf"] : Array.Empty<string>()));
        Assert.That(plan.Lines.Select(FlashPlan.Shell), needed ? Has.All.Contain("/home/lab/.cache/harness/flash/stm32f405.bin") : Has.None.Contain(".bin"));
    }

    [Test]
    public void Beside_an_image_of_somebody_else_s_no_binary_is_made_but_in_a_folder_of_the_user_s_alone()
    {
        using var work = new WorkFolder();
        work.Write("mine/a.elf", "");
        Assert.That(BinaryFolder.For(work["mine/a.elf"], work["cache"]), Is.EqualTo(work["mine"]));
        Assert.That(Directory.GetFiles(work["mine"]), Has.Length.EqualTo(1), "nothing is left of the try");

        // Nobody makes a file in /proc, root neither.
        var own = BinaryFolder.For("/proc/self/a.elf", work["cache"]);
        Assert.That(own, Is.EqualTo(work["cache/harness/flash"]));
#pragma warning disable CA1416 // modes of files: Linux
        Assert.That(File.GetUnixFileMode(own), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
#pragma warning restore CA1416
        Assert.That(() => BinaryFolder.For("/proc/self/a.elf", "/proc/self"), Throws.TypeOf<FlashException>().With.Message.Contains("next: export XDG_CACHE_HOME="));
    }

    [Test]
    public void A_probe_of_the_rig_is_named_to_the_tool()
    {
        var board = Board with { Probe = "066DFF48" };
        Assert.That(FlashPlan.Shell(Plan(board, "openocd").Lines[0]), Does.Contain("-f interface/stlink.cfg -c 'adapter serial 066DFF48' -f target/"));
        Assert.That(FlashPlan.Shell(Plan(board, "openocd").Check.Line), Does.Contain("'adapter serial 066DFF48'"));
        Assert.That(FlashPlan.Shell(Plan(board, "st-flash").Lines[1]), Does.StartWith("st-flash --serial 066DFF48 --reset write"));
    }

    [TestCase("openocd", "Info : clock speed 2000 kHz\n0xe0042000: 20016413", null)]
    [TestCase("openocd", "0xe0042000: 10016419", "expected the chip 413, saw 419")]
    [TestCase("openocd", "Error: open failed", "saw no answer of it")]
    [TestCase("st-flash", "Found 1 stlink programmers\n  serial:     066DFF48\n  chipid:     0x413", null)]
    [TestCase("st-flash", "  serial:     066DFF48\n  chipid:     0x0440", "expected the chip 413, saw 440")]
    [TestCase("st-flash", "  serial: 066DFF48\n  chipid: 0x413\n  serial: 066DFF49\n  chipid: 0x413", "expected one probe, saw 2 (066DFF48, 066DFF49)")]
    [TestCase("st-flash", "Found 0 stlink programmers", "saw no answer of it")]
    public void The_chip_and_the_probe_are_judged_by_the_words_of_the_tool(string tool, string said, string? refusal) =>
        Assert.That(Plan(Board, tool).Check.Refusal(said), refusal is null ? Is.Null : Does.Contain(refusal));

    [TestCase("066DFF48", null)]
    [TestCase("066dff48", null)]
    [TestCase("066DFF49", "expected the chip 413, saw 440")]
    [TestCase("066DFF50", "saw no answer of it")]
    [TestCase("066DFF51", "expected the probe 066DFF51, saw 066DFF48, 066DFF49, 066DFF50")]
    public void Of_several_probes_the_chip_of_the_named_one_counts(string probe, string? refusal)
    {
        const string Said = "Found 3 stlink programmers\n  serial:     066DFF48\n  chipid:     0x413\n  serial:     066DFF49\n  chipid:     0x440\n  serial:     066DFF50\n";
        Assert.That(Plan(Board with { Probe = probe }, "st-flash").Check.Refusal(Said), refusal is null ? Is.Null : Does.Contain(refusal));
    }

    [TestCase("/b/esp32.elf", 94, "Chip type:          ESP32-D0WD-V3 (revision v3.1)\nMAC:                24:0a:c4:00:01:10", null)] // esptool 5
    [TestCase("/b/esp32.elf", 94, "Chip type:          ESP32-C3 (QFN32)\nMAC:                24:0a:c4:00:01:10", "expected the chip esp32, saw esp32-c3")]
    [TestCase("/b/avr.elf", Avr, "avrdude: Device signature = 0x1e950f (probably m328p)", null)]
    [TestCase("/b/avr.elf", Avr, "avrdude: Device signature = 0x1e9705 (probably m1284p)", "expected the chip 1e950f, saw 1e9705")]
    [TestCase("/b/avr1284.elf", Avr, "avrdude: stk500_recv(): programmer is not responding", "saw no answer of it")]
    [TestCase("/b/microbit.elf", Arm, "0x10000010: 00000400 ", null)]
    [TestCase("/b/microbit.elf", Arm, "0x10000010: 00001000 ", "expected the chip 00000400, saw 00001000")]
    [TestCase("/b/esp32.elf", 94, "Chip is ESP32-D0WDQ6 (revision 1)\nMAC: 24:0a:c4:00:01:10", null)]
    [TestCase("/b/esp32.elf", 94, "Chip is ESP32-S3 (QFN56)\nMAC: 24:0a:c4:00:01:10", "expected the chip esp32, saw esp32-s3")]
    public void Each_kind_of_chip_is_told_from_its_kin(string image, int machine, string said, string? refusal) =>
        Assert.That(FlashPlan.For(Board, image, machine, new FlashChoice(), program => program).Check.Refusal(said), refusal is null ? Is.Null : Does.Contain(refusal));

    [Test]
    public void A_chip_that_the_harness_does_not_know_is_stated_in_the_rig()
    {
        var plan = FlashPlan.For(Board, "/b/my-own.elf", Arm, new FlashChoice(null, null, "stm32h7x"), program => program);
        Assert.That(plan.Check.Refusal("0xe0042000: 10006450"), Does.Contain("saw 450: state it under chip: in the rig"));
        plan = FlashPlan.For(Board with { Chip = "0x450" }, "/b/my-own.elf", Arm, new FlashChoice(null, null, "stm32h7x"), program => program);
        Assert.That(plan.Check.Refusal("0xe0042000: 10006450"), Is.Null);
    }

    [TestCase("openocd", "0xe0042000: 10016419", "expected the chip 413, saw 419")]
    [TestCase("st-info", "serial: A\nchipid: 0x419", "expected the chip 413, saw 419")]
    [TestCase("openocd", "", "saw no answer")]
    public async Task The_wrong_board_is_refused_and_nothing_is_written(string program, string said, string refusal)
    {
        var rig = Rig();
        foreach (var tool in (string[])["openocd", "st-info", "st-flash", "arm-none-eabi-objcopy"])
        {
            _typed.Program(tool, $"case \"$*\" in *program*|*write*|-O*) echo \"$@\" >> written.txt;; esac\n{(tool == program ? $"printf '{said.Replace("\n", "\\n", StringComparison.Ordinal)}\\n'\n" : "")}");
        }

        var ended = await _typed.RunAsync("flash", "board", "--rig", rig, "--tool", program == "st-info" ? "st-flash" : "openocd");
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("f405 was not written").And.Contain(refusal).And.Contain("next: "));
        Assert.That(File.Exists(_typed["written.txt"]), Is.False);
    }

    private static FlashPlan Plan(DeviceEntry board, string tool) => FlashPlan.For(board, "/b/stm32f405.elf", Arm, new FlashChoice(tool), program => program);

    [Test]
    public void St_flash_is_taken_where_only_it_is_installed() =>
        Assert.That(FlashPlan.For(Board, "/b/stm32f405.elf", Arm, new FlashChoice(), p => p == "st-flash" ? p : null).Tool, Is.EqualTo("st-flash"));

    [TestCase("/b/stm32f405.elf", Arm, "avrdude", "does not write ARM images")]
    [TestCase("/b/atmega1284p.elf", Avr, "openocd", "does not write AVR images")]
    [TestCase("/b/stm32f405.elf", Arm, "hammer", "expected openocd, st-flash, avrdude")]
    [TestCase("/b/my-own.elf", Arm, null, "--part stm32f4x")]
    [TestCase("/b/x86.elf", 62, null, "expected ARM (40), AVR (83) or Xtensa (94)")]
    public void A_choice_that_does_not_fit_is_refused_with_the_next_command(string image, int machine, string? tool, string words) =>
        Assert.That(() => FlashPlan.For(Board, image, machine, new FlashChoice(tool), p => p),
            Throws.TypeOf<FlashException>().With.Message.Contains(words).And.Message.Contains("next: "));

    [Test]
    public async Task An_emulated_board_needs_none()
    {
        var ended = await _typed.RunAsync("flash", "m4");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("m4 is emulated").And.Contain("nothing to flash"));
    }

    [Test]
    public async Task A_tool_is_run_with_the_printed_line_and_its_failure_is_told()
    {
        var rig = Rig();
        _typed.Program("openocd", "case \"$*\" in *mdw*) echo 0xe0042000: 20016413 >&2;; *) echo \"$@\" > seen.txt;; esac\n");
        var ended = await _typed.RunAsync("flash", "board", "--rig", rig);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.StartWith("openocd -f interface/stlink.cfg").And.Contain("f405 is flashed"));
        Assert.That(File.ReadAllText(_typed["seen.txt"]), Does.Contain("target/stm32f4x.cfg").And.Contain("stm32f405.elf} verify reset exit"));

        File.Delete(_typed["seen.txt"]);
        var dry = await _typed.RunAsync("flash", "board", "--rig", rig, "--dry-run");
        Assert.That((dry.ExitCode, File.Exists(_typed["seen.txt"])), Is.EqualTo((0, false)), dry.ToString());

        _typed.Program("openocd", "case \"$*\" in *mdw*) echo 0xe0042000: 20016413 >&2;; *) echo no probe >&2; exit 1;; esac\n");
        var failed = await _typed.RunAsync("flash", "board", "--rig", rig);
        Assert.That(failed.ExitCode, Is.EqualTo(3), failed.ToString());
        Assert.That(failed.Stderr, Does.Contain("no probe").And.Contain("openocd ended with status 1"));
    }

    [Test]
    public async Task A_missing_tool_image_or_device_is_told_with_what_to_type()
    {
        var rig = Rig();
        if (Environment.GetEnvironmentVariable("PATH")!.Split(':').All(folder => !File.Exists(Path.Combine(folder, "st-flash"))))
        {
            var tool = await _typed.RunAsync("flash", "board", "--rig", rig, "--tool", "st-flash");
            Assert.That(tool.ExitCode, Is.EqualTo(3), tool.ToString());
            Assert.That(tool.Stderr, Does.Contain("is not installed; next: sudo apt-get install"));
        }

        var test = await _typed.RunAsync("flash", "board", "--rig", rig, "--test");
        Assert.That(test.ExitCode, Is.EqualTo(2), test.ToString());
        Assert.That(test.Stderr, Does.Contain("not built").And.Contain("next: make -C rigs/firmware"));
        var device = await _typed.RunAsync("flash", "bord", "--rig", rig);
        Assert.That(device.ExitCode, Is.EqualTo(2), device.ToString());
        Assert.That(device.Stderr, Does.Contain("no device or role 'bord'").And.Contain("board"));
    }

    private string Rig()
    {
        // Twenty bytes of an ELF header: 32-bit, little-endian, executable, ARM.
        Directory.CreateDirectory(_typed["fw"]);
        File.WriteAllBytes(_typed["fw/stm32f405.elf"], [0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, Arm, 0]);
        return _typed.Write("bench.yaml", """
            rig: bench
            server: s
            group: p256
            profile: rfc6628
            key_bits: 128
            broker: { kind: embedded, address: 127.0.0.1, port: 0 }
            devices:
              f405: { kind: serial, driver: tty, port: /dev/serial/by-id/none, elf: fw/stm32f405.elf, test_elf: fw/test.elf }
            roles: { board: f405 }
            """);
    }
}
