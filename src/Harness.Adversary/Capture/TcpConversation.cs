namespace Harness.Adversary.Capture;

/// <summary>One end of a made-up TCP connection.</summary>
/// <param name="Address">IPv4, host order.</param>
/// <param name="Port">Port.</param>
internal readonly record struct TcpEnd(uint Address, ushort Port);

/// <summary>Puts the bytes of one connection into IPv4 and TCP (RFC 791, RFC 9293), with the sequence numbers and checksums they would have had.</summary>
internal sealed class TcpConversation(TcpEnd client, TcpEnd server)
{
    /// <summary>Most payload bytes of one packet, as on Ethernet.</summary>
    public const int MaximumSegment = 1460;

    private const int HeaderLength = 20;
    private const byte Fin = 1;
    private const byte Syn = 2;
    private const byte Push = 8;
    private const byte Acknowledge = 16;

    private uint _clientNext = 1000;
    private uint _serverNext = 2000;
    private ushort _identification;

    /// <summary>SYN, SYN-ACK, ACK.</summary>
    public IReadOnlyList<byte[]> Open() =>
        [Packet(fromClient: true, Syn, []), Packet(fromClient: false, Syn | Acknowledge, []), Packet(fromClient: true, Acknowledge, [])];

    /// <summary>Bytes of one end, in as many packets as they need.</summary>
    public IEnumerable<byte[]> Send(bool fromClient, ReadOnlyMemory<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at += MaximumSegment)
        {
            yield return Packet(fromClient, Push | Acknowledge, bytes.Span[at..Math.Min(bytes.Length, at + MaximumSegment)]);
        }
    }

    /// <summary>FIN of both ends, and the last ACK.</summary>
    public IReadOnlyList<byte[]> Close() =>
        [Packet(fromClient: true, Fin | Acknowledge, []), Packet(fromClient: false, Fin | Acknowledge, []), Packet(fromClient: true, Acknowledge, [])];

    private byte[] Packet(bool fromClient, byte flags, ReadOnlySpan<byte> payload)
    {
        var (from, to) = fromClient ? (client, server) : (server, client);
        var packet = new byte[(2 * HeaderLength) + payload.Length];
        var ip = packet.AsSpan(0, HeaderLength);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], ++_identification);
        ip[6] = 0x40; // do not fragment
        ip[8] = 64;
        ip[9] = 6; // TCP
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], from.Address);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], to.Address);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], (ushort)~Sum(ip, 0));

        var tcp = packet.AsSpan(HeaderLength);
        ref var next = ref fromClient ? ref _clientNext : ref _serverNext;
        BinaryPrimitives.WriteUInt16BigEndian(tcp, from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], next);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], (flags & Acknowledge) == 0 ? 0 : fromClient ? _serverNext : _clientNext);
        tcp[12] = 0x50;
        tcp[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], ushort.MaxValue);
        payload.CopyTo(tcp[HeaderLength..]);

        // The pseudo header: addresses, protocol, length.
        var start = Sum(ip[12..20], 6u + (uint)tcp.Length);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], (ushort)~Sum(tcp, start));
        next += (uint)payload.Length + ((flags & (Syn | Fin)) != 0 ? 1u : 0u);
        return packet;
    }

    /// <summary>The ones' complement sum of RFC 1071.</summary>
    internal static ushort Sum(ReadOnlySpan<byte> bytes, uint start)
    {
        var sum = start;
        for (var i = 0; i < bytes.Length; i += 2)
        {
            sum += (uint)(bytes[i] << 8) | (i + 1 < bytes.Length ? bytes[i + 1] : 0u);
        }

        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)sum;
    }
}
