namespace Harness.Bench.Tests.Vectors;

/// <summary>Known answers in this process.</summary>
public sealed class HostVectorDeviceTests : VectorDeviceContract
{
    [SetUp]
    public void Open() => Device = new HostVectorDevice("host");

    protected override bool IsBeyondIt(VectorCase vector) => false;
}

/// <summary>Known answers on boards with test firmware, which is booted by default.</summary>
[TestFixture("posix.yaml")]
[TestFixture("sim.yaml")]
public sealed class BoardVectorDeviceTests(string rigName) : VectorDeviceContract
{
    private TestBench _bench = null!;

    [OneTimeSetUp]
    public async Task Boot()
    {
        var rig = RigFile.Load(TestEnvironment.Rig(rigName));
        _bench = new TestBench(rig, VectorDevices.OptionsFor(VectorDevices.Find(rig, "board")));
        Device = await VectorDevices.OpenAsync(_bench, "board", TestEnvironment.Timeout());
    }

    [OneTimeTearDown]
    public async Task PowerOff() => await _bench.DisposeAsync();

    protected override bool IsBeyondIt(VectorCase vector) => vector
        is AugPakeCase { Group: "rfc3526-14" } or RejectCase { Group: "rfc3526-14" };

    protected override IEnumerable<string> HardenedBeyondIt => ["pair_run", "schemes", "ascon", "eax", "signatures"];

    // An emulated board takes a second for an exponentiation modulo 2048 bits: one client's cases are asked of it, one a profile.
    protected override bool IsAsked(string section, JsonObject vector) =>
        rigName != "sim.yaml" || section != VectorFile.AugPake || (string?)vector["group"] != "modp2048-q256" || (string?)vector["client"] == "sensor-7";

    [Test]
    public void It_is_the_test_build() => Assert.Multiple(() =>
    {
        Assert.That(Device.Description, Does.Contain("test=1"));
        Assert.That(Device.NextCommand, Is.Null);
    });

    [TestCase("client")]
    [TestCase("server")]
    [TestCase("password")]
    public async Task A_name_longer_than_the_protocol_takes_is_not_run(string field)
    {
        var document = VectorDocument.Load();
        document.Case("augpake", 0)[field] = new string('n', 65);
        var result = await RunAsync(document.Only("augpake", 0));
        Assert.That(result.Outcomes[0].Reasons, Has.One.Contains($"{field} of 65 bytes").And.One.Contains("1 to 64"));
    }

    [Test]
    public async Task A_scalar_outside_the_range_fails_naming_x()
    {
        var document = VectorDocument.Load();
        document.Case("augpake", 6)["x"] = new string('f', 64);
        var result = await RunAsync(document.Only("augpake", 6));
        Assert.That(result.Outcomes[0].Mismatches.Select(m => (m.Field, m.Seen)), Has.One.Matches<(string Field, string Seen)>(m => m.Field == "x" && m.Seen.StartsWith("ERR ARG")));
    }

    [Test]
    public async Task A_board_that_vanishes_is_a_rig_error_and_the_rest_is_not_reached()
    {
        var rig = RigFile.Load(TestEnvironment.Rig(rigName));
        await using var bench = new TestBench(rig, new TestBenchOptions { TestFirmware = true });
        var device = await VectorDevices.OpenAsync(bench, "second board", TestEnvironment.Timeout());
        var file = VectorDocument.Load().Only("present", 0, 1, 2);
        var result = await VectorRun.RunAsync(file, device, CaseLimit, _ => bench.Device("second board").Kill(), null, TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(Verdict.RigError));
            Assert.That((result.Passed, result.NotReached), Is.EqualTo((1, 2)));
            Assert.That(VectorReport.Render(result, "r"), Does.Contain("the rig broke: present[1]"));
        });
    }

    [Test]
    public async Task A_case_over_its_time_is_a_rig_error_never_a_pass()
    {
        var rig = RigFile.Load(TestEnvironment.Rig(rigName));
        await using var bench = new TestBench(rig, new TestBenchOptions { TestFirmware = true });
        var device = await VectorDevices.OpenAsync(bench, "second board", TestEnvironment.Timeout());
        bench.Device("second board").Freeze();
        var result = await VectorRun.RunAsync(
            VectorDocument.Load().Only("present", 0), device, TimeSpan.FromMilliseconds(200), null, null, TestEnvironment.Timeout());
        Assert.That((result.Verdict, result.Passed, result.RigError!.Expected), Is.EqualTo((Verdict.RigError, 0, "an end within 0.2 s")));
    }
}

