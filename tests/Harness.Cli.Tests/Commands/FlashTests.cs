using Harness.Bench.Rig;
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

    [Test]
    public void St_flash_is_taken_where_only_it_is_installed() =>
        Assert.That(FlashPlan.For(Board, "/b/stm32f405.elf", Arm, new FlashChoice(), p => p == "st-flash" ? p : null).Tool, Is.EqualTo("st-flash"));

    [TestCase("/b/stm32f405.elf", Arm, "avrdude", "does not write ARM images")]
    [TestCase("/b/atmega1284p.elf", Avr, "openocd", "does not write AVR images")]
    [TestCase("/b/stm32f405.elf", Arm, "hammer", "expected openocd, st-flash, avrdude")]
    [TestCase("/b/my-own.elf", Arm, null, "--part stm32f4x")]
    [TestCase("/b/x86.elf", 62, null, "expected ARM (40) or AVR (83)")]
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
        _typed.Program("openocd", "echo \"$@\" > seen.txt\n");
        var ended = await _typed.RunAsync("flash", "board", "--rig", rig);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.StartWith("openocd -f interface/stlink.cfg").And.Contain("f405 is flashed"));
        Assert.That(File.ReadAllText(_typed["seen.txt"]), Does.Contain("target/stm32f4x.cfg").And.Contain("stm32f405.elf} verify reset exit"));

        File.Delete(_typed["seen.txt"]);
        var dry = await _typed.RunAsync("flash", "board", "--rig", rig, "--dry-run");
        Assert.That((dry.ExitCode, File.Exists(_typed["seen.txt"])), Is.EqualTo((0, false)), dry.ToString());

        _typed.Program("openocd", "echo no probe >&2; exit 1\n");
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
