using System.Diagnostics;
using Harness.Bench.Measuring;
using Harness.Bench.Power;
using Harness.Bench.Rig;
using Harness.Hardware.Gpio;
using Harness.Record;
using Harness.Timing.Clocks;

namespace Harness.Guest.Tests;

/// <summary>The GPIO drivers on a kernel's chip, with lines that this program drives.</summary>
public sealed class GpioTests
{
    [Test]
    public void An_input_reads_the_level_of_its_line()
    {
        using var input = GpioInput.Open(Pins.Chip, 7, "door");
        foreach (var level in (bool[])[true, false, true, false])
        {
            Pins.Set(7, level);
            Assert.That(input.Read(), Is.EqualTo(level));
        }
    }

    [Test]
    public async Task Every_edge_of_a_burst_is_read_in_order_with_its_time_on_the_axis_of_the_stopwatch()
    {
        const int Count = 4000;
        await using var edges = LinuxGpioEdges.Open(Pins.Chip, 0);
        var before = Now();
        for (var i = 0; i < Count / 200; i++)
        {
            Pins.Write(Pins.Edges(0, 200));
        }

        var after = Now();
        var seen = new List<GpioEdge>();
        while (seen.Count < Count && await edges.ReadAsync(Lab.TimeLimit, Lab.Timeout()) is { } edge)
        {
            seen.Add(edge);
        }

        Assert.That(seen.Select(e => e.LineSequence), Is.EqualTo(Enumerable.Range(1, Count).Select(i => (uint)i)), "each once, in order");
        Assert.That(seen.Select(e => e.Rising), Is.EqualTo(Enumerable.Range(0, Count).Select(i => i % 2 == 0)), "levels in turn");
        Assert.That(seen.Zip(seen.Skip(1), (a, b) => b.Nanoseconds - a.Nanoseconds), Is.All.GreaterThan(0), "stamps rise");
        Assert.That(seen[0].Nanoseconds, Is.GreaterThanOrEqualTo(before), "the stopwatch before the first edge");
        Assert.That(seen[^1].Nanoseconds, Is.LessThanOrEqualTo(after), "the stopwatch after the last edge");
        Assert.That(await edges.ReadAsync(TimeSpan.FromMilliseconds(50), default), Is.Null, "and no more");
    }

    [Test]
    public async Task A_full_buffer_of_the_kernel_shows_as_a_gap_and_nothing_else_is_lost()
    {
        const int Count = 3000;
        await using var edges = LinuxGpioEdges.Open(Pins.Chip, 1);
        await Pins.WriteWhileStoppedAsync(Pins.Edges(1, Count));
        var seen = new List<GpioEdge>();
        while (await edges.ReadAsync(TimeSpan.FromMilliseconds(500), Lab.Timeout()) is { } edge)
        {
            seen.Add(edge);
        }

        Assert.That(seen, Has.Count.InRange(LinuxGpioEdges.EventBuffer, Count - 1), "the buffer's worth at least, and not all");
        Assert.That(seen[^1].LineSequence, Is.EqualTo(Count), "the newest are kept");
        var missing = seen[0].LineSequence - 1 + seen.Zip(seen.Skip(1), (a, b) => b.LineSequence - a.LineSequence - 1).Sum(n => n);
        Assert.That(missing + seen.Count, Is.EqualTo(Count), "what is missing shows in the numbers, to the last edge");
    }

    [Test]
    public async Task Edges_that_the_kernel_had_no_room_for_are_counted_as_lost_by_the_reader_of_pulses()
    {
        await using var edges = GpioTriggerEdges.Open(new GpioEntry("trigger", Pins.Chip, 2), Provenance.Host);
        var pulses = new PulseReader(edges);
        pulses.Restart();
        Pins.Write(Pins.Edges(2, 2));
        Assert.That(await pulses.NextAsync(Lab.TimeLimit, Lab.Timeout()), Is.Not.Null);
        await Pins.WriteWhileStoppedAsync(Pins.Edges(2, 3000));
        var whole = 0;
        while (await pulses.NextAsync(TimeSpan.FromMilliseconds(500), Lab.Timeout()) is not null)
        {
            whole++;
        }

        Assert.That(pulses.SequenceGaps, Is.EqualTo(1));
        Assert.That(pulses.LostEdges, Is.EqualTo(3000 - (2 * whole)).Within(1), "a pulse whose rise fell out is none");
        Assert.That(edges.Provenance, Is.EqualTo(Provenance.Host));
    }

