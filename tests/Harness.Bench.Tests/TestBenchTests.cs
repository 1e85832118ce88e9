using InconclusiveException = Harness.Record.InconclusiveException;

namespace Harness.Bench.Tests;

public partial class TestBenchTests
{
    private const string Password = "pass phrase of m4";
    private ListSink _sink = null!;
    private TestBench _bench = null!;

    [SetUp]
    public void SetUp()
    {
        _sink = new ListSink();
        _bench = new TestBench(RigFile.Load(TestEnvironment.Rig("posix.yaml")), new TestBenchOptions { Sink = _sink });
    }

    [TearDown]
    public async Task TearDown() => await _bench.DisposeAsync();

    [Test]
    public async Task Parts_of_a_scenario_are_known_by_assembly_and_part()
    {
        const string text = """
            rig: r
            server: s
            timeouts: {boot: 0.1 s}
            devices:
              far: {kind: serial, driver: tty, port: /dev/no-such-line, provenance: hardware}
            """;
        await using var bench = new TestBench(RigFile.Parse(text, "/tmp/r.yaml"), new TestBenchOptions());
        Assert.That(async () => await bench.GetBoardAsync("far", TestEnvironment.Timeout()), Throws.InstanceOf<RigErrorException>());
        _ = bench.StartBroker;
        await (await OperationCatalog.OpenAsync(_bench, "host", "sha256", 16, TestEnvironment.Timeout())).DisposeAsync();
        Assert.Multiple(() =>
        {
            Assert.That(bench.Used, Is.EquivalentTo(new[] { (typeof(TtyLink).Assembly, "link"), (typeof(Harness.Mqtt.IMqttBroker).Assembly, "broker") }));
            Assert.That(_bench.Used, Is.EqualTo(new[] { (typeof(OperationCatalog).Assembly, "operation") }));
        });
        bench.BeginScenario("f:1", null);
        Assert.That(bench.Used, Is.Empty);
    }

    [Test]
    public async Task A_device_goes_from_idle_to_active_when_first_asked_for_and_is_announced()
    {
        var device = _bench.Device("board");
        Assert.That(device.State, Is.EqualTo(DeviceState.Idle));
        await _bench.GetPartyAsync("board", TestEnvironment.Timeout());
        Assert.That(device.State, Is.EqualTo(DeviceState.Active));
        Assert.That(_bench.Device("second board").State, Is.EqualTo(DeviceState.Idle));
        var ready = _sink.Events.OfType<DeviceReady>().Single();
        Assert.Multiple(() =>
        {
            Assert.That((ready.Device, ready.Kind, ready.Driver, ready.Board, ready.TickUnit), Is.EqualTo(("p1", "serial", "posix", "posix", "ns")));
            Assert.That(ready.Provenance, Is.EqualTo(Provenance.Host));
            Assert.That(ready.Build, Has.Length.EqualTo(8));
            Assert.That(ready.ReadyMs, Is.GreaterThan(0));
        });
    }

    [Test]
    public async Task The_same_board_is_kept_from_scenario_to_scenario_but_wiped()
    {
        _bench.BeginScenario("a.feature:1", null);
        var party = await _bench.GetPartyAsync("board", TestEnvironment.Timeout());
        await party.ProvisionAsync(_bench.IdentityOf("board", Password), TestEnvironment.Timeout());
        _bench.EndScenario();
        _bench.BeginScenario("a.feature:5", null);
        var again = await _bench.GetPartyAsync("board", TestEnvironment.Timeout());
        Assert.That(again, Is.SameAs(party));
        await Assert.ThatAsync(async () => await again.AugInitAsync(TestEnvironment.Timeout()), Throws.TypeOf<PartyRefusedException>());
    }

    [Test]
    public async Task A_second_request_for_a_board_in_one_scenario_wipes_nothing()
    {
        _bench.BeginScenario("a.feature:1", null);
        var party = await _bench.GetPartyAsync("board", TestEnvironment.Timeout());
        await party.ProvisionAsync(_bench.IdentityOf("board", Password, group: "p256"), TestEnvironment.Timeout());
        party = await _bench.GetPartyAsync("p1", TestEnvironment.Timeout());
        Assert.That((await party.AugInitAsync(TestEnvironment.Timeout())).Value, Has.Length.EqualTo(65));
    }

    [Test]
    public async Task A_board_frozen_in_one_scenario_is_well_in_the_next()
    {
        _bench.BeginScenario("a.feature:1", null);
        await _bench.GetPartyAsync("board", TestEnvironment.Timeout());
        _bench.Device("board").Freeze();
        _bench.EndScenario();
        _bench.BeginScenario("a.feature:5", null);
        var party = await _bench.GetPartyAsync("board", TestEnvironment.Timeout());
        await party.ProvisionAsync(_bench.IdentityOf("board", Password), TestEnvironment.Timeout());
    }

