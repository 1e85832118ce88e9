namespace Harness.Crypto.AugPake;

/// <summary>The hash inputs of one handshake: w', r, V_C, V_S and SK of a group, profile and pair of names (RFC 6628 section 2.2; for the paper's profile README.md, section "How the paper is read").</summary>
/// <remarks>Source: RFC 6628 sections 2.2 and 2.3.2 (profile rfc6628); Sahmi et al. 2021, 3.2 (as-published).</remarks>
internal sealed class AugPakeTranscript
{
    public const int AuthenticatorLength = 32;
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly AugPakeGroup _group;
    private readonly AugPakeProfile _profile;
    private readonly byte[] _client;
    private readonly byte[] _server;
    private readonly byte[] _method;
    private readonly byte[]? _topic;
    private readonly byte[]? _pseudonym;

    public AugPakeTranscript(
        AugPakeGroup group, AugPakeProfile profile, string client, string server, string? innerTopic, string? pseudonym = null)
    {
        ArgumentNullException.ThrowIfNull(group);
        _group = group;
        _profile = profile;
        _client = Name(client, nameof(client));
        _server = Name(server, nameof(server));
        _method = _utf8.GetBytes(AugPakeMethod.Of(profile, group));
        if (innerTopic is not null && profile != AugPakeProfile.Framed)
        {
            throw new ArgumentException($"An inner run with a topic needs the profile framed, not {profile.Name()}.", nameof(innerTopic));
        }

        if (pseudonym is not null && profile != AugPakeProfile.Framed)
        {
            throw new ArgumentException($"A run under a pseudonym needs the profile framed, not {profile.Name()}.", nameof(pseudonym));
        }

        _topic = innerTopic is null ? null : Name(innerTopic, nameof(innerTopic));
        _pseudonym = pseudonym is null ? null : Name(pseudonym, nameof(pseudonym));
    }

    /// <summary>w' from a prepared password; the caller clears it.</summary>
    public byte[] PasswordScalar(ReadOnlySpan<byte> preparedPassword) => HashToScalar(Input("w", -1, preparedPassword, [], []));

    /// <summary>r, from X: public.</summary>
    public byte[] R(ReadOnlySpan<byte> x) => HashToScalar(Input("r", 1, x, [], []));

    public byte[] ClientAuthenticator(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ReadOnlySpan<byte> k) => Hash(Input("vc", 2, x, y, k));

    public byte[] ServerAuthenticator(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ReadOnlySpan<byte> k) => Hash(Input("vs", 3, x, y, k));

    public byte[] Key(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ReadOnlySpan<byte> k) => Hash(Input("sk", 4, x, y, k));

    /// <summary>H; clears its input.</summary>
    private static byte[] Hash(byte[] input)
    {
        OperationCounts.CountHash(1, input.Length);
        var hash = SHA256.HashData(input);
        CryptographicOperations.ZeroMemory(input);
        return hash;
    }

    /// <summary>H'(m) = (OS2IP(H(m‖0x01)‖H(m‖0x02)) mod (q-1)) + 1; clears its input.</summary>
    private byte[] HashToScalar(byte[] input)
    {
        OperationCounts.CountHash(2, input.Length + 1);
        var suffixed = new byte[input.Length + 1];
        input.CopyTo(suffixed, 0);
        Span<byte> wide = stackalloc byte[64];
        for (var i = 1; i <= 2; i++)
        {
            suffixed[^1] = (byte)i;
            SHA256.HashData(suffixed, wide[(32 * (i - 1))..]);
        }

        byte[] modulus = [.. _group.Order];
        MontgomeryField.SubtractSmall(modulus, 1);
        var scalar = GC.AllocateArray<byte>(_group.ScalarLength, pinned: true);
        MontgomeryField.Reduce(wide, modulus, scalar);
        MontgomeryField.SubtractSmall(scalar, -1);
        CryptographicOperations.ZeroMemory(input);
        CryptographicOperations.ZeroMemory(suffixed);
        CryptographicOperations.ZeroMemory(wide);
        return scalar;
    }

    /// <summary>The bytes to hash. Number is -1 for w', else the n of the profile's n-th prefix; empty fields are left out.</summary>
    private byte[] Input(string label, int number, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        // Sized once: a growing buffer would leave copies of the secret fields behind.
        var size = 16 + _method.Length + _client.Length + _server.Length + first.Length + second.Length + third.Length
            + (_topic?.Length ?? 0) + (_pseudonym?.Length ?? 0) + (2 * 8);
        var writer = new Writer(new byte[size], _profile == AugPakeProfile.Framed);
        switch (_profile)
        {
            case AugPakeProfile.Framed:
                writer.Raw(_utf8.GetBytes("hv1" + label));
                writer.Field(_method);
                break;
            case AugPakeProfile.Rfc6628:
                writer.Raw([(byte)Math.Max(number, 0)]);
                break;
            default:
                writer.Raw(number < 0 ? [] : [(byte)'0', (byte)('0' + number)]);
                break;
        }

        writer.Field(_client);
        writer.Field(_server);
        writer.Field(first);
        if (!second.IsEmpty)
        {
            writer.Field(second);
            writer.Field(third);
        }

        if (_topic is not null)
        {
            writer.Field(_topic);
        }

        // W stays the same from login to login, so w' knows no pseudonym.
        if (_pseudonym is not null && number >= 0)
        {
            writer.Field(_pseudonym);
        }

        return writer.Take();
    }

    private static byte[] Name(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        try
        {
            var bytes = _utf8.GetBytes(name);
            return bytes.Length <= ushort.MaxValue
                ? bytes
                : throw new ArgumentException($"A name has at most 65535 bytes of UTF-8, not {bytes.Length}.", parameter);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException("A name must be valid Unicode; it holds half a surrogate pair.", parameter, e);
        }
    }

    private ref struct Writer(byte[] buffer, bool framed)
    {
        private int _at;

        public void Raw(scoped ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(buffer.AsSpan(_at));
            _at += bytes.Length;
        }

        public void Field(scoped ReadOnlySpan<byte> bytes)
        {
            if (framed)
            {
                BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(_at), checked((ushort)bytes.Length));
                _at += 2;
            }

            Raw(bytes);
        }

        public readonly byte[] Take()
        {
            var result = buffer[.._at];
            CryptographicOperations.ZeroMemory(buffer);
            return result;
        }
    }
}
