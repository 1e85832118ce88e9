namespace Harness.Bench.Tests.Rig;

public class RigFileTests
{
    private const string Minimal = """
        rig: small
        server: s
        devices:
          host: {kind: host}
        """;

    [TestCase("rig: \"a\\0b\"\nserver: s\ndevices:\n  host: {kind: host}\n", 1, 6, "rig of the rig", @"\u{0}")]
    [TestCase("rig: r\nserver: \"s\\e\"\ndevices:\n  host: {kind: host}\n", 2, 9, "server of the rig", @"\u{1b}")]
    [TestCase("rig: r\nserver: s\ndevices:\n  \"h\\0\": {kind: host}\n", 4, 3, "a key in devices", @"\u{0}")]
    [TestCase("rig: r\nserver: s\ndevices:\n  host: {kind: host}\nroles: {\"b\\x9b\": host}\n", 5, 9, "a key in roles", @"\u{9b}")]
    [TestCase("rig: r\nserver: s\ndevices:\n  host: {kind: host}\nroles: {b: \"host\\0\"}\n", 5, 12, "b of roles", @"\u{0}")]
    [TestCase("rig: r\nserver: s\ndevices:\n  host: {kind: host}\ngpio: {\"l\\a\": {chip: c, line: 1}}\n", 5, 8, "a key in gpio", @"\u{7}")]
    [TestCase("rig: r\nserver: s\ndevices:\n  host: {kind: host}\ngpio: {l: {chip: \"c\\0\", line: 1}}\n", 5, 18, "chip of gpio", @"\u{0}")]
    [TestCase("rig: r\nserver: s\ndevices:\n  host: {kind: host}\nsensors: {\"t\\n\": {kind: bme280, driver: model}}\n", 5, 11, "a key in sensors", @"\u{a}")]
    [TestCase("rig: r\nserver: s\ndevices:\n  x: {kind: serial, driver: tty, port: \"/dev/tty\\0\"}\n", 4, 40, "port of devices", @"\u{0}")]
    [TestCase("rig: r\nserver: s\ndevices:\n  x: {kind: external, client: \"c\\t\"}\n", 4, 31, "client of devices", @"\u{9}")]
    [TestCase("rig: r\nserver: s\nplugins: [\"p\\0\"]\ndevices:\n  host: {kind: host}\n", 3, 11, "plugins of the rig", @"\u{0}")]
    public void A_control_character_in_a_name_or_a_path_is_refused_by_line(string yaml, int line, int column, string what, string shown)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("rig.yaml");
        File.WriteAllText(path, yaml);
        var error = Assert.Throws<RigFileException>(() => RigFile.Load(path))!;
        Assert.That(error.Message, Does.Contain($"rig.yaml:{line}:{column}: ").And.Contain(what).And.Contain(shown).And.Not.Match(@"\p{Cc}"));
    }

    [Test]
    public void A_start_of_several_lines_keeps_its_line_ends()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("rig.yaml");
        File.WriteAllText(path, "rig: r\nserver: s\ndevices:\n  x:\n    kind: external\n    start: |\n      cd there\n      run it\n");
        Assert.That(RigFile.Load(path).Find("x")!.Start, Is.EqualTo("cd there\nrun it\n"));
    }

    [TestCase("sim.yaml")]
    [TestCase("posix.yaml")]
    [TestCase("pi-bench.yaml")]
    public void A_shipped_rig_is_accepted_and_knows_board_and_host(string name)
    {
        var rig = RigFile.Load(TestEnvironment.Rig(name));
        Assert.Multiple(() =>
        {
            Assert.That(rig.Find("board")!.Kind, Is.EqualTo(DeviceKind.Serial));
            Assert.That(rig.Find("host")!.Kind, Is.EqualTo(DeviceKind.Host));
            Assert.That(rig.Sensors.Values.Select(s => s.Kind).Where(kind => kind != "sensor"), Is.EquivalentTo(new[] { "bme280", "digital-input" }));
            Assert.That(rig.HasHardware, Is.EqualTo(name == "pi-bench.yaml"));
        });
    }

    [Test]
    public void The_emulated_rig_says_what_its_numbers_are()
    {
        var rig = RigFile.Load(TestEnvironment.Rig("sim.yaml"));
        var board = rig.Find("second board")!;
        Assert.Multiple(() =>
        {
            Assert.That(board.Name, Is.EqualTo("m4b"));
            Assert.That(board.Provenance, Is.EqualTo(Provenance.EmulatedInstructions));
            Assert.That(board.TickUnit, Is.EqualTo("instructions"));
            Assert.That(board.Elf, Is.EqualTo(Path.Combine(TestEnvironment.Root, "rigs/firmware/build/stm32f405.elf")));
            Assert.That(rig.Timeouts, Is.EqualTo(new RigTimeouts(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20))));
            Assert.That(rig.KeyBits, Is.EqualTo(128));
            Assert.That(rig.Broker.Port, Is.Zero);
        });
    }

    [Test]
    public void A_rig_may_name_every_group_the_host_has()
    {
        using var folder = new TemporaryFolder();
        foreach (var group in Harness.Crypto.Groups.AugPakeGroup.All)
        {
            var path = folder.File("rig.yaml");
            File.WriteAllText(path, $"rig: r\nserver: s\ngroup: {group.Name}\ndevices:\n  h: {{kind: host}}\n");
            Assert.That(RigFile.Load(path).Group, Is.EqualTo(group.Name));
        }
    }

    [Test]
    public void Paths_are_relative_to_the_rig_file_even_with_spaces()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("my rig.yaml");
        File.WriteAllText(path, "rig: r\nserver: s\ndevices:\n  p: {kind: serial, driver: posix, elf: sub folder/fw}\n");
        Assert.That(RigFile.Load(path).Devices["p"].Elf, Is.EqualTo(folder.File("sub folder/fw")));
    }

    [TestCase("\n", false)]
    [TestCase("\r\n", false)]
    [TestCase("\n", true)]
    [TestCase("\r\n", true)]
    public void Line_ends_and_byte_order_mark_do_not_matter(string end, bool mark)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("rig.yaml");
        var text = Minimal.ReplaceLineEndings(end) + end + "brocker: {}" + end;
        File.WriteAllText(path, text, new System.Text.UTF8Encoding(mark));
        var e = Assert.Throws<RigFileException>(() => RigFile.Load(path))!;
        Assert.Multiple(() =>
        {
            Assert.That((e.Line, e.Column), Is.EqualTo((5L, 1L)));
            Assert.That(e.Message, Does.StartWith($"{path}:5:1: ").And.Contain("\"brocker\"").And.Contain("nearest known: \"broker\""));
        });
        File.WriteAllText(path, Minimal.ReplaceLineEndings(end), new System.Text.UTF8Encoding(mark));
        Assert.That(RigFile.Load(path).Name, Is.EqualTo("small"));
    }

    [TestCase("", "mqtt-present")]
    [TestCase("scheme: mqtt-present\n", "mqtt-present")]
    [TestCase("scheme: augmqtt\n", "augmqtt")]
    [TestCase("scheme: mqtt-auth\n", "mqtt-auth")]
    public void A_rig_names_its_scheme_or_runs_mqtt_present(string line, string scheme) =>
        Assert.That(RigFile.Parse($"rig: r\nserver: s\n{line}devices:\n  h: {{kind: host}}\n", "rig.yaml").Scheme, Is.EqualTo(scheme));

    private static readonly object[][] Errors =
    [
        ["rig: r\nserver: s\ndevcies:\n  h: {kind: host}\n", 3, 1, "nearest known: \"devices\""],
        ["rig: r\nserver: s\ndevices:\n  h:\n    kind: host\n    tick_units: ns\n", 6, 5, "nearest known: \"tick_unit\""],
        ["rig: r\nserver: s\ntimeouts: {handshke: 3 s}\ndevices:\n  h: {kind: host}\n", 3, 12, "nearest known: \"handshake\""],
        ["rig: r\nserver: \"\\Uffffffff\"\ndevices:\n  h: {kind: host}\n", 2, 7, "not valid YAML after this place"],
        ["server: s\ndevices:\n  h: {kind: host}\n", 1, 1, "lacks the key \"rig\""],
        ["rig: r\ndevices:\n  h: {kind: host}\n", 1, 1, "lacks the key \"server\""],
        ["rig: r\nserver: s\n", 1, 1, "devices"],
        ["rig: r\nserver: s\ndevices: {}\n", 3, 10, "names no device"],
        ["rig: r\nserver: s\ndevices:\n  h: {kind: host}\n  h: {kind: host}\n", 5, 3, "twice|Duplicate"],
        ["rig: r\nrig: r\nserver: s\ndevices:\n  h: {kind: host}\n", 2, 1, "twice|Duplicate"],
        ["rig: r\nserver: s\ndevices: [h]\n", 3, 10, "must be a mapping.*a list"],
        ["rig: r\nserver: [a]\ndevices:\n  h: {kind: host}\n", 2, 9, "must be a single value"],
        ["rig: r\nserver:\ndevices:\n  h: {kind: host}\n", 2, 8, "is empty"],
        ["rig: r\nserver: s\nscheme: agmqtt\ndevices:\n  h: {kind: host}\n", 3, 9, "nearest known: \"augmqtt\""],
        ["rig: r\nserver: s\nschema: augmqtt\ndevices:\n  h: {kind: host}\n", 3, 1, "nearest known: \"scheme\""],
        ["rig: r\nserver: s\ngroup: p255\ndevices:\n  h: {kind: host}\n", 3, 8, "nearest known: \"p256\""],
        ["rig: r\nserver: s\nprofile: rfc6682\ndevices:\n  h: {kind: host}\n", 3, 10, "nearest known: \"rfc6628\""],
        ["rig: r\nserver: s\nkey_bits: 64\ndevices:\n  h: {kind: host}\n", 3, 11, "80, 128"],
        ["rig: r\nserver: s\ntimeouts: {boot: 20}\ndevices:\n  h: {kind: host}\n", 3, 18, "duration with its unit"],
        ["rig: r\nserver: s\ntimeouts: {boot: -1 s}\ndevices:\n  h: {kind: host}\n", 3, 18, "duration with its unit"],
        ["rig: r\nserver: s\nbroker: {port: 1883, tap_port: 1883}\ndevices:\n  h: {kind: host}\n", 3, 32, "another port than its port"],
        ["rig: r\nserver: s\nbroker: {client: mqtnet}\ndevices:\n  h: {kind: host}\n", 3, 18, "nearest known: \"mqttnet\""],
        ["rig: r\nserver: s\nbroker: {port: 65536}\ndevices:\n  h: {kind: host}\n", 3, 16, "from 0 to 65535"],
        ["rig: r\nserver: s\nbroker: {address: localhost}\ndevices:\n  h: {kind: host}\n", 3, 19, "IP address"],
        ["rig: r\nserver: s\ndevices:\n  h: {kind: hosts}\n", 4, 13, "nearest known: \"host\""],
        ["rig: r\nserver: s\ndevices:\n  h: {kind: host, port: /dev/x}\n", 4, 19, "does not go with kind host"],
        ["rig: r\nserver: s\ndevices:\n  b: {kind: serial}\n", 4, 6, "lacks the key \"driver\""],
        ["rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: tty}\n", 4, 6, "lacks the key \"port\""],
        ["rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: posix}\n", 4, 6, "lacks the key \"elf\""],
        ["rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: posix, elf: e, baud: 9600}\n", 4, 44, "does not go with driver posix"],
        ["rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: qemu-stm32f405, elf: e, provenance: hardware}\n", 4, 65, "can only be emulated-instructions"],
        ["rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: qemu-stm32f405, elf: e, tick_unit: cycles}\n", 4, 64, "counts instructions"],
        ["rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: tty, port: p, provenance: emulated-cycles}\n", 4, 55, "can only be hardware or host"],
        ["rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: tty, port: p, baud: fast}\n", 4, 49, "whole number"],
        ["rig: r\nserver: s\ndevices:\n  a: {kind: serial, driver: tty, port: /dev/p}\n  b: {kind: serial, driver: tty, port: /dev/p}\n", 5, 40, "\"b\" has the port /dev/p, which devices \"a\" \\(line 4\\) has already"],
        ["rig: r\nserver: s\ndevices:\n  a: &x {kind: serial, driver: tty, port: /dev/p}\n  b: *x\n", 5, 3, "port must differ"],
        ["rig: r\nserver: s\ndevices:\n  a: {kind: serial, driver: tty, port: /dev/p/../q}\n  b: {kind: serial, driver: tty, port: /dev/q}\n", 5, 40, "port must differ"],
        ["rig: r\nserver: s\ngpio: {t: {chip: /dev/g, line: 1}}\ndevices:\n  a: {kind: serial, driver: tty, port: /dev/p, trigger: t}\n  b: {kind: serial, driver: tty, port: /dev/q, trigger: t}\n", 6, 57, "\"b\" has the trigger t, which devices \"a\""],
        ["rig: r\nserver: s\ngpio:\n  t: {chip: /dev/g, line: 1}\n  u: {chip: /dev/g, line: 1}\ndevices:\n  h: {kind: host}\n", 5, 27, "line 1 of /dev/g, which gpio \"t\""],
        ["rig: r\nserver: s\ngpio: {t: {chip: /dev/g, line: 1}}\ndevices:\n  a: {kind: serial, driver: tty, port: /dev/p, trigger: t}\nsensors:\n  d: {kind: digital-input, driver: gpio, gpio: t}\n", 7, 48, "sensors \"d\" has the gpio line t, which devices \"a\" \\(line 5\\) has already"],
        ["rig: r\nserver: s\ngpio: {t: {chip: /dev/g, line: 1}}\ndevices:\n  h: {kind: host}\nsensors:\n  d: {kind: digital-input, driver: gpio, gpio: t}\n  e: {kind: digital-input, driver: device-gpio, gpio: t}\n", 8, 55, "sensors \"e\" has the gpio line t, which sensors \"d\""],
        ["rig: r\nserver: s\ndevices:\n  h: {kind: host}\nsensors:\n  c: {kind: bme280, driver: i2c, bus: /dev/i2c-1}\n  d: {kind: bme280, driver: i2c, bus: /dev/i2c-1, address: 0x76}\n", 7, 60, "sensors \"d\" has the address 0x76 on /dev/i2c-1, which sensors \"c\" \\(line 6\\)"],
        ["rig: r\nserver: s\ndevices:\n  h: {kind: host}\nsensors:\n  c: {kind: bme280, driver: i2c, bus: /dev/i2c-1, address: 0x77}\n  d: {kind: bme280, driver: iot-bindings, bus: /dev/x/../i2c-1, address: 0x77}\n", 7, 74, "address must differ"],
        ["rig: r\nserver: s\ndevices:\n  a: {kind: external, client: same}\n  b: {kind: external, client: same}\n", 5, 31, "\"b\" has the client name same, which devices \"a\""],
        ["rig: r\nserver: s\ndevices:\n  a: {kind: host}\n  b: {kind: external, client: a}\n", 5, 31, "client must differ"],
        ["rig: r\nserver: \"lab\\nbroker\"\ndevices:\n  h: {kind: host}\n", 2, 9, @"server of the rig must have no control characters, but is ""lab\\u\{a\}broker"""],
        ["rig: r\nserver: " + new string('s', 65) + "\ndevices:\n  h: {kind: host}\n", 2, 9, "1 to 64 bytes of UTF-8, not 65"],
        ["rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: tty, port: p, flow: rts}\n", 4, 49, "none, rts-cts, xon-xoff.*nearest known"],
        ["rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: tty, port: p, parity: mark}\n", 4, 51, "none, even, odd"],
        ["rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: posix, elf: e, flow: none}\n", 4, 44, "does not go with driver posix"],
        ["rig: r\nserver: s\ndevices:\n  m4: {kind: host}\nroles:\n  board: {pool: [m4, m5]}\n", 6, 17, "unknown device \"m5\".*nearest known: \"m4\""],
        ["rig: r\nserver: s\ndevices:\n  m4: {kind: host}\nroles:\n  board: {pool: []}\n", 6, 17, "at least one device, and each once"],
        ["rig: r\nserver: s\ndevices:\n  m4: {kind: host}\nroles:\n  board: {pool: [m4, m4]}\n", 6, 17, "at least one device, and each once"],
        ["rig: r\nserver: s\ndevices:\n  h: {kind: host}\n  p: {kind: serial, driver: posix, elf: e}\nroles:\n  board: {pool: [h, p]}\n", 7, 17, "devices of two kinds: h .host, ns. and p .posix, e, ns."],
        ["rig: r\nserver: s\ndevices:\n  m4: {kind: host}\nroles:\n  board: {pools: [m4]}\n", 6, 11, "pools"],
        ["rig: r\nserver: s\ndevices:\n  m4: {kind: host}\nroles:\n  board: m5\n", 6, 10, "unknown device \"m5\".*nearest known: \"m4\""],
        ["rig: r\nserver: s\ndevices:\n  a: {kind: host}\n  b: {kind: host}\nroles:\n  a: b\n", 7, 3, "name of a device"],
        ["rig: r\nserver: s\ndevices:\n  h: {kind: host}\nsensors:\n  c: {kind: bme280, driver: gpio}\n", 6, 29, "model, i2c"],
        ["rig: r\nserver: s\ndevices:\n  h: {kind: host}\nsensors:\n  c: {kind: bme280, driver: i2c}\n", 6, 6, "lacks the key \"bus\""],
        ["rig: r\nserver: s\ndevices:\n  h: {kind: host}\nsensors:\n  c: {kind: digital-input, driver: gpio, gpio: x}\n", 6, 48, "unknown gpio line \"x\""],
        ["rig: r\n  server: s\n", 2, 9, "not valid YAML"],
        ["rig: 'r\n", 1, 6, "not valid YAML"],
        ["rig: [", 2, 1, "not valid YAML"],
        ["rig: {", 2, 1, "not valid YAML"],
        ["rig: r\n---\nrig: s\n", 1, 1, "one document"],
        ["", 1, 1, "empty"],
        ["# nothing\n", 1, 1, "empty"],
        ["- a\n", 1, 1, "must be a mapping"],
    ];

    [TestCaseSource(nameof(Errors))]
    public void Rig_values_without_a_meaning_are_refused_with_their_place(string text, int line, int column, string words)
    {
        var e = Assert.Throws<RigFileException>(() => RigFile.Parse(text, "/bench/my rig.yaml"))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Message, Does.Match(words));
            Assert.That((e.Line, e.Column), Is.EqualTo(((long)line, (long)column)), e.Message);
            Assert.That(e.File, Is.EqualTo("/bench/my rig.yaml"));
            Assert.That(e.NextCommand, Is.EqualTo($"${{EDITOR:-nano}} +{line} '/bench/my rig.yaml'"));
        });
    }

    [Test]
    public void Two_names_of_one_port_are_refused_by_line()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.File("by-id"), "/dev/ptmx");
        var e = Assert.Throws<RigFileException>(() => RigFile.Parse(
            $"rig: r\nserver: s\ndevices:\n  a: {{kind: serial, driver: tty, port: /dev/ptmx}}\n  b: {{kind: serial, driver: tty, port: {folder.File("by-id")}}}\n", "/tmp/r.yaml"))!;
        Assert.That(e.Line, Is.EqualTo(5));
        Assert.That(e.Message, Does.Contain("(now /dev/ptmx)").And.Contain("\"a\" (line 4)"));
    }

    [Test]
    public void A_line_has_its_parity_and_flow_control()
    {
        var rig = RigFile.Parse("rig: r\nserver: s\ndevices:\n  a: {kind: serial, driver: tty, port: p}\n  b: {kind: serial, driver: serialport, port: q, baud: 9600, parity: odd, flow: rts-cts}\n", "/tmp/r.yaml");
        Assert.That(rig.Devices["a"].Serial, Is.EqualTo(new Harness.Hardware.Links.SerialLineSettings()));
        Assert.That(rig.Devices["b"].Serial, Is.EqualTo(new Harness.Hardware.Links.SerialLineSettings(9600, Harness.Hardware.Links.SerialParity.Odd, Harness.Hardware.Links.FlowControl.RtsCts)));
    }

    [TestCase("broker: {kind: mqttnet}\n", "mqttnet", 5, 16)]
    public void A_driver_that_nobody_added_is_refused_with_its_place_and_the_next_command(string text, string driver, int line, int column)
    {
        var rig = RigFile.Parse(Minimal + "\n" + text, "/bench/rig.yaml");
        var e = Assert.Throws<RigFileException>(() => _ = new TestBench(rig, new TestBenchOptions()))!;
        Assert.Multiple(() =>
        {
            Assert.That((e.Line, e.Column), Is.EqualTo(((long)line, (long)column)));
            Assert.That(e.Message, Does.Contain($"\"{driver}\"").And.Contain("there are"));
            Assert.That(e.NextCommand, Is.EqualTo($"${{EDITOR:-nano}} +{line} /bench/rig.yaml"));
        });
    }

    [TestCase("bme280, driver: i2c, bus: /dev/i2c-250", "i2c", "/dev/i2c-250: no such I2C bus")]
    [TestCase("bme280, driver: iot-bindings, bus: /dev/i2c-250", "i2c", "/dev/i2c-250: no such I2C bus")]
    [TestCase("digital-input, driver: gpio, gpio: g", "gpio", "/dev/gpiochip250: no such GPIO chip")]
    [TestCase("digital-input, driver: device-gpio, gpio: g", "gpio", "/dev/gpiochip250: no such GPIO chip")]
    public async Task Two_names_of_one_driver_mean_the_same(string sensor, string driver, string says)
    {
        var rig = RigFile.Parse($"{Minimal}\nsensors:\n  s: {{kind: {sensor}}}\ngpio:\n  g: {{chip: /dev/gpiochip250, line: 4}}\n", "/bench/rig.yaml");
        Assert.That(rig.Sensors["s"].Driver, Is.EqualTo(driver));
        await using var bench = new TestBench(rig, new TestBenchOptions());
        Action open = rig.Sensors["s"].Kind == "bme280" ? () => bench.Sensors.Climate() : () => bench.Sensors.DigitalInput();
        Assert.That(() => open(), Throws.TypeOf<RigErrorException>().With.Property("Seen").StartsWith(says));
    }

    [Test]
    public void A_line_on_the_package_s_driver_is_hardware()
    {
        var rig = RigFile.Parse("rig: r\nserver: s\ndevices:\n  b: {kind: serial, driver: serialport, port: /dev/ttyUSB0}\n", "/bench/rig.yaml");
        Assert.That(rig.HasHardware, Is.True);
        Assert.That(() => new BenchDrivers().Check(rig), Throws.Nothing);
    }

    [TestCase("", "hardware", Provenance.Unknown)]
    [TestCase("machine: physical\n", "hardware", Provenance.Hardware)]
    [TestCase("machine: physical\n", "host", Provenance.Host)]
    [TestCase("", "host", Provenance.Host)]
    public void On_arm64_a_board_is_hardware_only_where_the_rig_says_that_the_machine_is_physical(string statement, string provenance, Provenance expected)
    {
        var rig = RigReader.Parse(
            $"rig: r\n{statement}server: s\ndevices:\n  b: {{kind: serial, driver: tty, port: /dev/ttyUSB0, provenance: {provenance}}}\n  host: {{kind: host}}\n", "/bench/rig.yaml", null,
            stated => HostConditions.OfRealBoard(stated, System.Runtime.InteropServices.Architecture.Arm64, isVirtual: false));
        Assert.That(rig.Find("b")!.Provenance, Is.EqualTo(expected));
        Assert.That(rig.IsMachinePhysical, Is.EqualTo(statement.Length > 0));
        Assert.That(rig.HasHardware, Is.EqualTo(provenance == "hardware"), "a scenario for hardware runs, and its budgets are inconclusive");
        Assert.That(rig.Find("host")!.Provenance, Is.EqualTo(Provenance.Host));
    }

    [Test]
    public void A_machine_that_is_called_anything_but_physical_is_refused()
    {
        var error = Assert.Throws<RigFileException>(() => RigFile.Parse("rig: r\nmachine: phsical\nserver: s\ndevices:\n  host: {kind: host}\n", "/bench/rig.yaml"))!;
        Assert.That(error.Message, Does.Contain("rig.yaml:2:10: ").And.Contain("machine of the rig must be one of physical").And.Contain("nearest known: \"physical\""));
    }

    [TestCase("mqttnet")]
    [TestCase("built-in")]
    public async Task Both_client_names_of_earlier_rig_files_name_the_present_client(string word)
    {
        var rig = RigFile.Parse(Minimal + $"\nbroker: {{client: {word}}}\n", "/bench/rig.yaml");
        await using var bench = new TestBench(rig, new TestBenchOptions());
        await using var broker = await bench.StartBroker(new Harness.Mqtt.Broker.MqttBrokerOptions { AllowAnonymous = true }, CancellationToken.None);
        await using var client = await Harness.Mqtt.Client.MqttClient.ConnectAsync(new Harness.Mqtt.Client.MqttClientOptions { Port = broker.Endpoint.Port, ClientId = "c" }, CancellationToken.None);
        Assert.That(broker.ConnectedClients, Is.EqualTo(new[] { "c" }));
    }

    [Test]
    public async Task Drivers_added_by_the_composition_root_are_used()
    {
        var rig = RigFile.Parse(Minimal + "\nbroker: {kind: mqttnet, client: mqttnet}\n", "/bench/rig.yaml");
        Assert.That(() => new BenchDrivers().Check(rig), Throws.TypeOf<RigFileException>().With.Message.Contains("no driver \"mqttnet\" here; there are embedded"));
        var drivers = new BenchDrivers(typeof(RigFileTests).Assembly);
        await using var bench = new TestBench(rig, new TestBenchOptions { Drivers = drivers });
        await using var broker = await bench.StartBroker(new Harness.Mqtt.Broker.MqttBrokerOptions { AllowAnonymous = true }, CancellationToken.None);
        await using var client = await Harness.Mqtt.Client.MqttClient.ConnectAsync(new Harness.Mqtt.Client.MqttClientOptions { Port = broker.Endpoint.Port, ClientId = "c" }, CancellationToken.None);
        Assert.That(broker.ConnectedClients, Is.EqualTo(new[] { "c" }));
    }

    /// <summary>A broker of another assembly than the bench knows.</summary>
    [Harness.Mqtt.BrokerDriver("mqttnet")]
    private static async Task<Harness.Mqtt.IMqttBroker> StartAnother(Harness.Mqtt.Broker.MqttBrokerOptions options, CancellationToken token) => await Harness.Mqtt.Broker.MqttBroker.StartAsync(options, token);

    [Test]
    public void Ten_thousand_brackets_are_refused_and_end_nothing()
    {
        Assert.That(
            () => RigFile.Parse("a: " + new string('[', 10_000), "r.yaml"),
            Throws.TypeOf<RigFileException>().With.Message.Contains("nested deeper"));
    }

    [Test]
    public void A_missing_file_says_so_and_what_to_type()
    {
        var e = Assert.Throws<RigFileException>(() => RigFile.Load("/no where/rig.yaml"))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Message, Is.EqualTo("/no where/rig.yaml: no such rig file"));
            Assert.That(e.NextCommand, Is.EqualTo("ls '/no where'"));
        });
    }

    [Test]
    public void A_file_that_is_no_text_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("rig.yaml");
        File.WriteAllBytes(path, [0xC3, 0x28, 0xFF, 0x00]);
        Assert.That(() => RigFile.Load(path), Throws.TypeOf<RigFileException>().With.Message.Contains("not UTF-8"));
    }

    [Test]
    public void A_key_in_the_wrong_case_is_unknown_and_its_neighbour_is_named()
    {
        Assert.That(
            () => RigFile.Parse(Minimal + "\nBroker: {}\n", "r.yaml"),
            Throws.TypeOf<RigFileException>().With.Message.Contains("nearest known: \"broker\""));
    }

    [Test]
    public void Roles_that_share_a_pool_are_played_by_different_devices_of_it()
    {
        var rig = RigFile.Parse(
            """
            rig: r
            server: s
            devices: {a: {kind: host}, b: {kind: host}}
            roles:
              board: {pool: [a, b]}
              second board: {pool: [a, b]}
              third board: {pool: [a, b]}
            """, "rig.yaml");
        Assert.That(rig.Pools["second board"], Is.EqualTo(new[] { "a", "b" }));
        Assert.That((rig.Find("board")!.Name, rig.Find("second board")!.Name, rig.Find("third board")!.Name), Is.EqualTo(("a", "b", "a")));
    }
}
