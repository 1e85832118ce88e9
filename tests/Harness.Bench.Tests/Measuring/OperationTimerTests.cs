using System.Runtime.InteropServices;

namespace Harness.Bench.Tests.Measuring;

/// <summary>Trigger edges that get lost, without a board.</summary>
public sealed class OperationTimerTests
{
    [Test]
    public async Task Each_edge_that_does_not_come_is_counted_whatever_comes_after()
    {
        var line = new Line();
        var timer = new OperationTimer(10, line, TimeSpan.Zero);
        foreach (var edges in (string[])["RF", "", "R", "RF", "F", "", "RF"])
        {
            await timer.TimeAsync(_ => line.Carry(edges), default);
        }

        Assert.That(timer.Trigger.ToArray().Select(double.IsFinite), Is.EqualTo(new[] { true, false, false, true, false, false, true }));
        Assert.That((timer.LostEdges, timer.SequenceGaps), Is.EqualTo((2 + 1 + 1 + 2, 0)));
    }

    [Test]
    public async Task Edges_that_the_source_had_no_room_for_are_counted_once()
    {
        var line = new Line();
        var timer = new OperationTimer(2, line, TimeSpan.Zero);
        await timer.TimeAsync(_ => line.Carry("RllF"), default);
        await timer.TimeAsync(_ => line.Carry("RF"), default);
        Assert.That((timer.LostEdges, timer.SequenceGaps, timer.Trigger[1]), Is.EqualTo((2, 1, 1.0)));
    }

    [Test]
    public void A_line_that_stays_silent_is_a_broken_rig_before_it_takes_minutes()
    {
        var line = new Line();
        var timer = new OperationTimer(1000, line, TimeSpan.Zero);
        var broken = Assert.ThrowsAsync<RigErrorException>(async () =>
        {
            for (var i = 0; i < 1000; i++)
            {
                await timer.TimeAsync(_ => line.Carry(""), default);
            }
        })!;
        Assert.That((broken.Item, broken.Seen), Is.EqualTo(("trigger line wire", "none around the last 20")));
    }

    [TestCase("processor\t: 0\nflags\t\t: fpu vme hypervisor lahf_lm\n", true)]
    [TestCase("processor\t: 0\nflags\t\t: fpu vme lahf_lm\nbugs\t\t: hypervisor\n", false)]
    [TestCase("processor\t: 0\nFeatures\t: fp asimd evtstrm\n", false)]
    public void A_virtual_machine_is_known_by_its_processor(string cpuinfo, bool expected) => Assert.That(HostConditions.HasHypervisor(cpuinfo), Is.EqualTo(expected));

    [TestCase("linux,dummy-virt\0", true)]
    [TestCase("raspberrypi,4-model-b\0brcm,bcm2711\0", false)]
    [TestCase("some,board\0linux,kvmtool\0", true)]
    [TestCase("", false)]
    public void A_virtual_machine_is_known_by_its_device_tree(string compatible, bool expected) => Assert.That(HostConditions.IsVirtualModel(compatible), Is.EqualTo(expected));

    [TestCase(false, Architecture.X64, false, Provenance.Hardware)]
    [TestCase(false, Architecture.X64, true, Provenance.Hardware)]
    [TestCase(false, Architecture.Arm64, false, Provenance.Unknown)]
    [TestCase(true, Architecture.Arm64, false, Provenance.Hardware)]
    [TestCase(true, Architecture.Arm64, true, Provenance.Unknown)]
    [TestCase(false, Architecture.Arm64, true, Provenance.Unknown)]
    [TestCase(false, Architecture.RiscV64, false, Provenance.Unknown)]
    public void A_board_beside_a_processor_that_does_not_tell_whether_it_is_virtual_is_hardware_where_the_rig_says_so(bool stated, Architecture architecture, bool isVirtual, Provenance expected) =>
        Assert.That(HostConditions.OfRealBoard(stated, architecture, isVirtual), Is.EqualTo(expected));

    /// <summary>A scripted trigger line: R rises, F falls, l takes a sequence number and is lost.</summary>
    private sealed class Line : ITriggerEdges
    {
        private readonly Queue<TriggerEdge> _edges = new();
        private uint _sequence;

        public string Name => "wire";

        public Unit Unit => Unit.Nanoseconds;

        public Provenance Provenance => Provenance.Host;

        public bool SharesDeviceTimeBase => true;

        public double Floor => 1;

        public ValueTask<long?> Carry(string edges)
        {
            foreach (var edge in edges)
            {
                _sequence++;
                if (edge != 'l')
                {
                    _edges.Enqueue(new TriggerEdge(_sequence, edge == 'R', _sequence));
                }
            }

            return new((long?)1);
        }

        public ValueTask<TriggerEdge?> ReadAsync(TimeSpan wait, CancellationToken cancellationToken) => new(_edges.TryDequeue(out var edge) ? edge : null);

        public int Drain()
        {
            var count = _edges.Count;
            _edges.Clear();
            return count;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
