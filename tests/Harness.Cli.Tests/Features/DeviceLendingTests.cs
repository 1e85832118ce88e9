using Harness.Bench.Devices;

namespace Harness.Cli.Tests.Features;

/// <summary>The devices that scenarios need and get while others run beside them.</summary>
public sealed class DeviceLendingTests
{
    private const string Rig = """
        rig: r
        server: s
        devices:
          host: {kind: host}
          a: &board {kind: serial, driver: posix, elf: build/posix}
          b: *board
          c: *board
          x: {kind: serial, driver: qemu-stm32f405, elf: x.elf, handshake: 4 min}
          y: {kind: external}
        roles:
          host: host
          board: {pool: [a, b]}
          second board: {pool: [a, b]}
        sensors:
          climate: {kind: bme280, driver: SENSOR}
        """;

    private TestBench _bench = null!;

    [SetUp]
    public void Open() => _bench = new TestBench(RigFile.Parse(Rig.Replace("SENSOR", "model", StringComparison.Ordinal), "rig.yaml"), new TestBenchOptions());

    [TearDown]
    public async Task Close() => await _bench.DisposeAsync();

    [TestCase("Given board is enrolled at the broker", false, "board")]
    [TestCase("Given second board and board are logged in", false, "second board", "board")]
    [TestCase("When x publishes 16 bytes", false, "x")]
    [TestCase("When the adversary tries mitm-two-handshakes", true)]
    [TestCase("Then they computed", true)]
    [TestCase("Then \"seal\" of x takes at most 200 thousand instructions at max", false, "x")]
    [TestCase("Then \"seal\" of board takes at most 20 ms at max", true, "board")]
    [TestCase("Then \"seal\" of host takes at most 20 ms at max", true, "host")]
    [TestCase("Then y logs in by itself", false, "y")]
    [TestCase("Given a broker with enhanced authentication", false)]
    public void A_scenario_needs_the_devices_of_its_sentences_and_the_whole_rig_where_they_do_not_tell(string step, bool isAlone, params string[] words)
    {
        var needs = Needs(step);
        Assert.That(needs.IsAlone, Is.EqualTo(isAlone));
        Assert.That(needs.Words, Is.EqualTo(words));
    }

    [Test]
    public void A_measurement_is_alone_only_where_load_can_change_it()
    {
        Assert.That(Needs("Given x is logged in", "Then the device clock agrees with the trigger clock").IsAlone, Is.False, "an emulator's counts");
        Assert.That(Needs("Given x is logged in", "Given host is logged in", "Then the device clock agrees with the trigger clock").IsAlone, Is.True);
    }

    [Test]
    public void A_real_sensor_is_read_by_one_scenario_at_a_time()
    {
        var needs = Needs("When board publishes a reading of the BME280") with { ReadsSensors = true };
        Assert.That(Needs("When board publishes a reading of the BME280").ReadsSensors, Is.False, "each scenario has a model of its own");
        var lending = new DeviceLending(_bench);
        var first = lending.Take(needs)!;
        Assert.That(lending.Take(needs), Is.Null);
        lending.Return(first);
        Assert.That(lending.Take(needs), Is.Not.Null);
    }

    [Test]
    public async Task A_board_that_somebody_else_holds_is_lent_only_where_the_others_would_never_do()
    {
        using var work = new WorkFolder();
        var rig = Rig.Replace("{kind: serial, driver: posix, elf: build/posix}", $"{{kind: serial, driver: tty, port: '{work["port-a"]}'}}", StringComparison.Ordinal)
            .Replace("b: *board", $"b: {{<<: *board, port: '{work["port-b"]}'}}", StringComparison.Ordinal).Replace("c: *board", "c: {kind: host}", StringComparison.Ordinal);
        await using var bench = new TestBench(RigFile.Parse(rig.Replace("SENSOR", "model", StringComparison.Ordinal), "rig.yaml"), new TestBenchOptions { LockFolder = work["locks"] });
        var (one, both) = (Needs("Given board is enrolled at the broker"), Needs("Given second board and board are logged in"));
        var lending = new DeviceLending(bench);
        var held = DeviceLock.Take("theirs", work["port-a"], work["locks"]);
        var first = lending.Take(one)!;
        Assert.That(first.Devices, Is.EqualTo(new[] { "b" }));
        using (DeviceLock.Take("ours", work["port-b"], work["locks"])) // as while it is opened
        {
            Assert.That(lending.Take(one), Is.Null, "b comes back");
        }

        lending.Return(first);
        Assert.That(lending.Take(both)!.Devices, Is.EquivalentTo(new[] { "a", "b" }), "two boards are what it needs");
        held.Dispose();
        var free = new DeviceLending(bench);
        Assert.That(free.Take(one)!.Devices!.Concat(free.Take(one)!.Devices!), Is.EquivalentTo(new[] { "a", "b" }));
    }

