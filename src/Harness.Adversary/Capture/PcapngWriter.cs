namespace Harness.Adversary.Capture;

/// <summary>Writes the blocks of a pcapng file (IETF draft-ietf-opsawg-pcapng, sections 4.1 to 4.3), little-endian, times in nanoseconds.</summary>
internal sealed class PcapngWriter
{
    private enum BlockType : uint
    {
        InterfaceDescription = 1,
        EnhancedPacket = 6,
        SectionHeader = 0x0A0D0D0A,
    }

    /// <summary>Options of all blocks, of a section (shb_userappl) and of an interface (if_name, if_tsresol).</summary>
    private enum OptionCode : ushort
    {
        Comment = 1,
        InterfaceName = 2,
        Application = 4,
        TimeResolution = 9,
    }

    private readonly Stream _stream;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Destination; stays open.</param>
    /// <param name="comment">Comment of the capture; null for none.</param>
    public PcapngWriter(Stream stream, string? comment)
    {
        _stream = stream;
        var body = new MemoryStream();
        Put32(body, 0x1A2B3C4D);
        Put16(body, 1);
        Put16(body, 0);
        body.Write([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]); // length of the section: not said
        Option(body, OptionCode.Comment, comment is null ? null : Encoding.UTF8.GetBytes(comment));
        Option(body, OptionCode.Application, "mqtt-harness"u8.ToArray());
        End(body);
        Block(BlockType.SectionHeader, body);
    }

    /// <summary>Adds an interface; the first is number 0.</summary>
    /// <param name="linkType">LINKTYPE of its packets: 101 raw IP.</param>
    /// <param name="name">Its name.</param>
    public void AddInterface(ushort linkType, string name)
    {
        var body = new MemoryStream();
        Put16(body, linkType);
        Put16(body, 0);
        Put32(body, 0); // no limit
        Option(body, OptionCode.InterfaceName, Encoding.UTF8.GetBytes(name));
        Option(body, OptionCode.TimeResolution, [9]);
        End(body);
        Block(BlockType.InterfaceDescription, body);
    }

    /// <summary>Adds a packet.</summary>
    /// <param name="number">Its interface.</param>
    /// <param name="at">When.</param>
    /// <param name="packet">Its bytes.</param>
    /// <param name="comment">Words for whoever reads it; null for none.</param>
    public void AddPacket(int number, DateTimeOffset at, ReadOnlySpan<byte> packet, string? comment = null)
    {
        var body = new MemoryStream();
        var time = (ulong)(at - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        Put32(body, (uint)number);
        Put32(body, (uint)(time >> 32));
        Put32(body, (uint)time);
        Put32(body, (uint)packet.Length);
        Put32(body, (uint)packet.Length);
        body.Write(packet);
        Pad(body);
        Option(body, OptionCode.Comment, comment is null ? null : Encoding.UTF8.GetBytes(comment));
        End(body);
        Block(BlockType.EnhancedPacket, body);
    }

    private static void Option(MemoryStream body, OptionCode code, byte[]? value)
    {
        if (value is not null)
        {
            Put16(body, (ushort)code);
            Put16(body, (ushort)value.Length);
            body.Write(value);
            Pad(body);
        }
    }

    private static void End(MemoryStream body) => Put32(body, 0);

    private static void Pad(MemoryStream body)
    {
        while (body.Length % 4 != 0)
        {
            body.WriteByte(0);
        }
    }

    private static void Put16(MemoryStream body, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        body.Write(bytes);
    }

    private static void Put32(MemoryStream body, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        body.Write(bytes);
    }

    private void Block(BlockType type, MemoryStream body)
    {
        var block = new MemoryStream();
        var length = (uint)(body.Length + 12);
        Put32(block, (uint)type);
        Put32(block, length);
        body.WriteTo(block);
        Put32(block, length);
        block.WriteTo(_stream);
    }
}
