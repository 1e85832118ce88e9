namespace Harness.Guest.Tests;

/// <summary>
/// The hardware drivers on a real kernel: GPIO character device, i2c-dev, tty, scheduler. No hardware is behind them, so they say nothing
/// about the delay of a Raspberry Pi's edge timestamps.
/// </summary>
[Category("Long")]
[TestFixture(Guest.X64)]
[TestFixture(Guest.Arm64)]
public sealed class GuestTests(string architecture)
{
    internal static readonly string[] ThatMustRun =
    [
        "GpioTests.Every_edge_of_a_burst", "GpioTests.A_full_buffer", "GpioTests.A_second_holder", "GpioTests.A_chip_that_is_unplugged", "GpioTests.A_relay_on_a_line", "I2cTests.Air_read_through",
        "GpioTests.An_input_reads", "I2cTests.The_package_s_own_driver", "I2cTests.An_address_without_a_device", "GpioHardwareInputContract.A_line_at_rest", "LinuxGpioEdgesTests.The_stamps_of_a_real_line", "Bme280HardwareContract.A_forced_measurement",
    ];

    [Test]
    public async Task Every_test_that_needs_a_chip_or_a_bus_passes()
    {
        var part = await Guest.PartAsync(architecture, "tests");
        var lines = part.Output.Split('\n').Select(line => line.Split('\t')).Where(words => words.Length == 3).Select(w => (Outcome: w[0], Name: w[1], Words: w[2])).ToList();
        TestContext.Out.WriteLine(string.Join('\n', lines.Select(l => $"{l.Outcome} {l.Name} {l.Words}")));
        Assert.Multiple(() =>
        {
            Assert.That(part.Exit, Is.Zero, part.Output);
            Assert.That(lines.Where(l => l.Outcome == "failed"), Is.Empty);
            Assert.That(lines.Where(l => l.Outcome == "skipped"), Is.Empty);
            foreach (var name in ThatMustRun)
            {
                Assert.That(lines.Where(l => l.Outcome == "ok" && l.Name.Contains(name, StringComparison.Ordinal)), Is.Not.Empty, name);
            }
        });
    }

    [TestCase("measure", 300)]
    [TestCase("seal", 100)]
    public async Task An_operation_is_taken_by_all_three_clocks_and_they_agree(string name, int samples)
    {
        var part = await Guest.PartAsync(architecture, name);
        Assert.That(part.Exit, Is.Zero, part.Output);
        var result = part.Json();
        var clocks = Clocks(result);
        Assert.That(clocks.Keys, Is.EqualTo(new[] { "device", "trigger", "host" }));
        Assert.That(clocks.Values.Select(c => c.GetProperty("n").GetInt32()), Is.All.EqualTo(samples));
        Assert.That(clocks.Values.Select(c => (c.GetProperty("unit").GetString(), c.GetProperty("provenance").GetString())), Is.All.EqualTo(("ns", "host")), "no number of a guest is hardware's");
        Assert.That((Number(clocks["trigger"], "lost_edges"), Number(clocks["trigger"], "sequence_gaps")), Is.EqualTo((0, 0)));
        Assert.That(clocks.Values.Select(c => c.GetProperty("floor").ValueKind), Is.All.EqualTo(JsonValueKind.Object));
        Assert.That(Kind(result, "agreement"), Is.EqualTo("agree"), part.Output);
        Assert.That(Kind(result, "host_agreement"), Is.EqualTo("agree"), part.Output);
        var p50 = clocks.ToDictionary(c => c.Key, c => c.Value.GetProperty("statistics").GetProperty("p50").GetDouble());
        Assert.That(p50["device"], Is.LessThan(p50["trigger"]).And.GreaterThan(0), "a pulse is around what the counter times");
        Assert.That(p50["trigger"], Is.LessThan(p50["host"]), "and the round trip around the pulse");
    }

    [Test]
    public async Task The_measuring_thread_is_pinned_and_real_time_where_it_may_be_and_so_is_the_reader_of_edges()
    {
        var conditions = Conditions((await Guest.PartAsync(architecture, "measure")).Json());
        Assert.That(conditions, Does.Contain("measuring thread pinned to processor 0").And.Contain("real-time priority 40 (SCHED_FIFO)").And.Contain("memory locked"));
        Assert.That(conditions, Does.Contain("edges of trigger stamped by the kernel, read by a thread of their own, real-time priority 50 (SCHED_FIFO)"));
        Assert.That(conditions, Does.Contain("no garbage collection in the window").And.Contain("a virtual machine"));
    }

