using Harness.Sessions;
using Harness.Timing;

namespace Harness.Bench.Tests.Measuring;

/// <summary>Measurements on each kind of device: this process, the firmware as a process, and an exact board.</summary>
public sealed class MeasureRunTests
{
    private TestBench _bench = null!;

    [OneTimeSetUp]
    public void Open() => _bench = new TestBench(RigFile.Load(TestEnvironment.Rig("sim.yaml")), new TestBenchOptions());

    [OneTimeTearDown]
    public async Task Close() => await _bench.DisposeAsync();

    [Test]
    public async Task Every_operation_that_the_host_lists_can_be_measured()
    {
        foreach (var entry in await OperationCatalog.ListAsync(_bench, "host", TestEnvironment.Timeout()))
        {
            var result = await MeasureAsync("host", entry.Name, 5);
            Assert.That(result.Main.Values, Has.Count.EqualTo(5).And.All.GreaterThanOrEqualTo(0), entry.Name);
            Assert.That((result.Main.Unit, result.Main.Provenance, result.Main.WarmUp.Count), Is.EqualTo((Unit.Nanoseconds, Provenance.Host, 2)), entry.Name);
        }
    }

    [Test]
    public async Task Every_name_that_devices_share_can_be_measured_on_a_board()
    {
        var names = (await OperationCatalog.ListAsync(_bench, "m4", TestEnvironment.Timeout())).Select(e => e.Name).ToList();
        Assert.That(names, Is.SupersetOf(new[]
        {
            "present-encrypt", "present-key", "sha256", "p256-mul", "modexp", "aug.init", "aug.step", "handshake", "key.put", "seal", "open", "publish-receive",
        }));
        Assert.That(names, Is.Unique);
        foreach (var name in (string[])["empty", "present-encrypt", "aug.init", "aug.step", "aug.finish", "handshake", "key.put", "seal", "open"])
        {
            var result = await MeasureAsync("m4", name, 3);
            Assert.That((result.Main.Clock, result.Main.Unit, result.Main.Provenance), Is.EqualTo((ClockKind.Device, Unit.Instructions, Provenance.EmulatedInstructions)), name);
            Assert.That(result.Main.Values, Has.Count.EqualTo(3).And.All.GreaterThan(0), name);
        }

        Assert.That((await MeasureAsync("m4", "publish-receive", 3)).Series.Select(s => s.Clock), Is.EqualTo(new[] { ClockKind.Host }));
    }

    [TestCase("present-encrypt", "logic-4-words-64-rounds")]
    [TestCase("sha256", "platform-sha512-55-bytes")]
    [TestCase("modexp", "product-16x16-words")]
    [TestCase("aug.step", "product-16x16-words")]
    [TestCase("seal", "logic-4-words-64-rounds")]
    public async Task Every_sample_of_the_host_has_a_reference_workload_of_its_kind_beside_it(string operation, string kind)
    {
        var result = await MeasureAsync("host", operation, 5);
        Assert.That(result.Main.ReferenceWorkload!.Kind, Is.EqualTo(kind));
        Assert.That(result.Main.ReferenceWorkload.Nanoseconds, Has.Count.EqualTo(5).And.All.GreaterThan(0));
        Assert.That(result.Conditions, Has.One.Contains(kind));
    }

    [Test]
    public async Task Times_of_boards_and_brokers_have_no_reference_workload_beside_them()
    {
        Assert.That((await MeasureAsync("m4", "present-encrypt", 3)).Series, Has.All.Property(nameof(TimingSeries.ReferenceWorkload)).Null);
        Assert.That((await MeasureAsync("host", "publish-receive", 2)).Series, Has.All.Property(nameof(TimingSeries.ReferenceWorkload)).Null);
    }

    [TestCase("aug-x", "aug.init")]
    [TestCase("wrap", "key.put")]
    public async Task An_operation_is_still_taken_by_the_name_it_had_and_recorded_under_the_one_it_has(string former, string name)
    {
        var result = await MeasureAsync("host", former, 2);
        Assert.That((result.Entry.Name, result.Request.Operation, result.Main.Operation), Is.EqualTo((name, name, name)));
    }

