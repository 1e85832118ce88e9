namespace Harness.Schemes.MqttAuth;

/// <summary>The requests that a client makes of the token service (MQTT-Auth, Calabretta et al. 2018, as reconstructed).</summary>
public enum TokenOperation : byte
{
    /// <summary>Creates a topic; the answer carries its two tokens.</summary>
    Create = 1,

    /// <summary>Shows the authentication token, which gives the right to publish.</summary>
    Publish = 2,

    /// <summary>Shows the authorization token, which gives the right to read.</summary>
    Subscribe = 3,

    /// <summary>Revokes the token shown; allowed to the topic's creator alone.</summary>
    Revoke = 4,
}

/// <summary>The result of a request.</summary>
public enum TokenStatus : byte
{
    /// <summary>Granted.</summary>
    Granted = 0,

    /// <summary>Refused: the token is wrong or revoked, the topic is another's, or there is no such topic. The answer does not say which.</summary>
    Refused = 1,

    /// <summary>Malformed: the payload is no request of this format.</summary>
    Malformed = 2,
}

/// <summary>A client's request on <c>auth/&lt;hex(C)&gt;</c>, before the hop seal: u8 op ‖ u16 len(topic) ‖ topic ‖ token.</summary>
/// <param name="Operation">The operation requested.</param>
/// <param name="Topic">The topic, 1 to 65,535 bytes of UTF-8; a token for <c>a/b</c> covers <c>a/b/#</c>.</param>
/// <param name="Token">16 bytes; empty with <see cref="TokenOperation.Create"/>.</param>
public sealed record TokenRequest(TokenOperation Operation, string Topic, ReadOnlyMemory<byte> Token)
{
    /// <summary>Bytes of a token: 16.</summary>
    public const int TokenLength = 16;

    /// <summary>The bytes of the request; they hold the token.</summary>
    /// <exception cref="ArgumentException">A token of another length than the operation has.</exception>
    public byte[] Encode()
    {
        if (Token.Length != (Operation == TokenOperation.Create ? 0 : TokenLength))
        {
            throw new ArgumentException($"{Operation} does not carry {Token.Length} bytes of token.");
        }

        return TokenText.Join([(byte)Operation], Topic, Token.Span);
    }

    /// <summary>Reads a request.</summary>
    /// <returns>False for an unknown operation, a cut field, text that is not UTF-8, an empty topic or a token of another length.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TokenRequest? request)
    {
        request = null;
        if (bytes.Length < 1 || !Enum.IsDefined((TokenOperation)bytes[0]) || !TokenText.TrySplit(bytes[1..], out var topic, out var token))
        {
            return false;
        }

        var operation = (TokenOperation)bytes[0];
        if (token.Length != (operation == TokenOperation.Create ? 0 : TokenLength))
        {
            return false;
        }

        request = new TokenRequest(operation, topic, token.ToArray());
        return true;
    }

    /// <summary>Gets operation and topic; never the token.</summary>
    public override string ToString() => $"{Operation} {Topic}";
}

/// <summary>
/// The broker's answer on <c>auth/&lt;hex(C)&gt;</c>, before the hop seal: u8 0x80 + op ‖ u8 status ‖ u16 len(topic) ‖ topic, and where a topic
/// was created authentication token ‖ authorization token. The published abstract does not say how tokens come to the creator: our reading.
/// </summary>
/// <param name="Operation">The operation requested.</param>
/// <param name="Status">The result.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Tokens">32 bytes where <see cref="TokenOperation.Create"/> was granted, else empty.</param>
public sealed record TokenAnswer(TokenOperation Operation, TokenStatus Status, string Topic, ReadOnlyMemory<byte> Tokens)
{
    /// <summary>The bytes of the answer; they hold tokens where a topic was created.</summary>
    public byte[] Encode() => TokenText.Join([(byte)(0x80 + Operation), (byte)Status], Topic, Tokens.Span);

    /// <summary>Reads an answer.</summary>
    /// <returns>False for an unknown operation or status, a cut field, text that is not UTF-8, an empty topic, or tokens of another length.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TokenAnswer? answer)
    {
        answer = null;
        if (bytes.Length < 2 || !Enum.IsDefined((TokenOperation)(bytes[0] - 0x80)) || !Enum.IsDefined((TokenStatus)bytes[1])
            || !TokenText.TrySplit(bytes[2..], out var topic, out var tokens))
        {
            return false;
        }

        var (operation, status) = ((TokenOperation)(bytes[0] - 0x80), (TokenStatus)bytes[1]);
        if (tokens.Length != (operation == TokenOperation.Create && status == TokenStatus.Granted ? 2 * TokenRequest.TokenLength : 0))
        {
            return false;
        }

        answer = new TokenAnswer(operation, status, topic, tokens.ToArray());
        return true;
    }

    /// <summary>Gets operation, topic and result; never a token.</summary>
    public override string ToString() => $"{Operation} {Topic}: {Status}";
}

/// <summary>The fields that both messages share.</summary>
internal static class TokenText
{
    public static byte[] Join(ReadOnlySpan<byte> head, string topic, ReadOnlySpan<byte> rest) => topic.Length > 0
        ? [.. head, .. TextField.Encode(topic, "a topic"), .. rest]
        : throw new ArgumentException("a topic has 1 to 65,535 bytes, not 0", nameof(topic));

    public static bool TrySplit(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? topic, out ReadOnlySpan<byte> rest)
    {
        rest = bytes;
        return TextField.TryTake(ref rest, out topic) && topic.Length > 0;
    }
}
