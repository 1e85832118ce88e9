using System.Buffers.Binary;
using System.Diagnostics;
using Harness.Adversary.Capture;
using PacketDotNet;

namespace Harness.Adversary.Tests.Capture;

/// <summary>The blocks are taken apart here by the format's definition and the packets by PacketDotNet; tshark, where it is there, reads the whole file.</summary>
public sealed class PcapngFileTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly CapturedBytes[] TwoConnections =
    [
        Bytes(1, PacketDirection.ToBroker, 0, 10), Bytes(1, PacketDirection.ToClient, 1, 5), Bytes(2, PacketDirection.ToBroker, 2, 4000),
        Bytes(1, PacketDirection.ToBroker, 3, 7), Bytes(2, PacketDirection.ToClient, 4, 1),
    ];

    [Test]
    public void Every_block_says_its_length_twice_and_is_a_multiple_of_four()
    {
        var blocks = Blocks(File(TwoConnections));
        Assert.That(blocks.Select(b => b.Type).Take(3), Is.EqualTo(new uint[] { 0x0A0D0D0A, 1, 1 }));
        Assert.That(blocks.Skip(3).Select(b => b.Type), Is.All.EqualTo(6u));
    }

    [Test]
    public void Streams_put_together_by_sequence_numbers_are_the_captured_bytes()
    {
        var packets = Packets(File(TwoConnections));
        foreach (var connection in new[] { 1, 2 })
        {
            foreach (var direction in new[] { PacketDirection.ToBroker, PacketDirection.ToClient })
            {
                var expected = TwoConnections.Where(b => b.Connection == connection && b.Direction == direction).SelectMany(b => b.Bytes.ToArray()).ToArray();
                var seen = packets.Where(p => p.IsOf(connection, direction)).ToArray();
                var syn = seen.Single(p => p.Tcp.Synchronize);
                var stream = new byte[expected.Length];
                foreach (var packet in seen.Where(p => p.Tcp.PayloadData.Length > 0))
                {
                    packet.Tcp.PayloadData.CopyTo(stream, (int)(packet.Tcp.SequenceNumber - syn.Tcp.SequenceNumber - 1));
                }

                Assert.That(stream, Is.EqualTo(expected));
                Assert.That(seen[^2..].Any(p => p.Tcp.Finished), Is.True, "FIN");
            }
        }
    }

    [Test]
    public void Checksums_are_right_and_no_packet_is_longer_than_on_ethernet()
    {
        foreach (var packet in Packets(File(TwoConnections)))
        {
            Assert.That(packet.Ip.ValidIPChecksum, Is.True, "IPv4");
            Assert.That(packet.Tcp.ValidTcpChecksum, Is.True, "TCP");
            Assert.That(packet.Length, Is.LessThanOrEqualTo(1500).And.EqualTo(packet.Ip.TotalLength));
        }
    }

    [Test]
    public void Each_packet_has_the_time_it_was_captured_at_to_100_ns()
    {
        var at = Packets(File(TwoConnections)).Where(p => p.IsOf(2, PacketDirection.ToClient) && p.Tcp.PayloadData.Length > 0).Select(p => p.Nanoseconds).Single();
        Assert.That(at, Is.EqualTo((ulong)(TwoConnections[4].At - DateTimeOffset.UnixEpoch).Ticks * 100));
    }

    [Test]
    public void Packets_that_left_the_tap_altered_are_a_connection_of_their_own_on_interface_1()
    {
        CapturedBytes[] capture = [TwoConnections[0], TwoConnections[0] with { Left = true }];
        var altered = Packets(File(capture)).Where(p => p.Interface == 1).ToArray();
        Assert.That(altered.Single(p => p.Tcp.PayloadData.Length > 0).Tcp.PayloadData, Is.EqualTo(capture[0].Bytes.ToArray()));
        Assert.That(altered.Select(p => p.Ip.SourceAddress.ToString()), Is.All.StartsWith("198.51.100."));
    }

    [Test]
    public void An_empty_capture_is_a_file_without_packets() => Assert.That(Packets(File([])), Is.Empty);

    [Test]
    [CancelAfter(60_000)]
    public async Task Tshark_reads_login_and_publication_as_mqtt(CancellationToken token)
    {
        var tshark = NeedsProgram.Find("tshark", "tshark");
        await using var testbed = await AttackTestbed.OpenAsync(new AttackTestbedOptions(), token);
        await testbed.LogInAsync(token);
        await testbed.PublishAsync("level 0471 mm"u8.ToArray(), token);
        await testbed.ReadAllAsync(token);
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"tap-{Guid.NewGuid():n}.pcapng");
        try
        {
            PcapngFile.Save(path, testbed.Proxy.Capture, "a login and a message");
            var types = await RunAsync(tshark, ["-r", path, "-Y", "mqtt", "-T", "fields", "-e", "mqtt.msgtype", "-e", "mqtt.clientid", "-e", "mqtt.topic"], token);
            var bad = await RunAsync(tshark, ["-r", path, "-o", "tcp.check_checksum:TRUE", "-Y", "tcp.checksum.status==0 || tcp.analysis.flags || _ws.malformed"], token);
            Assert.That(types, Does.Contain(testbed.Publisher.Client).And.Contain(testbed.Topic));
            var seen = types.Split('\n').Select(l => l.Split('\t')[0]).SelectMany(t => t.Split(',')).ToHashSet();
            Assert.That(seen, Is.SupersetOf(new[] { "1", "2", "3", "15" }), "CONNECT, CONNACK, PUBLISH, AUTH");
            Assert.That(bad, Is.Empty);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    private static async Task<string> RunAsync(string program, string[] arguments, CancellationToken token)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(token);
        var output = await process.StandardOutput.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        Assert.That(process.ExitCode, Is.Zero, await error);
        return output;
    }

    private static CapturedBytes Bytes(int connection, PacketDirection direction, int milliseconds, int length) => new(
        connection, direction, Start.AddTicks(1 + (milliseconds * TimeSpan.TicksPerMillisecond)), Enumerable.Range(milliseconds, length).Select(i => (byte)i).ToArray());

    private static byte[] File(IReadOnlyList<CapturedBytes> capture)
    {
        var stream = new MemoryStream();
        PcapngFile.Write(stream, capture, "words");
        return stream.ToArray();
    }

    private static List<(uint Type, byte[] Body)> Blocks(byte[] file)
    {
        var blocks = new List<(uint, byte[])>();
        for (var at = 0; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            Assert.That(length % 4, Is.Zero);
            Assert.That(BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + length - 4)), Is.EqualTo(length));
            blocks.Add((BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at)), file[(at + 8)..(at + length - 4)]));
            at += length;
        }

        return blocks;
    }

    private static List<Captured> Packets(byte[] file) => [.. Blocks(file).Where(b => b.Type == 6).Select(b => new Captured(b.Body))];

    private sealed class Captured
    {
        public Captured(byte[] body)
        {
            Interface = BinaryPrimitives.ReadInt32LittleEndian(body);
            Nanoseconds = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan(4)) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan(8));
            Length = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(12));
            Ip = Packet.ParsePacket(LinkLayers.Raw, body[20..(20 + Length)]).Extract<IPv4Packet>();
            Tcp = Ip.Extract<TcpPacket>();
        }

        public int Interface { get; }

        public ulong Nanoseconds { get; }

        public int Length { get; }

        public IPv4Packet Ip { get; }

        public TcpPacket Tcp { get; }

        public bool IsOf(int connection, PacketDirection direction) => (direction == PacketDirection.ToBroker ? Tcp.SourcePort : Tcp.DestinationPort) == 50_000 + connection;
    }
}