    [Test]
    public void Logins_and_measurements_name_an_operation_alike_and_no_former_name_is_another_operations()
    {
        var declared = BenchDrivers.BuiltIn.Operations.All.Select(o => o.Attribute).ToList();
        // Steps that an observed party reports; those of the other schemes are measured alone.
        Assert.That(declared.Where(o => o.Scope == OperationScope.Step && o.Scheme is null or SchemeNames.Scram).Select(o => o.Name).ToList(), Is.SubsetOf(Operations.All).And.Count.EqualTo(8));
        Assert.That(declared.Where(o => o.Former is not null).Select(o => o.Name), Is.SubsetOf(Operations.All));
        Assert.That(declared.Select(o => o.Former).Intersect(declared.Select(o => (string?)o.Name)), Is.Empty);
    }

    [TestCase("seal", "128-bit keys, 16 bytes")]
    [TestCase("key.put", "128-bit keys")]
    [TestCase("handshake", "group modp2048-q256")]
    [TestCase("sha256", "")]
    public async Task A_series_says_what_it_was_done_on(string operation, string parameters) =>
        Assert.That((await MeasureAsync("host", operation, 1)).Main.Parameters, Is.EqualTo(parameters));

    [Test]
    public async Task On_an_exact_board_ticks_and_pulses_agree_to_the_cycle()
    {
        var result = await MeasureAsync("avr1284", "present-encrypt", 5, calibrate: true);
        Assert.That(result.Main.Values.Distinct().Count(), Is.EqualTo(1));
        Assert.That((result.Agreement!.Kind, result.Agreement.LargestDifference), Is.EqualTo((ClockAgreementKind.Agree, 0.0)), result.Agreement.Description);
        var trigger = result.SeriesOf(ClockKind.Trigger)!;
        Assert.That((trigger.LostEdges, trigger.SequenceGaps, trigger.Values.Count), Is.EqualTo((0, 0, 5)));
        Assert.That(result.Calibration!.FloorOf(ClockKind.Device)!.Unit, Is.EqualTo(Unit.Cycles));
    }

    [TestCase("pbkdf2")]
    [TestCase("scram.step")]
    [TestCase("scram.finish")]
    [TestCase("scram.login")]
    [TestCase("esfahani.first")]
    [TestCase("esfahani.second")]
    [TestCase("esfahani.login")]
    [TestCase("hardened.seal")]
    [TestCase("hardened.open")]
    [TestCase("hardened.seal-ascon")]
    [TestCase("hardened.open-ascon")]
    public async Task An_operation_of_a_scheme_takes_a_board_the_same_each_time(string operation)
    {
        var values = (await MeasureAsync("m4", operation, 3)).Main.Values;
        Assert.That(values, Has.Count.EqualTo(3).And.All.EqualTo(values[0]).And.All.GreaterThan(0));
    }

    [TestCase("m4")]
    [TestCase("avr1284")]
    public async Task Without_a_calibration_the_pulses_of_an_exact_board_are_longer_by_one_constant(string board)
    {
        var agreement = (await MeasureAsync(board, "sha256", 5)).Agreement!;
        Assert.That((agreement.Kind, agreement.LargestDifference), Is.EqualTo((ClockAgreementKind.Agree, 0.0)), agreement.Description);
    }

