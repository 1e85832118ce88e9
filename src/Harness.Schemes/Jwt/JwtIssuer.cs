using System.Buffers.Text;
using System.Text.Json;

namespace Harness.Schemes.Jwt;

/// <summary>Issues and checks signed JSON web tokens (RFC 7519 and 7515, HS256) that a device sends as its password: common practice, and a control beside the papers' schemes.</summary>
/// <remarks>Bhawiyuga et al. 2017 name it. It has one key: whoever has that makes tokens. ECDSA would change nothing of what is attacked here.</remarks>
[Scheme(
    SchemeNames.Jwt, Order = 7, Label = "as commonly used", Group = SchemeNames.Today, IsAugPake = false,
    Choose = "when a token service is there already, tokens live for minutes, and TLS is around every connection")]
public sealed class JwtIssuer(TimeProvider time)
{
    private const int MostBytes = 4096;
    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Issues a token.</summary>
    /// <param name="client">The client that it is for; its ClientId.</param>
    /// <param name="lifetime">The time that it is good for.</param>
    /// <returns>The token, ASCII.</returns>
    public byte[] Issue(string client, TimeSpan lifetime)
    {
        ArgumentException.ThrowIfNullOrEmpty(client);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["sub"] = client, ["iat"] = now, ["exp"] = now + (long)lifetime.TotalSeconds });
        var signed = $"{Header}.{Base64Url.EncodeToString(claims)}";
        return Encoding.ASCII.GetBytes($"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(signed)))}");
    }

    /// <summary>True where a CONNECT carries a token of its ClientId that has not expired. It may come as often as it likes until then, as nothing in it is of one login.</summary>
    /// <param name="clientId">ClientId.</param>
    /// <param name="password">The token.</param>
    public bool Accepts(string clientId, ReadOnlySpan<byte> password)
    {
        if (!TryVerify(password, _key, out var claims))
        {
            return false;
        }

        using (claims)
        {
            return claims.RootElement.TryGetProperty("sub", out var subject) && subject.ValueKind == JsonValueKind.String && subject.GetString() == clientId
                && claims.RootElement.TryGetProperty("exp", out var until) && until.ValueKind == JsonValueKind.Number && until.TryGetInt64(out var end)
                && time.GetUtcNow().ToUnixTimeSeconds() < end;
        }
    }

    /// <summary>Verifies a token's signature; nothing of the token is read before it is right, and no other algorithm than HS256 is known, <c>none</c> least of all.</summary>
    /// <param name="token">The token, at most 4,096 bytes of ASCII.</param>
    /// <param name="key">The key.</param>
    /// <param name="claims">Its claims, an object; the caller disposes them.</param>
    public static bool TryVerify(ReadOnlySpan<byte> token, ReadOnlySpan<byte> key, [NotNullWhen(true)] out JsonDocument? claims)
    {
        claims = null;
        var (first, last) = (token.IndexOf((byte)'.'), token.LastIndexOf((byte)'.'));
        if (token.Length > MostBytes || first < 0 || last == first || !TryDecode(token[(last + 1)..], out var signature)
            || !CryptographicOperations.FixedTimeEquals(signature, HMACSHA256.HashData(key, token[..last]))
            || !TryDecode(token[..first], out var header) || !TryDecode(token[(first + 1)..last], out var body)
            || !TryParse(header, out var head))
        {
            return false;
        }

        using (head)
        {
            return head.RootElement.TryGetProperty("alg", out var algorithm) && algorithm.ValueKind == JsonValueKind.String && algorithm.ValueEquals("HS256")
                && !head.RootElement.TryGetProperty("crit", out _) && TryParse(body, out claims);
        }
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        var isText = Base64Url.IsValid(text) && !text.Contains((byte)'=') && Base64Url.TryDecodeFromUtf8(text, bytes, out var length) && Base64Url.EncodeToUtf8(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(text);
        if (isText)
        {
            Array.Resize(ref bytes, text.Length * 3 / 4);
        }

        return isText;
    }

    private static bool TryParse(byte[] json, [NotNullWhen(true)] out JsonDocument? document)
    {
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            document = null;
            return false;
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return true;
        }

        document.Dispose();
        document = null;
        return false;
    }
}
