namespace Harness.Mqtt.Proxy;

/// <summary>Splits one direction of a byte stream into packets. No bytes are refused: those that do not decode come out raw.</summary>
internal sealed class ProxyFramer
{
    /// <summary>Bounds until the receiver announced its own: those of the harness's broker. A larger packet comes out raw, in the pieces in which it arrived: its receiver
    /// refuses it from the length alone, and would refuse it later than without a tap if it were held back.</summary>
    public static MqttLimits DefaultLimits { get; } = new() { MaximumUserProperties = 65536 };

    /// <summary>Bounds where the receiver announced none: a packet up to that size is held in memory whole.</summary>
    private const int MaximumPacket = 4 * 1024 * 1024;

    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private int _rawBytesLeft;
    private bool _framingLost;

    /// <summary>A packet, or bytes that are not one.</summary>
    public readonly record struct Piece(MqttPacket? Packet, ReadOnlyMemory<byte> Raw);

    /// <summary>Gets the bounds for a receiver.</summary>
    /// <param name="announced">Maximum Packet Size of its CONNECT or CONNACK.</param>
    public static MqttLimits LimitsOf(uint? announced) => DefaultLimits with { MaximumPacketSize = (int)Math.Min(announced ?? MaximumPacket, MaximumPacket) };

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end + bytes.Length > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _end + bytes.Length));
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Gets the next piece; false where more bytes are needed.</summary>
    public bool TryTake(MqttVersion version, MqttLimits limits, out Piece piece)
    {
        piece = default;
        var available = _buffer.AsSpan(_start, _end - _start);
        if (available.IsEmpty)
        {
            return false;
        }

        if (_framingLost || _rawBytesLeft > 0)
        {
            var length = _framingLost ? available.Length : Math.Min(_rawBytesLeft, available.Length);
            _rawBytesLeft -= _framingLost ? 0 : length;
            piece = Take(null, length);
            return true;
        }

        try
        {
            if (!MqttCodec.TryDecode(available, version, limits, out var packet, out var consumed))
            {
                return false;
            }

            piece = Take(packet, consumed);
            return true;
        }
        catch (MqttProtocolException)
        {
            return TryTakeUndecodable(available, version, out piece);
        }
    }

    /// <summary>Gets the rest at the end of the stream, as raw bytes.</summary>
    public IEnumerable<Piece> Rest()
    {
        if (_end > _start)
        {
            yield return Take(null, _end - _start);
        }
    }

    /// <summary>Takes an undecodable packet as raw bytes. The framing is intact, so decoding goes on with the next packet.</summary>
    private bool TryTakeUndecodable(ReadOnlySpan<byte> available, MqttVersion version, out Piece piece)
    {
        int total;
        try
        {
            MqttCodec.TryReadHeader(available, version, out _, out total, out _);
        }
        catch (MqttProtocolException)
        {
            _framingLost = true;
            piece = Take(null, available.Length);
            return true;
        }

        var length = Math.Min(total, available.Length);
        _rawBytesLeft = total - length;
        piece = Take(null, length);
        return true;
    }

    private Piece Take(MqttPacket? packet, int length)
    {
        var raw = _buffer.AsSpan(_start, length).ToArray();
        _start += length;
        return new Piece(packet, raw);
    }
}