    [Test]
    public void The_times_of_a_virtual_machine_are_no_hardware_s_whatever_the_rig_says() => Assert.Multiple(async () =>
    {
        Assert.That(HostConditions.IsVirtual, Is.True);
        await using var edges = GpioTriggerEdges.Open(new GpioEntry("trigger", Pins.Chip, 2), Provenance.Hardware);
        Assert.That(edges.Provenance, Is.EqualTo(Provenance.Host));
    });

    [Test]
    public async Task The_thread_that_reads_edges_is_real_time_where_it_may_be()
    {
        await using var edges = LinuxGpioEdges.Open(Pins.Chip, 8);
        Pins.Write(Pins.Edges(8, 1));
        Assert.That(await edges.ReadAsync(Lab.TimeLimit, Lab.Timeout()), Is.Not.Null);
        var policies = Directory.EnumerateDirectories("/proc/self/task")
            .Where(task => File.ReadAllText(task + "/comm").Trim() == "harness-edges").Select(task => File.ReadAllText(task + "/stat"))
            .Select(stat => stat[(stat.LastIndexOf(')') + 2)..].Split(' ')).Select(fields => (Priority: fields[37], Policy: fields[38])).ToList();
        Assert.That(edges.Refused, Is.Null, edges.RealTimeNote);
        Assert.That(policies, Is.Not.Empty.And.All.EqualTo(("50", "1")), "rt_priority and SCHED_FIFO");
    }

    [Test]
    public async Task A_second_holder_is_told_who_holds_the_line_and_has_it_once_it_is_free()
    {
        await using (LinuxGpioEdges.Open(Pins.Chip, 9, "trigger"))
        {
            var busy = Assert.Throws<HardwareException>(() => GpioInput.Open(Pins.Chip, 9))!;
            Assert.That((busy.Failure, busy.Device, busy.NextCommand), Is.EqualTo((HardwareFailure.Busy, $"{Pins.Chip} line 9", $"gpioinfo {Path.GetFileName(Pins.Chip)}")));
            Assert.That(busy.Message, Does.Contain($"in use by \"harness-{Environment.ProcessId}\""));

            var rig = Assert.Throws<RigErrorException>(() => GpioTriggerEdges.Open(new GpioEntry("trigger", Pins.Chip, 9), Provenance.Host))!;
            Assert.That(rig.Seen, Does.Contain("in use by"));
        }

        using (GpioInput.Open(Pins.Chip, 9))
        {
            var edges = Assert.Throws<HardwareException>(() => LinuxGpioEdges.Open(Pins.Chip, 9))!;
            Assert.That((edges.Failure, edges.Device), Is.EqualTo((HardwareFailure.Busy, $"{Pins.Chip} line 9")), "the package holds it as well as we do");
        }
    }

    [Test]
    public void A_line_that_the_chip_has_not_is_told_with_those_it_has()
    {
        var failure = Assert.Throws<HardwareException>(() => GpioInput.Open(Pins.Chip, 16))!;
        Assert.That((failure.Failure, failure.Message), Is.EqualTo((HardwareFailure.Missing, $"{Pins.Chip} line 16: the chip has lines 0 to 15.")));
    }

    [Test]
    public async Task A_chip_that_is_unplugged_has_vanished_for_whoever_waits_and_works_again_when_it_is_back()
    {
        var chip = Pins.Chip;
        var edges = LinuxGpioEdges.Open(Pins.Chip, 10, "trigger");
        var input = GpioInput.Open(Pins.Chip, 11, "door");
        try
        {
            Pins.Write(Pins.Edges(10, 1));
            Assert.That(await edges.ReadAsync(Lab.TimeLimit, Lab.Timeout()), Is.Not.Null);
            var waiting = edges.ReadAsync(Lab.TimeLimit, Lab.Timeout()).AsTask();
            Lab.Unplug("lab-pins");
            var gone = Assert.ThrowsAsync<HardwareException>(() => waiting)!;
            Assert.That((gone.Failure, gone.NextCommand), Is.EqualTo((HardwareFailure.Vanished, "gpiodetect")), gone.Message);
            Assert.That(gone.Message, Does.Contain("trigger").And.Not.Contain("Success"));
            Assert.That(Assert.Throws<HardwareException>(() => input.Read())!.Failure, Is.EqualTo(HardwareFailure.Vanished));
            Assert.That(Assert.Throws<HardwareException>(() => GpioInput.Open(chip, 11))!.Failure, Is.EqualTo(HardwareFailure.Missing));
        }
        finally
        {
            input.Dispose();
            await edges.DisposeAsync().AsTask().WaitAsync(Lab.TimeLimit);
            Lab.PlugIn("lab-pins");
        }

        using var again = GpioInput.Open(Pins.Chip, 11, "door");
        Pins.Set(11, true);
        Assert.That(again.Read(), Is.True);
    }