    [Test]
    public async Task Each_device_has_a_transcript_a_scenario_and_no_password_in_it()
    {
        using var folder = new TemporaryFolder();
        _bench.BeginScenario("a.feature:1", folder.File("one"));
        var party = await _bench.GetPartyAsync("board", TestEnvironment.Timeout());
        await party.ProvisionAsync(_bench.IdentityOf("board", Password), TestEnvironment.Timeout());
        Assert.That(_bench.EndScenario(), Is.EqualTo(new[] { folder.File("one/p1.txt") }));
        _bench.BeginScenario("a.feature:5", folder.File("two"));
        Assert.That(_bench.EndScenario(), Is.Empty);
        var text = File.ReadAllText(folder.File("one/p1.txt"));
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("pw=<redacted 17> *----").And.Contain("seed=<redacted 32> *----"));
            Assert.That(text, Does.Not.Contain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(Password))));
        });
    }

    [Test]
    public void A_device_that_the_rig_lacks_is_inconclusive_and_the_known_ones_are_named()
    {
        var e = Assert.Throws<InconclusiveException>(() => _bench.Device("third board"))!;
        Assert.That(e.Seen, Does.Contain("\"p1\"").And.Contain("\"second board\""));
    }

    [Test]
    public async Task A_board_is_not_found_in_a_device_of_this_process()
    {
        Assert.That(await _bench.GetPartyAsync("host", TestEnvironment.Timeout()), Is.TypeOf<HostParty>());
        await Assert.ThatAsync(async () => await _bench.GetBoardAsync("host", TestEnvironment.Timeout()), Throws.TypeOf<InconclusiveException>());
        Assert.That(() => _bench.Device("host").Freeze(), Throws.TypeOf<InconclusiveException>());
    }

    [Test]
    public async Task A_call_in_the_wrong_state_names_object_method_and_state()
    {
        var device = _bench.Device("board");
        Assert.That(() => device.Party, Throws.TypeOf<LifecycleException>().With.Message.Contains("device \"p1\": Party in state idle"));
        Assert.That(() => device.Line, Throws.TypeOf<LifecycleException>());
        Assert.That(device.Freeze, Throws.TypeOf<LifecycleException>());
        await Assert.ThatAsync(async () => await device.ActivateAsync(TestEnvironment.Timeout()), Throws.TypeOf<LifecycleException>());
        await device.BindAsync(TestEnvironment.Timeout());
        await Assert.ThatAsync(async () => await device.BindAsync(TestEnvironment.Timeout()), Throws.TypeOf<LifecycleException>().With.Message.Contains("bound"));
        await device.ActivateAsync(TestEnvironment.Timeout());
        await device.ReleaseAsync();
        Assert.That(device.State, Is.EqualTo(DeviceState.Idle));
        await _bench.DisposeAsync();
        await Assert.ThatAsync(async () => await _bench.GetPartyAsync("board", TestEnvironment.Timeout()), Throws.TypeOf<LifecycleException>().With.Message.Contains("disposed"));
    }

    [Test]
    public async Task Closing_the_bench_ends_every_emulator()
    {
        await _bench.GetPartyAsync("board", TestEnvironment.Timeout());
        await _bench.GetPartyAsync("second board", TestEnvironment.Timeout());
        int[] pids = [_bench.Device("board").EmulatorProcessId!.Value, _bench.Device("second board").EmulatorProcessId!.Value];
        await _bench.DisposeAsync();
        Assert.That(pids, Has.None.Matches<int>(p => Directory.Exists($"/proc/{p}")));
    }

    [Test]
    public async Task A_test_build_is_refused_where_security_is_judged()
    {
        await using var bench = Small($"elf: {TestEnvironment.Firmware("posix-test")}");
        await Assert.ThatAsync(
            async () => await bench.GetPartyAsync("b", TestEnvironment.Timeout()),
            Throws.TypeOf<BoardMismatchException>().With.Message.Contains("expected a product build (test=0), saw a test build (test=1)"));
    }

    [Test]
    public async Task Known_answers_run_on_the_test_build_which_takes_a_scalar()
    {
        await using var bench = new TestBench(_bench.Rig, new TestBenchOptions { TestFirmware = true });
        var board = await bench.GetBoardAsync("board", TestEnvironment.Timeout());
        await board.ProvisionAsync(bench.IdentityOf("board", Password, group: "p256"), TestEnvironment.Timeout());
        var reply = await board.AskAsync("AUG.INIT", [("x", "1".PadLeft(64, '0'))], TestEnvironment.Timeout());
        Assert.That(reply.Values["X"], Does.StartWith("046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0"), "the generator of P-256");
    }

    [Test]
    public async Task Without_a_test_build_in_the_rig_known_answers_say_what_is_missing()
    {
        var rig = RigFile.Parse($"rig: r\nserver: s\ndevices:\n  b: {{kind: serial, driver: posix, elf: {TestEnvironment.Firmware("posix")}}}\n", "/tmp/r.yaml");
        await using var bench = new TestBench(rig, new TestBenchOptions { TestFirmware = true });
        await Assert.ThatAsync(async () => await bench.GetPartyAsync("b", TestEnvironment.Timeout()), Throws.TypeOf<RigErrorException>().With.Message.Contains("test_elf"));
    }

    [Test]
    public async Task A_device_without_a_line_cannot_vanish_from_it()
    {
        await _bench.GetPartyAsync("host", TestEnvironment.Timeout());
        Assert.That(() => _bench.Device("host").Vanishing(), Throws.TypeOf<InconclusiveException>());
    }

    [Test]
    public async Task Two_runs_do_not_share_a_board()
    {
        using var locks = new TemporaryFolder();
        await using var emulator = await EmulatedBoard.StartAsync(
            _bench.Device("board").Entry, TestEnvironment.Firmware("posix"), TestEnvironment.Firmware("leash"), TimeSpan.FromSeconds(10), TestEnvironment.Timeout());
        var rig = RigFile.Parse($"rig: r\nserver: s\ntimeouts: {{boot: 2 s}}\ndevices:\n  b: {{kind: serial, driver: tty, port: {emulator.PtyPath}}}\n", "/tmp/r.yaml");
        var options = new TestBenchOptions { LockFolder = locks.Path };
        await using var one = new TestBench(rig, options);
        await one.GetPartyAsync("b", TestEnvironment.Timeout());
        await using var two = new TestBench(rig, options);
        await Assert.ThatAsync(
            async () => await two.GetPartyAsync("b", TestEnvironment.Timeout()),
            Throws.TypeOf<RigErrorException>().With.Message.Contains($"held by pid {Environment.ProcessId}"));
        await one.DisposeAsync();
        await two.GetPartyAsync("b", TestEnvironment.Timeout());
    }

    [Test]
    public void Sensors_of_the_rig_are_read_through_their_drivers()
    {
        _bench.Sensors.Model("climate")!.Set("temperature", 21.5);
        Assert.That(_bench.Sensors.Climate().Read().Temperature.DegreesCelsius, Is.EqualTo(21.5).Within(0.02));
        _bench.Sensors.DigitalInputModel("door")!.Level = true;
        Assert.That(_bench.Sensors.DigitalInput().Read(), Is.True);
        Assert.That(() => _bench.Sensors.Climate("attic"), Throws.TypeOf<InconclusiveException>());
    }

    [Test]
    public async Task A_sensor_is_found_by_its_name_or_its_chip_and_a_bus_that_is_not_there_is_a_quality()
    {
        var rig = RigFile.Parse(
            "rig: r\nserver: s\ndevices:\n  host: {kind: host}\nsensors:\n  roof: {kind: bme280, driver: i2c, bus: /dev/i2c-99}\n  air: {kind: sensor, binding: sht3x, driver: model}\n", "/tmp/r.yaml");
        await using var bench = new TestBench(rig, new TestBenchOptions());
        Assert.That(bench.Sensors.Read("BME280").Quality, Is.EqualTo(ReadingQuality.Gone));
        Assert.That((bench.Sensors.Read("air").Quality, bench.Sensors.Read("SHT3x").Sensor), Is.EqualTo((ReadingQuality.Good, "air")));
        Assert.That(bench.Sensors.Model("BME280"), Is.Null);
        Assert.That(() => bench.Sensors.ReadUsable("roof"), Throws.TypeOf<RigErrorException>().With.Property("Seen").StartsWith("gone: "));
        Assert.That(() => bench.Sensors.Read("lm75"), Throws.TypeOf<InconclusiveException>());

        bench.Sensors.Model("air")!.Fault = ChipFault.Gone;
        bench.BeginScenario("next", null);
        Assert.That(bench.Sensors.WasRead, Is.False);
        Assert.That(bench.Sensors.Read("air").Quality, Is.EqualTo(ReadingQuality.Good), "a model is whole again in each scenario");
    }

    private static TestBench Small(string keys) =>
        new(RigFile.Parse($"rig: r\nserver: s\ndevices:\n  b: {{kind: serial, driver: posix, {keys}}}\n", "/tmp/r.yaml"), new TestBenchOptions());
}