/// <summary>Known answers on a board with the product firmware, which takes no scalar and no bare key.</summary>
[TestFixture("posix.yaml")]
[TestFixture("sim.yaml")]
public sealed class ProductFirmwareTests(string rigName)
{
    [Test]
    public async Task Injected_cases_are_not_run_with_the_next_command_and_elements_are_refused_all_the_same()
    {
        await using var bench = new TestBench(RigFile.Load(TestEnvironment.Rig(rigName)), new TestBenchOptions());
        var device = await VectorDevices.OpenAsync(bench, "board", TestEnvironment.Timeout());
        var result = await VectorRun.RunAsync(VectorFile.Load(VectorDocument.Shipped), device, TimeSpan.FromSeconds(30), null, null, TestEnvironment.Timeout());
        Assert.Multiple(() =>
        {
            Assert.That((result.RigError, result.Failed), Is.EqualTo(((RigErrorException?)null, 0)));
            Assert.That(result.Outcomes.Where(o => o.Case is not RejectCase).Select(o => o.Status), Has.All.EqualTo(CaseStatus.NotRun));
            Assert.That(result.Outcomes.Count(o => o.Case is RejectCase && o.Status == CaseStatus.Passed), Is.EqualTo(18), "9 of each group the board lists");
            Assert.That(result.Outcomes.First(o => o.Case is PresentCase).Reasons, Has.One.Contains("test build"));
            Assert.That(device.NextCommand, Is.Not.Null);
            Assert.That(VectorReport.Render(result, "r"), Does.Contain(device.NextCommand));
        });
    }

    [Test]
    public async Task A_real_board_with_the_product_firmware_is_to_be_flashed_with_the_test_build()
    {
        var (result, device) = await OnTtyAsync("posix");
        Assert.Multiple(() =>
        {
            Assert.That(device.NextCommand, Does.Contain("flash f405 with /tmp/stm32f405-test.elf"));
            Assert.That(result.Outcomes.Single().Status, Is.EqualTo(CaseStatus.NotRun));
        });
    }

    [Test]
    public async Task A_real_board_with_the_test_build_runs_injected_cases()
    {
        var (result, device) = await OnTtyAsync("posix-test");
        Assert.That((result.Passed, device.NextCommand), Is.EqualTo((1, (string?)null)));
    }

    private static async Task<(VectorResult Result, IVectorDevice Device)> OnTtyAsync(string image)
    {
        await using var emulator = await EmulatedBoard.StartAsync(
            RigFile.Load(TestEnvironment.Rig("posix.yaml")).Find("board")!, TestEnvironment.Firmware(image), TestEnvironment.Firmware("leash"),
            TimeSpan.FromSeconds(10), TestEnvironment.Timeout());
        using var locks = new TemporaryFolder();
        var rig = RigFile.Parse($"rig: r\nserver: s\ndevices:\n  f405: {{kind: serial, driver: tty, port: {emulator.PtyPath}, test_elf: stm32f405-test.elf}}\n", "/tmp/r.yaml");
        await using var bench = new TestBench(rig, VectorDevices.OptionsFor(VectorDevices.Find(rig, "f405")) with { LockFolder = locks.Path });
        var device = await VectorDevices.OpenAsync(bench, "f405", TestEnvironment.Timeout());
        return (await VectorRun.RunAsync(VectorDocument.Load().Only("present", 0), device, TimeSpan.FromSeconds(30), null, null, TestEnvironment.Timeout()), device);
    }

    [Test]
    public void An_unknown_device_names_the_nearest() => Assert.That(
        () => VectorDevices.Find(RigFile.Load(TestEnvironment.Rig(rigName)), "bord"),
        Throws.TypeOf<FormatException>().With.Message.Contains("nearest known: \"board\""));
}
