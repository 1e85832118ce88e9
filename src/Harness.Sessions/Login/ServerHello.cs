using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Harness.Sessions.Login;

/// <summary>The broker's first AUTH: u16 len(S) ‖ S ‖ Y (design 6, big-endian, UTF-8).</summary>
/// <param name="Server">S.</param>
/// <param name="Y">Y, not yet judged.</param>
public sealed record ServerHello(string Server, ReadOnlyMemory<byte> Y)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The bytes of the message.</summary>
    /// <exception cref="ArgumentException">S longer than 65,535 bytes.</exception>
    public byte[] Encode()
    {
        var server = Strict.GetBytes(Server);
        if (server.Length > ushort.MaxValue)
        {
            throw new ArgumentException("S has at most 65,535 bytes.");
        }

        var bytes = new byte[2 + server.Length + Y.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)server.Length);
        server.CopyTo(bytes, 2);
        Y.Span.CopyTo(bytes.AsSpan(2 + server.Length));
        return bytes;
    }

    /// <summary>Reads a message.</summary>
    /// <returns>False where S is cut or no UTF-8. Y is whatever follows, also nothing: the party judges it.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ServerHello? hello)
    {
        hello = null;
        if (bytes.Length < 2 || bytes.Length < 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes))
        {
            return false;
        }

        var end = 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes);
        try
        {
            hello = new ServerHello(Strict.GetString(bytes[2..end]), bytes[end..].ToArray());
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
