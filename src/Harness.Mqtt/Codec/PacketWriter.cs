using System.Buffers.Binary;
using System.Text;

namespace Harness.Mqtt.Codec;

/// <summary>Writes the data types of section 1.5.</summary>
internal sealed class PacketWriter
{
    public const uint MaximumVarInt = 268_435_455;
    private const int LongestHeader = 5; // type with flags, and a length of four bytes
    private const int Kept = 4096;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private byte[] _bytes = new byte[256];
    private int _end = LongestHeader;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(LongestHeader, _end - LongestHeader);

    /// <summary>Writes the fixed header in front of what is written.</summary>
    /// <param name="first">First byte: type and flags.</param>
    /// <returns>The whole packet, until something is written next.</returns>
    public ReadOnlySpan<byte> Packet(byte first)
    {
        var length = (uint)Written.Length;
        var size = length switch { < 1 << 7 => 1, < 1 << 14 => 2, < 1 << 21 => 3, _ => 4 };
        var begin = LongestHeader - 1 - size;
        var end = _end;
        (_bytes[begin], _end) = (first, begin + 1);
        VarInt(length);
        _end = end;
        return _bytes.AsSpan(begin, end - begin);
    }

    /// <summary>Begins anew; the memory that a large packet needed is freed.</summary>
    public void Clear()
    {
        _end = LongestHeader;
        if (_bytes.Length > Kept)
        {
            _bytes = new byte[256];
        }
    }

    public void Byte(byte value) => Next(1)[0] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Next(2), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Next(4), value);

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

        var size = Strict.GetByteCount(text);
        Length(size);
        Strict.GetBytes(text, Next(size));
    }

    public void Binary(ReadOnlySpan<byte> data)
    {
        Length(data.Length);
        Raw(data);
    }

    public void Raw(ReadOnlySpan<byte> data) => data.CopyTo(Next(data.Length));

    private void Length(int size) => UInt16(size <= ushort.MaxValue
        ? (ushort)size
        : throw new ArgumentException($"An MQTT string or binary field holds at most 65535 bytes, not {size}."));

    private Span<byte> Next(int size)
    {
        if (_bytes.Length - _end < size)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _end + size));
        }

        _end += size;
        return _bytes.AsSpan(_end - size, size);
    }
}