    [Test]
    public async Task A_missing_privilege_is_reported_with_its_remedy_and_the_samples_are_taken()
    {
        var part = await Guest.PartAsync(architecture, "refused");
        Assert.That(part.Exit, Is.Zero, part.Output);
        var conditions = Conditions(part.Json());
        Assert.That(conditions, Does.Contain("real-time priority refused: Operation not permitted; allow it with: ulimit -r 99"));
        Assert.That(conditions, Does.Contain("locking memory refused: ").And.Contain("ulimit -l unlimited"));
        Assert.That(conditions, Does.Contain("read by a thread of their own; real-time priority refused: SCHED_FIFO 50: Operation not permitted"));
        // A tenth of the samples may be late: of 20 that were chance's two, one more of which made the rig a broken one.
        Assert.That(Clocks(part.Json())["trigger"].GetProperty("n").GetInt32(), Is.EqualTo(100));
    }

    [Test]
    public async Task A_calibration_sees_every_edge_and_gives_each_clock_a_floor()
    {
        var part = await Guest.PartAsync(architecture, "calibrate");
        Assert.That(part.Exit, Is.Zero, part.Output);
        Assert.That(part.Output, Does.Contain("every edge seen").And.Contain("floor, device").And.Contain("floor, trigger").And.Contain("floor, host"));
        Assert.That(part.Output, Does.Match(@"board frequency +\d+\.\d+ MHz"));
        Assert.That(part.Output, Does.Contain("a virtual machine"));
    }

    [Test]
    public async Task Edges_of_a_wire_that_was_cut_for_a_while_are_counted_and_the_others_still_compared()
    {
        var part = await Guest.PartAsync(architecture, "cut");
        var result = part.Json();
        var clocks = Clocks(result);
        var trigger = clocks["trigger"];
        var whole = trigger.GetProperty("n").GetInt32();
        Assert.That(clocks["device"].GetProperty("n").GetInt32(), Is.EqualTo(3000));
        Assert.That(whole, Is.InRange(1, 2999), "some pulses came, some did not");
        Assert.That(Number(trigger, "lost_edges"), Is.EqualTo(2 * (3000 - whole)).Within(2), "two edges a pulse; the cut and its end may each fall into one");
        Assert.That(Kind(result, "agreement"), Is.EqualTo("agree"), part.Output);
        Assert.That(part.Exit, Is.Zero, part.Output);
    }

    [Test]
    public async Task A_chip_that_is_unplugged_while_it_is_measured_on_is_a_broken_rig_at_once()
    {
        var part = await Guest.PartAsync(architecture, "unplugged");
        Assert.That(part.Exit, Is.EqualTo(3), part.Output);
        Assert.That(part.Output, Does.Contain("trigger line trigger").And.Contain("next: gpiodetect"));
    }

    [Test]
    public async Task A_board_that_another_run_holds_is_a_broken_rig_that_says_who()
    {
        var part = await Guest.PartAsync(architecture, "held");
        Assert.That(part.Exit, Is.EqualTo(3), part.Output);
        Assert.That(part.Output, Does.Contain("held by pid ").And.Contain("first: 143"), "the first run was not harmed, and ended when it was told to");
    }

    [Test]
    public async Task Power_that_a_relay_holds_off_is_on_again_after_kill_9()
    {
        var part = await Guest.PartAsync(architecture, "relay");
        Assert.That(part.Output, Does.Contain("cut: line 12 is 1").And.Contain("killed: line 12 is 0"));
    }

    [Test]
    public async Task Features_run_on_the_drivers_of_a_Raspberry_Pi_bench()
    {
        var part = await Guest.PartAsync(architecture, "features");
        Assert.That(part.Exit, Is.Zero, part.Output);
        Assert.That(part.Output, Does.Contain("3 scenarios: 3 passed"));
    }

    [TestCase("tests")]
    [TestCase("unplugged")]
    public async Task The_kernel_log_of_the_guest_has_no_error(string beside)
    {
        // Linux 6.1 itself warns in remove_proc_entry if a chip is unplugged while its interrupts are in use.
        var said = (await Guest.PartAsync(architecture, "kernel", beside)).Output.Split('\n');
        Assert.That(said, Is.Not.Empty.And.None.Matches<string>(line =>
            line.Contains("BUG:") || line.Contains("Oops") || line.Contains("detected stall") || line.Contains("soft lockup") || line.Contains("blocked for more than") || (line.Contains("WARNING:") && !line.Contains("remove_proc_entry"))));
    }

    private static Dictionary<string, JsonElement> Clocks(JsonElement result) =>
        result.GetProperty("clocks").EnumerateArray().ToDictionary(c => c.GetProperty("clock").GetString()!);

    private static int Number(JsonElement clock, string name) => clock.GetProperty(name).GetInt32();

    private static string? Kind(JsonElement result, string name) =>
        result.GetProperty(name) is { ValueKind: JsonValueKind.Object } agreement ? agreement.GetProperty("kind").GetString() : null;

    private static string Conditions(JsonElement result) => string.Join('\n', result.GetProperty("conditions").EnumerateArray().Select(c => c.GetString()));
}
