namespace Harness.Bench.Tests.Rig;

/// <summary>DTR and RTS of a serial line, of which one switches the board's power.</summary>
public sealed class RigPowerLineTests
{
    [TestCase("by: rts, cut: asserted", null, false)]
    [TestCase("by: rts, cut: deasserted", null, true)]
    [TestCase("by: dtr, cut: deasserted", true, null)]
    [TestCase("by: dtr, cut: asserted", false, null)]
    [TestCase("by: command, off: a, on: b", null, null)]
    public void A_line_that_switches_the_power_is_held_so_that_the_board_has_it(string power, bool? dtr, bool? rts)
    {
        var serial = RigFile.Parse($"rig: r\nserver: s\ndevices:\n  b: {{kind: serial, driver: tty, port: p, power: {{{power}}}}}\n", "/tmp/r.yaml").Devices["b"].Serial;
        Assert.That((serial.Dtr, serial.Rts), Is.EqualTo((dtr, rts)));
    }

    [Test]
    public void A_line_cannot_switch_the_power_and_control_the_flow()
    {
        var e = Assert.Throws<RigFileException>(() => RigFile.Parse("rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: tty, port: p, flow: rts-cts, power: {by: rts, cut: asserted}}\n", "/tmp/r.yaml"))!;
        Assert.That(e.Line, Is.EqualTo(4));
        Assert.That(e.Message, Does.Contain("RTS switches its power"));
    }
}
