using System.Buffers.Binary;
using System.Text;

namespace Harness.Mqtt.Codec;

/// <summary>Reads the data types of section 1.5 from one packet's bytes. Invalid bytes are <see cref="ReasonCode.MalformedPacket"/>.</summary>
internal ref struct PacketReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public byte Byte() => Take(1, "a byte")[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2, "a two-byte integer"));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4, "a four-byte integer"));

    public uint VarInt()
    {
        if (!TryReadVarInt(_rest, out var value, out var length))
        {
            throw Malformed("a variable byte integer ends after the packet");
        }

        _rest = _rest[length..];
        return value;
    }

    public string Utf8()
    {
        var bytes = Take(UInt16(), "a string");
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            throw Malformed("a string is not UTF-8");
        }

        if (bytes.Contains((byte)0))
        {
            throw Malformed("a string contains U+0000");
        }

        return Encoding.UTF8.GetString(bytes);
    }

    public byte[] Binary() => Take(UInt16(), "binary data").ToArray();

    public byte[] Rest() => Take(_rest.Length, "the payload").ToArray();

    public PacketReader Slice(uint length) => length > _rest.Length
        ? throw Malformed($"a section of {length} bytes is announced where {_rest.Length} are left")
        : new PacketReader(Take((int)length, "a section"));

    public readonly void ExpectEnd(PacketType type)
    {
        if (!AtEnd)
        {
            throw Malformed($"{type} has {_rest.Length} bytes too many");
        }
    }

    /// <summary>Reads a variable byte integer; false where more bytes are needed. Four bytes at most and no more than needed (MQTT-1.5.5-1).</summary>
    public static bool TryReadVarInt(ReadOnlySpan<byte> bytes, out uint value, out int length)
    {
        value = 0;
        for (length = 0; length < 4; length++)
        {
            if (length == bytes.Length)
            {
                return false;
            }

            var b = bytes[length];
            value |= (uint)(b & 0x7F) << (7 * length);
            if ((b & 0x80) == 0)
            {
                length++;
                return b != 0 || length == 1 ? true : throw Malformed("a variable byte integer is longer than needed");
            }
        }

        throw Malformed("a variable byte integer is longer than four bytes");
    }

    public static MqttProtocolException Malformed(string message) => new(ReasonCode.MalformedPacket, "malformed packet: " + message);

    public static MqttProtocolException ProtocolError(string message) => new(ReasonCode.ProtocolError, "protocol error: " + message);

    private ReadOnlySpan<byte> Take(int count, string what)
    {
        if (count > _rest.Length)
        {
            throw Malformed($"{what} of {count} bytes is expected where {_rest.Length} are left");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
