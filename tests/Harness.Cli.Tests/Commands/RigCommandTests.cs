using System.Text.Json;
using Harness.Bench.Rig;
using Harness.Cli.Commands.Rigs;

namespace Harness.Cli.Tests.Commands;

/// <summary><c>harness rig show</c> and <c>harness rig init</c>.</summary>
public sealed class RigCommandTests
{
    private static readonly string[][] Plugged =
    [
        [],
        ["/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0"],
        ["/dev/serial/by-id/usb-STM: odd 'name' #1-if02", "/dev/serial/by-id/b"],
    ];

    [TestCaseSource(nameof(Plugged))]
    public void A_written_rig_loads_and_names_every_adapter(params string[] adapters)
    {
        var rig = RigFile.Parse(RigTemplate.Render("true", adapters, "../firmware/build"), "/lab/rigs/mine.yaml");
        Assert.That(rig.Name, Is.EqualTo("true"));
        Assert.That(rig.Devices.Values.Where(d => d.Driver == BoardDriver.Tty).Select(d => d.Port), Is.EqualTo(adapters));
        Assert.That(rig.HasHardware, Is.EqualTo(adapters.Length > 0));
        Assert.That(rig.Find("board")!.Elf, Is.EqualTo("/lab/firmware/build/stm32f405.elf"));
        Assert.That(rig.Find("second board"), adapters.Length == 1 ? Is.Null : Is.Not.Null);
    }

    [Test]
    public void Adapters_are_what_lies_in_the_folder()
    {
        using var typed = new TypedCommand();
        typed.Write("by-id/usb-b", "");
        typed.Write("by-id/usb-a", "");
        Assert.That(RigTemplate.Adapters(typed["by-id"]), Is.EqualTo(new[] { typed["by-id/usb-a"], typed["by-id/usb-b"] }));
        Assert.That(RigTemplate.Adapters(typed["nothing"]), Is.Empty);
    }

    [Test]
    public async Task Init_writes_a_rig_that_show_reads_and_never_overwrites_one()
    {
        using var typed = new TypedCommand();
        var written = await typed.RunAsync("rig", "init", "rigs/mine.yaml");
        Assert.That(written.ExitCode, Is.Zero, written.ToString());
        Assert.That(written.Stdout, Does.Contain("wrote rigs/mine.yaml").And.Contain("next: ./harness doctor --rig rigs/mine.yaml"));
        var text = File.ReadAllText(typed["rigs/mine.yaml"]);

        var again = await typed.RunAsync("rig", "init", "rigs/mine.yaml");
        Assert.That((again.ExitCode, again.Stdout), Is.EqualTo((2, "")), again.ToString());
        Assert.That(again.Stderr, Does.Contain("not overwritten").And.Contain("next: "));
        Assert.That(File.ReadAllText(typed["rigs/mine.yaml"]), Is.EqualTo(text));

        var shown = await typed.RunAsync("rig", "show", "rigs/mine.yaml", "--json");
        using var json = JsonDocument.Parse(shown.Stdout);
        Assert.That(json.RootElement.GetProperty("rig").GetString(), Is.EqualTo("mine"));
    }

    [Test]
    public async Task Show_lists_devices_with_role_driver_and_where_they_are()
    {
        using var typed = new TypedCommand();
        var sim = await typed.RunAsync("rig", "show");
        Assert.That(sim.ExitCode, Is.Zero, sim.ToString());
        Assert.That(sim.Stdout, Does.Match(@"m4 +board, second board +qemu-stm32f405 +emulated-instructions").And.Match("m4c +board, second board"), "the boards of a pool");
        var pi = await typed.RunAsync("rig", "show", "rigs/pi-bench.yaml");
        Assert.That(pi.Stdout, Does.Contain("/dev/i2c-1 at 0x76").And.Contain("line 17 (door-contact)").And.Contain("115200 baud"));
        typed.Write("bad.yaml", "rig: x\nserverr: y\n");
        var bad = await typed.RunAsync("rig", "show", "bad.yaml");
        Assert.That(bad.ExitCode, Is.EqualTo(2), bad.ToString());
        Assert.That(bad.Stderr, Does.Contain("serverr"));
    }
}
