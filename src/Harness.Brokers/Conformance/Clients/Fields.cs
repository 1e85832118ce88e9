namespace Harness.Brokers.Conformance.Clients;

/// <summary>Reads fields one after the other and says where they end too early, instead of refusing: what a client wrote wrongly is what is looked for.</summary>
internal ref struct Fields(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>True once a field was cut short.</summary>
    public bool Short { get; private set; }

    /// <summary>Bytes that are left.</summary>
    public readonly int Left => _rest.Length;

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public ushort UInt16() => Take(2) is [var high, var low] ? (ushort)((high << 8) | low) : (ushort)0;

    /// <summary>Bytes after their length in two bytes; empty where they are cut short.</summary>
    public byte[] Sized() => Take(UInt16()).ToArray();

    public byte[] Rest() => Take(Left).ToArray();

    public int VarInt()
    {
        for (var (value, shift) = (0, 0); shift < 28; shift += 7)
        {
            var next = Byte();
            value |= (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return value;
            }
        }

        Short = true;
        return 0;
    }

    /// <summary>Properties of MQTT 5 with the bytes of their values, behind their length.</summary>
    public IReadOnlyList<Property> Properties()
    {
        var block = new Fields(Take(VarInt()));
        var properties = new List<Property>();
        while (block.Left > 0 && !block.Short)
        {
            var id = (PropertyId)block.VarInt();
            properties.Add(new Property(id, Value(id, ref block)));
        }

        Short |= block.Short;
        return properties;
    }

    private static byte[] Value(PropertyId id, ref Fields block)
    {
        switch ((byte)id)
        {
            case 0x01 or 0x17 or 0x19 or 0x24 or 0x25 or 0x28 or 0x29 or 0x2A:
                return block.Take(1).ToArray();
            case 0x13 or 0x21 or 0x22 or 0x23:
                return block.Take(2).ToArray();
            case 0x02 or 0x11 or 0x18 or 0x27:
                return block.Take(4).ToArray();
            case 0x0B:
                var number = block.VarInt();
                return [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
            case 0x26:
                return [.. block.Sized(), 0, .. block.Sized()];
            case 0x03 or 0x08 or 0x09 or 0x12 or 0x15 or 0x16 or 0x1A or 0x1C or 0x1F:
                return block.Sized();
            default:
                block.Short = true; // no such property: where it ends is unknown
                return [];
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            Short = true;
            _rest = [];
            return [];
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}

/// <summary>One property of MQTT 5 as bytes.</summary>
internal sealed record Property(PropertyId Id, byte[] Value)
{
    /// <summary>The value as a number.</summary>
    public long Number => Value.Aggregate(0L, (sum, next) => (sum << 8) | next);
}

/// <summary>The rules of strings (section 1.5.3 of 3.1.1, 1.5.4 of 5.0).</summary>
internal static class Strings
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static bool WellFormed(byte[] text)
    {
        try
        {
            Strict.GetCharCount(text);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The text for people; bytes that are none become question marks.</summary>
    public static string Of(byte[] text) => Encoding.UTF8.GetString(text);
}
