namespace Harness.Sessions.Login;

/// <summary>The broker's first AUTH: u16 len(S) ‖ S ‖ Y (big-endian, UTF-8).</summary>
/// <param name="Server">S.</param>
/// <param name="Y">Y, not yet judged.</param>
public sealed record ServerHello(string Server, ReadOnlyMemory<byte> Y)
{
    /// <summary>The bytes of the message.</summary>
    /// <exception cref="ArgumentException">S longer than 65,535 bytes.</exception>
    public byte[] Encode() => [.. TextField.Encode(Server, "S"), .. Y.Span];

    /// <summary>Reads a message.</summary>
    /// <returns>False where S is cut or no UTF-8. Y is whatever follows, also nothing: the party judges it.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ServerHello? hello)
    {
        var rest = bytes;
        hello = TextField.TryTake(ref rest, out var server) ? new ServerHello(server, rest.ToArray()) : null;
        return hello is not null;
    }
}
