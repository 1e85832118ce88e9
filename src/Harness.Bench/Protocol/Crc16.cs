namespace Harness.Bench.Protocol;

/// <summary>CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, no reflection, no final xor (rigs/firmware/PROTOCOL.md).</summary>
public static class Crc16
{
    /// <summary>Computes the checksum of a line's bytes before <c> *</c>; "123456789" gives 0x29B1.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF;
        foreach (var b in bytes)
        {
            crc ^= b << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }
        }

        return (ushort)crc;
    }

    /// <summary>Appends <c> *CRC</c> to a line, without a line end.</summary>
    public static byte[] Append(ReadOnlySpan<byte> line)
    {
        var crc = Of(line);
        return [.. line, .. System.Text.Encoding.ASCII.GetBytes($" *{crc:x4}")];
    }

    /// <summary>Splits off <c> *CRC</c>.</summary>
    /// <returns>False if the checksum is missing, not four lower-case hex digits, or wrong.</returns>
    public static bool TryStrip(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (line.Length < 6 || line[^6] != (byte)' ' || line[^5] != (byte)'*')
        {
            return false;
        }

        var crc = 0;
        foreach (var c in line[^4..])
        {
            var digit = c switch
            {
                >= (byte)'0' and <= (byte)'9' => c - '0',
                >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
                _ => -1,
            };
            if (digit < 0)
            {
                return false;
            }

            crc = (crc << 4) | digit;
        }

        body = line[..^6];
        return crc == Of(body);
    }
}
