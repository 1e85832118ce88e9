using System.Buffers.Binary;
using System.Text;

namespace Harness.Mqtt.Codec;

/// <summary>Writes the data types of section 1.5.</summary>
internal sealed class PacketWriter
{
    public const uint MaximumVarInt = 268_435_455;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Byte(byte value) => _buffer.Write([value]);

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.GetSpan(2), value);
        _buffer.Advance(2);
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void VarInt(uint value)
    {
        if (value > MaximumVarInt)
        {
            throw new ArgumentException($"A variable byte integer is at most {MaximumVarInt}, not {value}.");
        }

        do
        {
            var b = (byte)(value & 0x7F);
            value >>= 7;
            Byte(value > 0 ? (byte)(b | 0x80) : b);
        }
        while (value > 0);
    }

    /// <exception cref="ArgumentException">Lone surrogate, U+0000, or more than 65,535 bytes.</exception>
    public void Utf8(string text)
    {
        if (text.Contains('\0'))
        {
            throw new ArgumentException("An MQTT string cannot hold U+0000.");
        }

        Binary(Strict.GetBytes(text));
    }

    public void Binary(ReadOnlySpan<byte> data)
    {
        if (data.Length > ushort.MaxValue)
        {
            throw new ArgumentException($"An MQTT string or binary field holds at most 65535 bytes, not {data.Length}.");
        }

        UInt16((ushort)data.Length);
        Raw(data);
    }

    public void Raw(ReadOnlySpan<byte> data) => _buffer.Write(data);
}