    [Test]
    public void Scenarios_get_different_boards_of_a_pool_until_none_is_left()
    {
        var lending = new DeviceLending(_bench);
        var needs = Needs("Given board is enrolled at the broker");
        var (first, second) = (lending.Take(needs)!, lending.Take(needs)!);
        Assert.That(first.Devices!.Concat(second.Devices!), Is.EquivalentTo(new[] { "a", "b" }));
        Assert.That(second.Bench.Device("board").Name, Is.EqualTo(second.Devices![0]));
        Assert.That(lending.Take(needs), Is.Null);
        lending.Return(first);
        Assert.That(lending.Take(needs)!.Devices, Is.EqualTo(first.Devices));
    }

    [Test]
    public void Two_roles_of_a_scenario_are_two_boards_and_wait_until_both_are_free()
    {
        var lending = new DeviceLending(_bench);
        var both = Needs("Given second board and board are logged in");
        var loan = lending.Take(both)!;
        Assert.That(loan.Devices, Is.EquivalentTo(new[] { "a", "b" }));
        lending.Return(loan);
        Assert.That(lending.Take(Needs("When a publishes 16 bytes")), Is.Not.Null);
        Assert.That(lending.Take(both), Is.Null, "it takes none before it can have both");
        Assert.That(lending.Take(Needs("When b publishes 16 bytes")), Is.Not.Null);
    }

    [Test]
    public void The_whole_rig_is_lent_to_one_scenario_alone()
    {
        var lending = new DeviceLending(_bench);
        var (one, all) = (Needs("When x publishes 16 bytes"), Needs("Then they computed"));
        var loan = lending.Take(one)!;
        Assert.That(lending.Take(all), Is.Null);
        lending.Return(loan);
        var whole = lending.Take(all)!;
        Assert.That(whole.Bench, Is.SameAs(_bench));
        Assert.That(lending.Take(Needs("Given host is logged in")), Is.Null);
        lending.Return(whole);
        Assert.That(lending.Take(one), Is.Not.Null);
    }

    [Test]
    public async Task Each_scenario_has_a_host_of_its_own_and_no_device_that_it_did_not_name()
    {
        var lending = new DeviceLending(_bench);
        var host = Needs("Given host is logged in");
        var (first, second) = (lending.Take(host)!, lending.Take(host)!);
        Assert.That(await first.Bench.GetPartyAsync("host", CancellationToken.None), Is.Not.SameAs(await second.Bench.GetPartyAsync("host", CancellationToken.None)));
        Assert.That(() => first.Bench.Device("c"), Throws.TypeOf<RigErrorException>().With.Message.Contains("named"));
        await first.Bench.DisposeAsync();
        await second.Bench.DisposeAsync();
    }

    [Test]
    public async Task A_login_may_take_as_long_as_the_slowest_device_of_its_scenario_and_no_other_waits_for_that_one()
    {
        var lending = new DeviceLending(_bench);
        var (slow, quick) = (lending.Take(Needs("Given x is logged in"))!, lending.Take(Needs("Given board is logged in"))!);
        Assert.That((slow.Bench.Handshake, slow.Bench.TestbedOptions().Timeout), Is.EqualTo((TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(4))));
        Assert.That((quick.Bench.Handshake, quick.Bench.TestbedOptions().Timeout), Is.EqualTo((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30))));
        Assert.That(_bench.Handshake, Is.EqualTo(TimeSpan.FromSeconds(30)), "no device of the rig was used");
        await slow.Bench.DisposeAsync();
        await quick.Bench.DisposeAsync();
    }

    private ScenarioNeeds Needs(params string[] steps)
    {
        using var work = new WorkFolder();
        var text = $"Feature: f\n\n  Scenario: s\n{string.Concat(steps.Select(step => $"    {step}\n{(step.EndsWith("computed", StringComparison.Ordinal) ? "      | a |\n" : "")}"))}";
        return ScenarioNeeds.Of(FeatureCatalog.Load(work.Write("f.feature", text))[0], _bench.Rig, SpecFlowHost.Vocabulary());
    }
}