    [Test]
    public async Task A_trigger_line_that_is_unplugged_is_a_broken_rig()
    {
        await using var edges = GpioTriggerEdges.Open(new GpioEntry("trigger", Pins.Chip, 12), Provenance.Host);
        Lab.Unplug("lab-pins");
        try
        {
            var broken = Assert.ThrowsAsync<RigErrorException>(() => edges.ReadAsync(Lab.TimeLimit, Lab.Timeout()).AsTask())!;
            Assert.That((broken.Item, broken.NextCommand), Is.EqualTo(("trigger line trigger", "gpiodetect")));
        }
        finally
        {
            Lab.PlugIn("lab-pins");
        }
    }

    [Test]
    public async Task A_reader_that_is_closed_while_it_waits_ends_at_once()
    {
        var edges = LinuxGpioEdges.Open(Pins.Chip, 13);
        await edges.DisposeAsync().AsTask().WaitAsync(Lab.TimeLimit);
        await edges.DisposeAsync();
        var failure = Assert.ThrowsAsync<HardwareException>(() => edges.ReadAsync(Lab.TimeLimit, Lab.Timeout()).AsTask())!;
        Assert.That(failure.Message, Does.Contain("given back"));
    }

    [TestCase("high", true)]
    [TestCase("low", false)]
    public async Task A_relay_on_a_line_cuts_the_power_of_a_board_until_the_time_is_over_or_ended(string cut, bool off)
    {
        var rig = RigFile.Parse($"rig: r\nserver: s\ndevices:\n  b: {{kind: serial, driver: tty, port: none, power: {{by: gpio, gpio: relay, cut: {cut}}}}}\ngpio:\n  relay: {{chip: {Pins.Chip}, line: 14}}\n", "/tmp/relay.yaml");
        await PowerSwitch.SetAsync(rig, rig.Devices["b"], on: true, Lab.Timeout());
        Assert.That(Pins.Level(14), Is.Not.EqualTo(off), "on");
        using var end = new CancellationTokenSource();
        var cutting = PowerSwitch.CutAsync(rig, rig.Devices["b"], Lab.TimeLimit, [], TimeProvider.System, end.Token);
        Assert.That(Pins.Level(14), Is.EqualTo(off), "cut");
        Assert.That(Assert.Throws<HardwareException>(() => GpioInput.Open(Pins.Chip, 14))!.Failure, Is.EqualTo(HardwareFailure.Busy), "held meanwhile");
        await end.CancelAsync();
        Assert.CatchAsync<OperationCanceledException>(() => cutting);
        Assert.That(Pins.Level(14), Is.Not.EqualTo(off), "on again");
        await PowerSwitch.SetAsync(rig, rig.Devices["b"], on: false, Lab.Timeout());
        Assert.That(Pins.Level(14), Is.EqualTo(off), "and off until somebody turns it on");
        GpioInput.Open(Pins.Chip, 14).Dispose(); // as the other tests find it
    }

    private static long Now() => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    [Test]
    public async Task The_line_that_follows_a_signal_is_found_among_all_free_inputs()
    {
        await using var held = LinuxGpioEdges.Open(Pins.Chip, 8);
        var found = await GpioLineSearch.FollowersAsync([Pins.Chip, "/dev/gpiochip99"], (level, _) => Follow(level, 7, 8), Lab.Timeout());
        Assert.That(found, Is.EqualTo(new[] { (Pins.Chip, 7) }), "line 8 follows too, but is held; line 5 toggles by itself");
        Assert.That(await GpioLineSearch.FollowersAsync([Pins.Chip], (_, _) => ValueTask.CompletedTask, Lab.Timeout()), Is.Empty);
    }

    private static ValueTask Follow(bool level, params int[] lines)
    {
        foreach (var line in lines)
        {
            Pins.Set(line, level);
        }

        return ValueTask.CompletedTask;
    }
}
