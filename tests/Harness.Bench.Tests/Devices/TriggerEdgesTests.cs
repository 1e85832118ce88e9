using System.Globalization;

namespace Harness.Bench.Tests.Devices;

/// <summary>Edges of an emulated board's trigger pin against its own ticks.</summary>
[TestFixture("simavr-atmega328p", "avr.elf")]
[TestFixture("simavr-atmega1284p", "avr1284.elf")]
[TestFixture("qemu-stm32f405", "stm32f405.elf")]
public sealed class TriggerEdgesTests(string driver, string image)
{
    private static readonly string[] Operations = ["sha256-block", "present80-block", "present128-key", "seal16-128", "eax16-128", "inverse-mod-q"];
    private EmulatedBoard _board = null!;
    private TtyLink _link = null!;
    private BenchClient _client = null!;

    [SetUp]
    public async Task Boot()
    {
        var entry = new DeviceEntry
        {
            Name = "b", Kind = DeviceKind.Serial, Driver = BoardDriver.Emulator, Emulator = EmulatorDrivers.Find(driver), TickUnit = "ticks", Provenance = Provenance.EmulatedInstructions, Edges = true,
        };
        _board = await EmulatedBoard.StartAsync(entry, TestEnvironment.Firmware(image), TestEnvironment.Firmware("leash"), TestEnvironment.TimeLimit, TestEnvironment.Timeout());
        _link = TtyLink.Open(_board.PtyPath, 115200);
        _client = new BenchClient(_link, new BenchClientOptions { Board = "b", Reply = TestEnvironment.TimeLimit, Attempts = 1 });
        await _client.WaitReadyAsync(TestEnvironment.Timeout());
    }

    [TearDown]
    public async Task PowerOff()
    {
        await _client.DisposeAsync();
        await _link.DisposeAsync();
        await _board.DisposeAsync();
    }

    [Test]
    public async Task Each_pulse_is_the_operations_ticks_and_one_constant_of_the_image()
    {
        var beyond = new List<long>();
        foreach (var operation in Operations)
        {
            var pulses = await PulsesOfAsync(operation, 3);
            var ticks = await TicksOfAsync(operation);
            Assert.That(pulses.Distinct().ToArray(), Has.Length.EqualTo(1), $"{operation} takes the same time every time");
            beyond.Add(pulses[0] - ticks);
        }

        Assert.That(beyond.Distinct().ToArray(), Has.Length.EqualTo(1), $"pulse less ticks of {string.Join(", ", Operations)}: {string.Join(", ", beyond)}");
        Assert.That(beyond[0], Is.InRange(1, 200));
    }

    [Test]
    public async Task The_edges_of_a_reply_are_there_when_the_reply_is()
    {
        for (var n = 1; n <= 20; n++)
        {
            Assert.That(await PulsesOfAsync("present80-block", n), Has.Count.EqualTo(n));
        }
    }

    [Test]
    public async Task A_pin_that_stays_up_is_a_pulse_when_it_falls()
    {
        _board.Edges!.Take();
        await _client.AskAsync("TRIGGER level=1", TestEnvironment.Timeout());
        Assert.That(_board.Edges.Take().Select(e => e.High), Is.EqualTo(new[] { true }));
        await _client.AskAsync("TRIGGER level=0", TestEnvironment.Timeout());
        Assert.That(_board.Edges.Take().Select(e => e.High), Is.EqualTo(new[] { false }));
        await _client.AskAsync("TRIGGER level=0", TestEnvironment.Timeout());
        Assert.That(_board.Edges.Take(), Is.Empty, "a level that is written again is no edge");
    }

    [Test]
    public async Task Counts_rise_and_levels_alternate()
    {
        await _client.AskAsync("MEASURE op=present80-block n=50", TestEnvironment.Timeout());
        var edges = _board.Edges!.Take();
        Assert.That(edges, Has.Count.EqualTo(100));
        Assert.That(edges.Select(e => e.Count), Is.Ordered.Ascending.And.Unique);
        Assert.That(edges.Select(e => e.High), Is.EqualTo(Enumerable.Range(0, 100).Select(i => i % 2 == 0)));
    }

    private async Task<List<long>> PulsesOfAsync(string operation, int times)
    {
        _board.Edges!.Take();
        await _client.AskAsync($"MEASURE op={operation} n={times.ToString(CultureInfo.InvariantCulture)}", TestEnvironment.Timeout());
        return Pulses();
    }

    /// <summary>Lengths of the pulses since the last call, in the emulator's counts; each rising edge must have its falling one.</summary>
    private List<long> Pulses()
    {
        var edges = _board.Edges!.Take();
        Assert.That(edges.Select(e => e.High), Is.EqualTo(edges.Select((_, i) => i % 2 == 0)), "rising and falling edges by turns");
        return [.. edges.Chunk(2).Select(p => (long)(p[1].Count - p[0].Count))];
    }

    private async Task<long> TicksOfAsync(string operation)
    {
        var reply = await _client.AskAsync($"MEASURE op={operation} n=1", TestEnvironment.Timeout());
        Assert.That(Pulses(), Has.Count.EqualTo(1));
        return reply.Ticks!.Value;
    }
}
