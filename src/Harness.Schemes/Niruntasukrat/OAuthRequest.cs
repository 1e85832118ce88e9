namespace Harness.Schemes.Niruntasukrat;

/// <summary>A request of OAuth 1.0a (RFC 5849) with its parameters; <c>oauth_signature</c> among them where it is signed.</summary>
/// <param name="Method">The HTTP method, upper case.</param>
/// <param name="Url">The base string URI (section 3.4.1.2).</param>
/// <param name="Parameters">Parameters of query, body and Authorization header together.</param>
public sealed record OAuthRequest(string Method, string Url, IReadOnlyDictionary<string, string> Parameters)
{
    private const string SignatureName = "oauth_signature";

    /// <summary>The value of a parameter; empty where it is missing.</summary>
    public string this[string name] => Parameters.GetValueOrDefault(name, "");

    /// <summary>Signs by HMAC-SHA1 (section 3.4.2).</summary>
    /// <param name="consumerSecret">The application's secret.</param>
    /// <param name="tokenSecret">The secret of the token at hand; empty for none.</param>
    public OAuthRequest Sign(string consumerSecret, string tokenSecret) =>
        this with { Parameters = new Dictionary<string, string>(Parameters) { [SignatureName] = Signature(consumerSecret, tokenSecret) } };

    /// <summary>True where the request carries the signature that the secrets make, compared in constant time.</summary>
    /// <inheritdoc cref="Sign" path="/param"/>
    public bool IsSignedBy(string consumerSecret, string tokenSecret) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(this[SignatureName]), Encoding.UTF8.GetBytes(Signature(consumerSecret, tokenSecret)));

    /// <summary>base64(HMAC-SHA1(key, text)), both as UTF-8: the code of every place of the scheme.</summary>
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "the scheme is what it is; it is attacked here, not recommended")]
    public static string Code(string key, string text) => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));

    /// <summary>The names of the parameters alone: their values are codes and tokens.</summary>
    public override string ToString() => $"{Method} {Url} ({string.Join(", ", Parameters.Keys.Order(StringComparer.Ordinal))})";

    private string Signature(string consumerSecret, string tokenSecret)
    {
        var pairs = Parameters.Where(p => p.Key != SignatureName).Select(p => $"{Encode(p.Key)}={Encode(p.Value)}").Order(StringComparer.Ordinal);
        return Code($"{Encode(consumerSecret)}&{Encode(tokenSecret)}", $"{Method}&{Encode(Url)}&{Encode(string.Join('&', pairs))}");
    }

    // Section 3.6: everything but letters, digits, '-', '.', '_' and '~'.
    private static string Encode(string text) => Uri.EscapeDataString(text);
}
