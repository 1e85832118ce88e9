namespace Harness.Schemes.Scram;

/// <summary>The wishes of a client about channel binding (RFC 5802 section 6).</summary>
public enum ScramBinding
{
    /// <summary><c>n</c>: it has none.</summary>
    None,

    /// <summary><c>y</c>: it has one, and believes that the server has none.</summary>
    Unused,

    /// <summary><c>p=</c>: it demands one, which no server here has.</summary>
    Required,
}

/// <summary>The client's first message: <c>n,,n=NAME,r=NONCE</c>.</summary>
/// <param name="Binding">Channel binding.</param>
/// <param name="Header">The GS2 header as it came, with both commas.</param>
/// <param name="Bare">The message without the header.</param>
/// <param name="Name">The user's name.</param>
/// <param name="Nonce">The client's nonce.</param>
public sealed record ScramClientFirst(ScramBinding Binding, string Header, string Bare, string Name, string Nonce)
{
    /// <summary>Reads a message.</summary>
    /// <returns>False for anything else, another authorization identity than none, and an extension that must be known.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ScramClientFirst? message)
    {
        message = null;
        if (!ScramText.TryDecode(bytes, out var text) || text.Split(',', 3) is not [var flag, "", var bare])
        {
            return false;
        }

        ScramBinding? binding = flag switch
        {
            "n" => ScramBinding.None,
            "y" => ScramBinding.Unused,
            ['p', '=', _, ..] => ScramBinding.Required,
            _ => null,
        };
        if (binding is not { } wish || !ScramText.TrySplit(bare, "nr", out var values) || !ScramText.TryUnescape(values[0], out var name) || !ScramText.IsNonce(values[1]))
        {
            return false;
        }

        message = new ScramClientFirst(wish, flag + ",,", bare, name, values[1]);
        return true;
    }
}

/// <summary>The server's first message: <c>r=NONCE,s=SALT,i=ITERATIONS</c>.</summary>
/// <param name="Text">The message as it came.</param>
/// <param name="Nonce">Both nonces.</param>
/// <param name="Salt">The salt.</param>
/// <param name="Iterations">The iterations; not yet judged.</param>
public sealed record ScramServerFirst(string Text, string Nonce, ReadOnlyMemory<byte> Salt, int Iterations)
{
    /// <summary>Makes a message.</summary>
    public static ScramServerFirst Of(string nonce, ReadOnlyMemory<byte> salt, int iterations) =>
        new(string.Create(CultureInfo.InvariantCulture, $"r={nonce},s={Convert.ToBase64String(salt.Span)},i={iterations}"), nonce, salt, iterations);

    /// <summary>Reads a message.</summary>
    /// <returns>False for anything else, an empty salt, no iterations or more than nine digits of them.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ScramServerFirst? message)
    {
        message = null;
        if (!ScramText.TryDecode(bytes, out var text) || !ScramText.TrySplit(text, "rsi", out var values) || !ScramText.IsNonce(values[0])
            || !ScramText.TryBase64(values[1], out var salt) || salt.Length == 0
            || values[2] is not [>= '1' and <= '9', ..] || values[2].Length > 9 || !values[2].All(char.IsAsciiDigit))
        {
            return false;
        }

        message = new ScramServerFirst(text, values[0], salt, int.Parse(values[2], CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>The bytes of the message.</summary>
    public byte[] Encode() => Encoding.UTF8.GetBytes(Text);
}

/// <summary>The client's last message: <c>c=HEADER,r=NONCE,p=PROOF</c>.</summary>
/// <param name="WithoutProof">The message before <c>,p=</c>.</param>
/// <param name="Header">The GS2 header that the client says it sent.</param>
/// <param name="Nonce">Both nonces.</param>
/// <param name="Proof">ClientProof, 32 bytes.</param>
public sealed record ScramClientFinal(string WithoutProof, ReadOnlyMemory<byte> Header, string Nonce, ReadOnlyMemory<byte> Proof)
{
    /// <summary>Reads a message.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ScramClientFinal? message)
    {
        message = null;
        if (!ScramText.TryDecode(bytes, out var text) || text.LastIndexOf(",p=", StringComparison.Ordinal) is not (> 0 and var end)
            || !ScramText.TrySplit(text[..end], "cr", out var values) || !ScramText.TryBase64(values[0], out var header) || !ScramText.IsNonce(values[1])
            || !ScramText.TryBase64(text[(end + 3)..], out var proof) || proof.Length != ScramCredential.KeySize)
        {
            return false;
        }

        message = new ScramClientFinal(text[..end], header, values[1], proof);
        return true;
    }
}

/// <summary>The server's last message: <c>v=SIGNATURE</c>, or <c>e=ERROR</c>.</summary>
/// <param name="Signature">ServerSignature, 32 bytes; empty where an error stands in its place.</param>
/// <param name="Error">The error; null for none.</param>
public sealed record ScramServerFinal(ReadOnlyMemory<byte> Signature, string? Error)
{
    /// <summary>Reads a message.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ScramServerFinal? message)
    {
        message = null;
        if (!ScramText.TryDecode(bytes, out var text))
        {
            return false;
        }

        if (ScramText.TrySplit(text, "v", out var values) && ScramText.TryBase64(values[0], out var signature) && signature.Length == ScramCredential.KeySize)
        {
            message = new ScramServerFinal(signature, null);
        }
        else if (ScramText.TrySplit(text, "e", out values))
        {
            message = new ScramServerFinal(default, values[0]);
        }

        return message is not null;
    }
}
