using System.Buffers.Binary;

namespace Harness.Sessions.Topics;

/// <summary>The steps of a login on topics.</summary>
public enum TopicStep : byte
{
    /// <summary>Client: u8 len(method) ‖ method ‖ X.</summary>
    Start = 1,

    /// <summary>Broker: u16 len(S) ‖ S ‖ Y.</summary>
    Challenge = 2,

    /// <summary>Client: V_C.</summary>
    Proof = 3,

    /// <summary>Broker: V_S.</summary>
    Success = 4,

    /// <summary>Broker: u8 reason.</summary>
    Refusal = 5,
}

/// <summary>One message of a login on topics: u8 1 ‖ u8 step ‖ 8-byte session id ‖ data (big-endian).</summary>
/// <param name="Step">Its step.</param>
/// <param name="Session">The session id, of the client's choice.</param>
/// <param name="Data">The step's data, not yet judged.</param>
public sealed record TopicMessage(TopicStep Step, ulong Session, ReadOnlyMemory<byte> Data)
{
    /// <summary>The first byte.</summary>
    public const byte Version = 1;

    /// <summary>Bytes before the data.</summary>
    public const int HeaderLength = 10;

    /// <summary>The bytes of the message.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[HeaderLength + Data.Length];
        (bytes[0], bytes[1]) = (Version, (byte)Step);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(2), Session);
        Data.Span.CopyTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <summary>Reads a message.</summary>
    /// <returns>False for another version, an unknown step, or less than a header.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TopicMessage? message)
    {
        message = null;
        if (bytes.Length < HeaderLength || bytes[0] != Version || bytes[1] is < (byte)TopicStep.Start or > (byte)TopicStep.Refusal)
        {
            return false;
        }

        message = new TopicMessage((TopicStep)bytes[1], BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]), bytes[HeaderLength..].ToArray());
        return true;
    }
}

/// <summary>The data of step 1: u8 len(method) ‖ method ‖ X.</summary>
/// <param name="Method">Authentication Method, as in the MQTT 5 binding.</param>
/// <param name="X">X, not yet judged.</param>
public sealed record TopicStart(string Method, ReadOnlyMemory<byte> X)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The bytes of the data.</summary>
    /// <exception cref="ArgumentException">A method longer than 255 bytes.</exception>
    public byte[] Encode()
    {
        var method = Strict.GetBytes(Method);
        return method.Length <= byte.MaxValue
            ? [(byte)method.Length, .. method, .. X.Span]
            : throw new ArgumentException("A method has at most 255 bytes.");
    }

    /// <summary>Reads the data.</summary>
    /// <returns>False where the method is cut or no UTF-8. X is whatever follows, also nothing.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TopicStart? start)
    {
        start = null;
        if (bytes.Length < 1 || bytes.Length < 1 + bytes[0])
        {
            return false;
        }

        try
        {
            start = new TopicStart(Strict.GetString(bytes.Slice(1, bytes[0])), bytes[(1 + bytes[0])..].ToArray());
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
