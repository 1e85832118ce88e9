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
        var text = RigTemplate.Render("true", adapters, "../firmware/build");
        if (adapters.Length > 0)
        {
            Assert.That(() => RigFile.Parse(text, "/lab/rigs/mine.yaml"), Throws.InstanceOf<RigFileException>().With.Message.Contains("elf of devices \"board1\" is still \"?\""));
        }

        var rig = RigFile.Parse(text.Replace("elf: \"?\"", "elf: ../firmware/build/stm32f405.elf", StringComparison.Ordinal), "/lab/rigs/mine.yaml");
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
    public async Task Init_writes_a_rig_that_show_reads_and_changes_nothing_where_nothing_is_new()
    {
        using var typed = new TypedCommand();
        var written = await typed.RunAsync("rig", "init", "rigs/mine.yaml");
        Assert.That(written.ExitCode, Is.Zero, written.ToString());
        Assert.That(written.Stdout, Does.Contain("wrote rigs/mine.yaml").And.Contain("next: ./harness doctor --rig rigs/mine.yaml"));
        var text = File.ReadAllText(typed["rigs/mine.yaml"]);

        var again = await typed.RunAsync("rig", "init", "rigs/mine.yaml");
        Assert.That(again.ExitCode, Is.Zero, again.ToString());
        Assert.That(again.Stdout, Does.Contain("nothing changed").And.Contain("next: "));
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

    private static readonly BenchSurvey Found = new(
        ["/dev/serial/by-id/usb-BBC_micro:bit_1-if01", "/dev/serial/by-id/usb-FTDI_new-if00-port0"],
        [("/dev/i2c-1", new(0x18, false, ["mcp9808"])), ("/dev/i2c-1", new(0x76, false, ["bme280", "bmp280"]))], ["28-000005e2fdc3"], []);

    [Test]
    public void Devices_that_are_found_are_written_and_a_person_decides_on_unknown_ones()
    {
        var text = RigTemplate.Render("bench", Found.Adapters, "firmware/build", Found);
        Assert.That(text, Does.Contain("elf: firmware/build/microbit.elf").And.Contain("elf: \"?\"").And.Contain("binding: mcp9808").And.Contain("binding: \"?\"                # bme280 or bmp280").And.Contain("one_wire: 28-000005e2fdc3"));
        var decided = RigFile.Parse(text.Replace("elf: \"?\"", "elf: x.elf", StringComparison.Ordinal).Replace("binding: \"?\"", "binding: bme280", StringComparison.Ordinal), "bench.yaml");
        Assert.That(decided.Sensors.Values.Where(s => s.Binding is not null).Select(s => s.Binding!.Name), Is.EqualTo(new[] { "mcp9808", "bme280", "ds18b20" }));
    }

    [TestCase("\n")]
    [TestCase("\r\n")]
    public void A_merge_adds_whole_entries_and_changes_no_other_byte(string end)
    {
        var edited = string.Join(end, [
            "rig: mine        # our bench", "server: s", "devices:", "    host: {kind: host}", "    # ours: /dev/serial/by-id/usb-FTDI_new-if00-port0 is broken, do not use", "", "# the sensors",
            "sensors:", "    air:   {kind: sensor, binding: bme280, bus: /dev/i2c-1, address: 0x76}  # on the roof", "roles: {host: host}", ""]);
        var (text, added) = RigMerge.Into(edited, Found, "firmware/build");
        Assert.That(added, Is.EqualTo(new[]
        {
            "device board1: /dev/serial/by-id/usb-BBC_micro:bit_1-if01", "sensor sensor1: /dev/i2c-1 address 0x18", "sensor sensor2: 1-wire 28-000005e2fdc3",
        }));

        // Every line of before is there, in its order.
        var rest = text.Split(end).ToList();
        var at = -1;
        foreach (var line in edited.Split(end))
        {
            at = rest.IndexOf(line, at + 1);
            Assert.That(at, Is.GreaterThanOrEqualTo(0), line);
        }

        var rig = RigFile.Parse(text, "mine.yaml");
        Assert.That(rig.Sensors.Keys, Is.EqualTo(new[] { "air", "sensor1", "sensor2" }));
        Assert.That(rig.Devices["board1"].Port, Is.EqualTo("/dev/serial/by-id/usb-BBC_micro:bit_1-if01"));
        var again = RigMerge.Into(text, Found, "firmware/build");
        Assert.That(again.Text, Is.EqualTo(text));
        Assert.That(again.Added, Is.Empty);
    }

    [Test]
    public void A_chip_that_is_plugged_in_after_the_first_time_is_added()
    {
        var first = RigTemplate.Render("bench", [], "f", BenchSurvey.Empty);
        Assert.That(first, Does.Contain("bus: /dev/i2c-1, address: 0x76"), "the template's own example, which nobody decided on");
        var (text, added) = RigMerge.Into(first, Found, "f");
        Assert.That(added, Has.Count.EqualTo(5).And.Contains("sensor sensor2: /dev/i2c-1 address 0x76"));
        Assert.That(RigMerge.Into(text, Found, "f").Added, Is.Empty);
        Assert.That(RigFile.Parse(RigMerge.Decided(text), "bench.yaml").Sensors, Has.Count.EqualTo(5));
    }

    [TestCase("  air: {kind: sensor, binding: bme280, bus: /dev/i2c-1, address: 118}", true)]
    [TestCase("  base: &chip {kind: sensor, binding: lm75, bus: /dev/i2c-1, address: 0x48}\n  air:\n    <<: *chip\n    address: 0x76", true)]
    [TestCase("  # the RTC of /dev/i2c-1\n  # is at 0x76, leave it alone\n  door: {kind: digital-input, driver: model}", true)]
    [TestCase("  air: {kind: sensor, binding: lm75, bus: /dev/i2c-1, address: 0x48}  # /dev/i2c-1: 0x76 is on the way", true)]
    [TestCase("  air: {kind: sensor, binding: bme280, bus: /dev/i2c-10, address: 0x76}", false)]
    [TestCase("  air: {kind: sensor, binding: bme280, bus: /dev/i2c-0, address: 0x76}\n  wall: {kind: sensor, binding: lm75, bus: /dev/i2c-1, address: 0x48}", false)]
    [TestCase("  # of /dev/i2c-1 nothing yet\n  air: {kind: model}\n  # 0x76 is free on the other bus", false)]
    public void An_address_is_named_by_what_the_file_means_and_not_by_its_digits(string sensors, bool isNamed)
    {
        var text = $"rig: mine\nserver: s\ndevices:\n  host: {{kind: host}}\nsensors:\n{sensors.Replace("{kind: model}", "{kind: bme280, driver: model}", StringComparison.Ordinal)}\n";
        var found = new BenchSurvey([], [("/dev/i2c-1", new(0x76, false, ["bme280", "bmp280"]))], [], []);
        Assert.That(RigFile.Parse(text, "mine.yaml"), Is.Not.Null);
        Assert.That(RigMerge.Into(text, found, "f").Added, isNamed ? Is.Empty : Has.Count.EqualTo(1));
    }

    [Test]
    public void A_port_by_another_name_is_the_same_adapter()
    {
        using var work = new WorkFolder();
        work.Write("node", "");
        foreach (var name in new[] { "by-id", "by-path" })
        {
            Directory.CreateDirectory(work[name]);
            File.CreateSymbolicLink(work[$"{name}/one"], work["node"]);
        }

        work.Write("other", "");
        File.CreateSymbolicLink(work["by-path/twin"], work["other"]);
        File.CreateSymbolicLink(work["by-path/twin-again"], work["other"]);
        var adapters = RigTemplate.Adapters(work["by-id"], work["by-path"]);
        Assert.That(adapters, Is.EqualTo(new[] { work["by-id/one"], work["by-path/twin"] }), "two adapters that tell the same share one name below by-id");
        var text = $"rig: mine\nserver: s\ndevices:\n  b: {{kind: serial, driver: tty, port: '{work["by-path/one"]}'}}\n";
        Assert.That(RigMerge.Into(text, new(adapters, [], [], []), "f").Added, Is.EqualTo(new[] { $"device board1: {work["by-path/twin"]}" }));
        Assert.That(RigMerge.Into(text, new([work["by-id/one"]], [], [], []), "f"), Is.EqualTo((text, Array.Empty<string>())));
    }

    [TestCase("rig: mine\r\nserver: s\ndevices:\n  host: {kind: host}\n\n\n")]
    [TestCase("rig: mine\nserver: s\n\"devices\":\n  host: {kind: host}")]
    [TestCase("rig: mine\nserver: s\ndevices :   # ours\r\n  host: {kind: host}\r\n# the end")]
    public void Not_one_byte_of_a_strange_file_changes(string text)
    {
        var (merged, added) = RigMerge.Into(text, Found, "f");
        Assert.That(added, Has.Count.EqualTo(5));
        var at = 0;
        foreach (var c in text)
        {
            at = merged.IndexOf(c, at) + 1;
            Assert.That(at, Is.Positive);
        }

        Assert.That(merged.Split('\n').Intersect(text.Split('\n')).Count(), Is.EqualTo(text.Split('\n').Distinct().Count()), "whole lines, with their ends");
        Assert.That(RigFile.Parse(RigMerge.Decided(merged), "mine.yaml").Devices, Has.Count.EqualTo(3));
    }

    [TestCase("utf-8")]
    [TestCase("utf-16")]
    [TestCase("utf-16BE")]
    public async Task A_file_keeps_its_encoding_and_its_mark(string encoding)
    {
        using var typed = new TypedCommand();
        var marked = System.Text.Encoding.GetEncoding(encoding);
        var before = "rig: \"größe\"\nserver: s\ndevices:\n  host: {kind: host}\n";
        File.WriteAllBytes(typed["mine.yaml"], [.. marked.GetPreamble(), .. marked.GetBytes(before)]);
        var written = Harness.Cli.Commands.RigCommand.Encode(before + "# more\n", File.ReadAllBytes(typed["mine.yaml"]));
        Assert.That(written, Is.EqualTo((byte[])[.. marked.GetPreamble(), .. marked.GetBytes(before + "# more\n")]));
        Assert.That((await typed.RunAsync("rig", "show", "mine.yaml")).Stdout, Does.Contain("rig größe"));
    }

    [Test]
    public void A_section_that_is_missing_is_added_and_one_in_one_line_is_left_to_a_person()
    {
        var (text, _) = RigMerge.Into("rig: mine\nserver: s\ndevices:\n  host: {kind: host}\n", Found, "f");
        Assert.That(RigFile.Parse(text.Replace("\"?\"", "bme280", StringComparison.Ordinal), "mine.yaml").Sensors, Has.Count.EqualTo(3));
        Assert.That(() => RigMerge.Into("rig: mine\ndevices: {host: {kind: host}}\n", Found, "f"), Throws.InstanceOf<FormatException>().With.Message.Contains("add by hand").And.Message.Contains("usb-BBC_micro:bit"));
    }

    [Test]
    public void A_port_that_is_not_plugged_in_is_told() =>
        Assert.That(RigMerge.Gone("devices:\n  a:\n    port: /dev/serial/by-id/usb-away\n    # port: /dev/serial/by-id/usb-older\n  b: {driver: tty, port: \"/dev/serial/by-id/usb-far\"}\n", Found), Is.EqualTo(new[] { "/dev/serial/by-id/usb-away", "/dev/serial/by-id/usb-far" }));
}
