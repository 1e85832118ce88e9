namespace Harness.Adversary.Capture;

/// <summary>Writes what a tap has seen as a pcapng file that Wireshark reads and dissects as MQTT.</summary>
/// <remarks>
/// The tap sees bytes, not packets: IPv4, TCP, SYN and FIN are made up around them, with addresses of the documentation range (RFC 5737) and
/// the broker on port 1883. Interface 0 holds what each end sent, as it entered the tap. Interface 1 holds what left the tap altered or
/// made up, in a connection of its own from and to 198.51.100.0/24, each packet with a comment. What was dropped is on interface 0 alone.
/// Keys stay where they were: the file holds no more than the wire did.
/// </remarks>
public static class PcapngFile
{
    private const ushort RawIp = 101;
    private const ushort MqttPort = 1883;

    /// <summary>The port at which Wireshark expects TLS.</summary>
    public const ushort TlsPort = 8883;

    private const ushort FirstClientPort = 50_000;
    private const uint Entered = 0xC0000200; // 192.0.2.0
    private const uint Altered = 0xC6336400; // 198.51.100.0
    private const byte BrokerHost = 254;

    /// <summary>Writes a capture.</summary>
    /// <param name="stream">Destination; stays open.</param>
    /// <param name="capture">The bytes, in order of time (<see cref="MqttProxy.Capture"/>).</param>
    /// <param name="comment">Comment of the capture; null for none.</param>
    /// <param name="port">The broker's port in the made-up headers, by which Wireshark chooses what it dissects.</param>
    public static void Write(Stream stream, IReadOnlyList<CapturedBytes> capture, string? comment = null, ushort port = MqttPort)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(capture);
        var file = new PcapngWriter(stream, comment);
        AddInterfaces(file);
        var open = new Dictionary<(int Connection, bool Left), TcpConversation>();
        foreach (var bytes in capture)
        {
            Add(file, open, bytes, port);
        }

        // The list does not say when a connection ended: each ends with the capture.
        if (capture.Count > 0)
        {
            End(file, open, capture[^1].At, _ => true);
        }
    }

    /// <summary>Begins a file's interfaces.</summary>
    internal static void AddInterfaces(PcapngWriter file)
    {
        file.AddInterface(RawIp, "entered the tap");
        file.AddInterface(RawIp, "left the tap altered or made up");
    }

    /// <summary>Adds bytes of a connection, which is opened before its first.</summary>
    internal static void Add(PcapngWriter file, Dictionary<(int Connection, bool Left), TcpConversation> open, CapturedBytes bytes, ushort port = MqttPort)
    {
        var number = bytes.Left ? 1 : 0;
        if (!open.TryGetValue((bytes.Connection, bytes.Left), out var conversation))
        {
            conversation = New(bytes.Connection, bytes.Left ? Altered : Entered, port);
            open.Add((bytes.Connection, bytes.Left), conversation);
            Add(file, number, bytes.At, conversation.Open());
        }

        foreach (var packet in conversation.Send(bytes.Direction == PacketDirection.ToBroker, bytes.Bytes))
        {
            file.AddPacket(number, bytes.At, packet, comment: bytes.Left ? $"left the tap {Way(bytes.Direction)} in connection {bytes.Connection}" : null);
        }
    }

    /// <summary>Ends connections.</summary>
    internal static void End(
        PcapngWriter file, Dictionary<(int Connection, bool Left), TcpConversation> open, DateTimeOffset at, Func<(int Connection, bool Left), bool> which)
    {
        foreach (var (key, conversation) in open.Where(entry => which(entry.Key)).ToList())
        {
            Add(file, key.Left ? 1 : 0, at, conversation.Close());
            open.Remove(key);
        }
    }

    /// <summary>Saves a capture; a file that is there is replaced.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, IReadOnlyList<CapturedBytes> capture, string? comment = null, ushort port = MqttPort)
    {
        using var stream = File.Create(path);
        Write(stream, capture, comment, port);
    }

    private static TcpConversation New(int connection, uint network, ushort port) => new(
        new TcpEnd(network + 1 + (uint)(connection % (BrokerHost - 1)), (ushort)(FirstClientPort + (connection % 10_000))),
        new TcpEnd(network + BrokerHost, port));

    private static void Add(PcapngWriter file, int number, DateTimeOffset at, IReadOnlyList<byte[]> packets)
    {
        foreach (var packet in packets)
        {
            file.AddPacket(number, at, packet);
        }
    }

    private static string Way(PacketDirection direction) => direction == PacketDirection.ToBroker ? "to the broker" : "to the client";
}
