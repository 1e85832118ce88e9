using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Harness.Hardware.Tests.Gpio;

/// <summary>Tests that need no chip: errors, the request for edges, and the structures that the kernel writes (linux/gpio.h, uAPI v2).</summary>
[TestFixture]
public sealed class LinuxGpioEdgesTests
{
    [Test]
    public void A_missing_chip_says_what_to_list()
    {
        var failure = Assert.Throws<HardwareException>(() => LinuxGpioEdges.Open("/dev/gpiochip250", 4))!;
        Assert.That((failure.Failure, failure.NextCommand), Is.EqualTo((HardwareFailure.Missing, "ls -l /dev/gpiochip*")));
    }

    [Test]
    public void Requests_encode_the_sizes_of_their_structures()
    {
        nuint[] requests = [GpioUapi.ChipInfo, GpioUapi.LineInfo, GpioUapi.GetLine];
        int[] sizes = [Unsafe.SizeOf<GpioUapi.GpioChipInfo>(), Unsafe.SizeOf<GpioUapi.GpioLineInfo>(), Unsafe.SizeOf<GpioUapi.GpioLineRequest>()];
        Assert.That(sizes, Is.EqualTo(requests.Select(r => (int)(r >> 16) & 0x3fff)));
    }

    [Test]
    public void A_request_for_edges_lies_as_the_kernel_reads_it()
    {
        var consumer = $"harness-{Environment.ProcessId}";
        var request = LinuxGpioEdges.Request(17);
        var bytes = MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref request, 1)).ToArray();
        Assert.That(BitConverter.ToUInt32(bytes, 0), Is.EqualTo(17), "offsets[0]");
        Assert.That(Encoding.ASCII.GetString(bytes, 256, 32).TrimEnd('\0'), Is.EqualTo(consumer), "consumer");
        Assert.That(BitConverter.ToUInt64(bytes, 288), Is.EqualTo(0x34), "config.flags: input, rising, falling");
        Assert.That(BitConverter.ToUInt32(bytes, 560), Is.EqualTo(1), "num_lines");
        Assert.That(BitConverter.ToUInt32(bytes, 564), Is.EqualTo(LinuxGpioEdges.EventBuffer), "event_buffer_size");
        Assert.That(bytes.Count(b => b != 0), Is.EqualTo(1 + consumer.Length + 1 + 1 + 1), "the rest is zero, as uAPI v2 demands");
    }

    [Test]
    public void Events_are_read_as_the_kernel_writes_them()
    {
        // struct gpio_v2_line_event: timestamp_ns u64, id, offset, seqno, line_seqno u32, 24 bytes of padding.
        var bytes = new byte[2 * 48];
        Write(bytes.AsSpan(0, 48), 123_456_789_012, 1, 17, 40, 7);
        Write(bytes.AsSpan(48), 123_456_790_000, 2, 17, 41, 8);
        var edges = new GpioEdge[2];
        Assert.That(LinuxGpioEdges.Decode(bytes, edges), Is.EqualTo(2));
        Assert.That(edges, Is.EqualTo(new[] { new GpioEdge(123_456_789_012, true, 7), new GpioEdge(123_456_790_000, false, 8) }));
    }

    [Test]
    public void Half_an_event_is_none() => Assert.That(LinuxGpioEdges.Decode(new byte[47], new GpioEdge[1]), Is.Zero);

    [Test]
    public async Task The_stamps_of_a_real_line_are_on_the_axis_of_the_stopwatch()
    {
        await using var edges = RealDevices.GpioEdges();
        var edge = await edges.ReadAsync(TimeSpan.FromSeconds(5), default);
        Assert.That(edge, Is.Not.Null, "no edge came within 5 s: wire something that toggles to the line");
        var now = System.Diagnostics.Stopwatch.GetTimestamp() * 1e9 / System.Diagnostics.Stopwatch.Frequency;
        Assert.That(edge!.Value.Nanoseconds, Is.InRange(now - 6e9, now));
    }

    private static void Write(Span<byte> to, ulong at, uint id, uint offset, uint seqno, uint lineSeqno)
    {
        BitConverter.TryWriteBytes(to, at);
        var words = new[] { id, offset, seqno, lineSeqno };
        for (var i = 0; i < words.Length; i++)
        {
            BitConverter.TryWriteBytes(to[(8 + (4 * i))..], words[i]);
        }
    }
}
