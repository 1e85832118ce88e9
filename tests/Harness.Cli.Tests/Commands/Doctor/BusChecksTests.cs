using Harness.Cli.Commands.Doctor;
using Harness.Hardware;
using Harness.Hardware.I2c;

namespace Harness.Cli.Tests.Commands.Doctor;

/// <summary>GPIO chips and I2C buses of a rig against those of a machine.</summary>
public sealed class BusChecksTests
{
    private static readonly RigFile Rig = RigFile.Parse(
        """
        rig: r
        server: s
        devices:
          host: {kind: host}
        sensors:
          air: {kind: sensor, binding: sht3x, bus: /dev/i2c-1, address: 0x44}
          sky: {kind: sensor, binding: bmp280, bus: /dev/i2c-1}
        gpio:
          door: {chip: /dev/gpiochip0, line: 17}
        """, "r.yaml");

    [Test]
    public void A_chip_is_told_by_its_label() => Assert.That(
        BusChecks.Chips(Rig, [new("/dev/gpiochip0", "pinctrl-bcm2711", 58, [(4, "GPIO4", "onewire")], null)]),
        Is.EqualTo(new[] { Finding.Ok("gpio /dev/gpiochip0", "pinctrl-bcm2711, 58 lines; those of the rig are free") }));

    [Test]
    public void A_line_of_the_rig_that_another_holds_is_told_with_the_holder()
    {
        var finding = BusChecks.Chips(Rig, [new("/dev/gpiochip0", "pinctrl-bcm2711", 58, [(17, "GPIO17", "gpiomon")], null)]).Single();
        Assert.That((finding.Health, finding.Seen), Is.EqualTo((Health.Broken, "pinctrl-bcm2711: line 17 (door) is held by \"gpiomon\"")));
    }

    [Test]
    public void A_missing_chip_is_told_with_those_that_are_there()
    {
        var finding = BusChecks.Chips(Rig, [new("/dev/gpiochip4", "pinctrl-rp1", 54, [], null)]).Single();
        Assert.That((finding.Health, finding.Seen), Is.EqualTo((Health.Broken, "not there; there are /dev/gpiochip4 (pinctrl-rp1, 54 lines)")));
    }

    [Test]
    public void Addresses_that_answer_come_with_their_likely_chips_and_a_missing_one_with_its_sensor()
    {
        var finding = BusChecks.Buses(Rig, _ => [new(0x44, false, I2cScan.Likely(0x44)), new(0x3C, false, []), new(0x68, true, [])]).Single();
        Assert.That(finding.Health, Is.EqualTo(Health.Broken));
        Assert.That(finding.Seen, Is.EqualTo("answering: 0x44 (ina219 or ina260 or sht3x), 0x3c, 0x68 (held by a kernel driver); 0x76 of sky does not"));
        Assert.That(BusChecks.Buses(Rig, _ => [new(0x44, false, []), new(0x76, false, [])]).Single().Health, Is.EqualTo(Health.Ok));
    }

    [Test]
    public void A_bus_that_cannot_be_opened_comes_with_its_fix()
    {
        var finding = BusChecks.Buses(Rig, bus => throw new HardwareException(HardwareFailure.Missing, bus, "no such I2C bus", "sudo raspi-config nonint do_i2c 0")).Single();
        Assert.That((finding.Health, finding.Fix), Is.EqualTo((Health.Broken, "sudo raspi-config nonint do_i2c 0")));
    }

    [Test]
    public void A_flashed_build_is_compared_with_the_image_of_the_rig()
    {
        using var work = new WorkFolder();
        var image = work.Write("f405.elf", "\u007fELF ... 1a2b3c4d ...");
        var rig = RigFile.Parse($"rig: r\nserver: s\ndevices:\n  f405: {{kind: serial, driver: tty, port: /dev/ttyUSB0, elf: '{image}'}}\n", "r.yaml");
        Assert.That(BoardChecks.Firmware(rig.Devices["f405"], "1a2b3c4d", "r.yaml")!.Health, Is.EqualTo(Health.Ok));
        var other = BoardChecks.Firmware(rig.Devices["f405"], "00000000", "r.yaml")!;
        Assert.That((other.Health, other.Fix), Is.EqualTo((Health.Warning, "./harness flash f405 --rig r.yaml")));
    }
}