    [TestCase("present-encrypt")]
    [TestCase("seal")]
    [TestCase("p256-mul")]
    public async Task A_microbits_timer_and_its_pulses_agree_to_a_step_of_the_timer(string operation)
    {
        await using var bench = new TestBench(RigFile.Load(TestEnvironment.Rig("microbit.yaml")), new TestBenchOptions());
        var result = await new MeasureRun(bench).RunAsync(new MeasureRequest("mb", operation, 5) { WarmUp = 2 }, null, TestEnvironment.Timeout());
        Assert.That((result.Main.Unit, result.SeriesOf(ClockKind.Trigger)!.Unit), Is.EqualTo((Unit.Ticks, Unit.Instructions)));
        Assert.That(result.Agreement!.Kind, Is.EqualTo(ClockAgreementKind.Agree), result.Agreement.Description);
        Assert.That(result.Agreement.LargestDifference, Is.InRange(0, 2), result.Agreement.Description);
    }

    [Test]
    public async Task The_calibration_of_the_host_has_a_floor_for_both_of_its_clocks()
    {
        var calibration = (await MeasureAsync("host", "empty", 1, calibrate: true)).Calibration!;
        Assert.That(calibration.FloorOf(ClockKind.Device)!.Value, Is.InRange(1, 1e6));
        Assert.That(calibration.Parts.Select(p => p.Name), Is.SupersetOf(new[] { "empty operation", "serial echo", "pin loopback" }));
    }

    [Test]
    public async Task A_serial_echo_is_the_line_by_itself_and_the_floor_is_that_of_requests()
    {
        await using var bench = new TestBench(RigFile.Load(TestEnvironment.Rig("posix.yaml")), new TestBenchOptions());
        var calibration = await new Calibrator(bench).RunAsync("board", null, TestEnvironment.Timeout());
        var parts = calibration.Parts.Where(p => p.Name.StartsWith("serial", StringComparison.Ordinal)).ToDictionary(p => p.Name);
        Assert.That(parts.Keys, Is.EquivalentTo(new[] { "serial echo", "serial request" }));
        Assert.That(parts["serial echo"].Description, Is.Null, "it was read directly");
        Assert.That(calibration.FloorOf(ClockKind.Host)!.Value, Is.EqualTo(parts["serial request"].Summary!.P99));
    }

    [Test]
    public void An_operation_that_a_device_lacks_is_inconclusive_with_the_nearest()
    {
        var seen = Assert.ThrowsAsync<Record.InconclusiveException>(() => MeasureAsync("host", "present-encrpyt", 1));
        Assert.That((seen!.Seen, seen.NextCommand), Is.EqualTo(("none; nearest known: \"present-encrypt\"", "./harness measure --list --device host")).Or.Matches<(string, string)>(t => t.Item1.Contains("present-encrypt")));
    }

    [Test]
    public async Task A_run_says_where_its_thread_ran_and_whether_garbage_was_collected()
    {
        var conditions = string.Join('\n', (await MeasureAsync("host", "sha256", 10)).Conditions);
        Assert.That(conditions, Does.Contain("processor").Or.Contain("pinning refused"));
        Assert.That(conditions, Does.Contain("garbage collection").And.Contain("governor").And.Contain("hrottl"));
    }

    [Test]
    public void A_run_that_is_stopped_stops()
    {
        using var stop = new CancellationTokenSource();
        var run = new MeasureRun(_bench).RunAsync(
            new MeasureRequest("host", "sha256", 10_000_000) { Calibrate = false }, _ => stop.Cancel(), stop.Token);
        Assert.That(() => run.WaitAsync(TestEnvironment.TimeLimit), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("throttled=0x0", "not throttled since boot")]
    [TestCase("throttled=0x50000", "since boot: under-voltage, throttled")]
    [TestCase("50005", "THROTTLED now: under-voltage, throttled")]
    [TestCase("nonsense", "not understood")]
    public void The_throttling_flags_of_a_Raspberry_Pi_are_put_into_words(string reported, string words) =>
        Assert.That(HostConditions.Describe(reported), Does.Contain(words));

    private Task<MeasureResult> MeasureAsync(string device, string operation, int samples, bool calibrate = false) => new MeasureRun(_bench).RunAsync(
        new MeasureRequest(device, operation, samples) { WarmUp = 2, Calibrate = calibrate, RealTime = operation == "sha256" }, null, TestEnvironment.Timeout());
}
