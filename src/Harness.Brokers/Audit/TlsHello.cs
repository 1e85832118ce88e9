namespace Harness.Brokers.Audit;

/// <summary>The first message of TLS by hand: this system's own library offers neither old versions nor weak suites any more, which a broker may still take.</summary>
internal static class TlsHello
{
    /// <summary>TLS 1.0, RFC 2246.</summary>
    public const ushort Tls10 = 0x0301;

    /// <summary>TLS 1.1, RFC 4346.</summary>
    public const ushort Tls11 = 0x0302;

    /// <summary>TLS 1.2, RFC 5246.</summary>
    public const ushort Tls12 = 0x0303;

    // A server that answers late is no server without TLS, and silence is never a refusal of an old version.
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);

    /// <summary>Suites that TLS 1.2 should be used with: ECDHE or RSA with AES-GCM or ChaCha20.</summary>
    public static ReadOnlySpan<ushort> Usual => [0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA8, 0xCCA9, 0x009C, 0x009D, 0xC013, 0xC014, 0x002F, 0x0035];

    /// <summary>Suites of TLS 1.0 and 1.1: AES in CBC mode.</summary>
    public static ReadOnlySpan<ushort> Old => [0xC009, 0xC00A, 0xC013, 0xC014, 0x002F, 0x0035];

    /// <summary>Suites without encryption, with RC4, 3DES, export keys, or without a certificate.</summary>
    public static ReadOnlySpan<ushort> Weak => [0x0001, 0x0002, 0x003B, 0xC006, 0xC010, 0x0003, 0x0006, 0x0008, 0x0004, 0x0005, 0xC007, 0xC011, 0x000A, 0xC008, 0xC012, 0x0018, 0x0034, 0x006C, 0xC018];

    /// <summary>The answer to a hello.</summary>
    /// <param name="IsTls">True where the answer is one of TLS at all.</param>
    /// <param name="Version">The version that the server chose; null where it refused.</param>
    /// <param name="Suite">The suite that it chose.</param>
    public sealed record Answer(bool IsTls, ushort? Version, ushort? Suite)
    {
        /// <summary>True where nothing was seen that decides it: silence, or the end of the connection of a broker that is not there any more.</summary>
        public bool IsUnknown { get; init; }

        public override string ToString() => Version is { } version
            ? string.Create(CultureInfo.InvariantCulture, $"TLS 1.{(version & 0xff) - 1} with suite 0x{Suite:X4}")
            : IsUnknown ? "no answer" : IsTls ? "refused" : "no TLS";
    }

    /// <summary>Sends a hello and reads the answer; no handshake follows.</summary>
    /// <exception cref="SocketException">There is no connection.</exception>
    public static async Task<Answer> AskAsync(AuditPath path, AuditTarget target, ushort version, ushort[] suites, CancellationToken cancellationToken)
    {
        using var socket = new Socket(path.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(target.TlsWithin);
        var answer = new byte[128];
        var (length, connected, silent) = (0, false, false);
        try
        {
            await socket.ConnectAsync(path.Address, limit.Token).ConfigureAwait(false);
            path.Tell(socket);
            connected = true;
            await socket.SendAsync(Encode(target.Host, version, suites), limit.Token).ConfigureAwait(false);
            while (length < answer.Length)
            {
                var count = await socket.ReceiveAsync(answer.AsMemory(length), limit.Token).ConfigureAwait(false);
                length += count;
                if (count == 0 || (length >= 7 && answer[0] == 0x15))
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            silent = true; // what came so far is the answer
        }
        catch (SocketException) when (connected)
        {
            // It ended the connection.
        }

        var decoded = Decode(answer.AsSpan(0, length));
        return decoded with { IsUnknown = decoded.Version is null && length == 0 && (silent || !await path.StandsAsync(cancellationToken).ConfigureAwait(false)) };
    }

    /// <summary>Reads a server's first bytes.</summary>
    internal static Answer Decode(ReadOnlySpan<byte> bytes)
    {
        var isTls = bytes.Length >= 5 && bytes[0] is 0x15 or 0x16 && bytes[1] == 3 && bytes[2] <= 4;
        if (!isTls || bytes[0] != 0x16 || bytes.Length < 44 || bytes[5] != 2 || bytes.Length < 46 + bytes[43])
        {
            return new Answer(isTls, null, null);
        }

        return new Answer(true, BinaryPrimitives.ReadUInt16BigEndian(bytes[9..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(44 + bytes[43])..]));
    }

    private static byte[] Encode(string host, ushort version, ushort[] suites)
    {
        var extensions = new List<byte>();
        if (!IPAddress.TryParse(host, out _))
        {
            var name = Encoding.ASCII.GetBytes(host);
            Extension(extensions, 0, [.. Word(name.Length + 3), 0, .. Word(name.Length), .. name]);
        }

        Extension(extensions, 10, [0, 6, 0, 29, 0, 23, 0, 24]); // groups
        Extension(extensions, 11, [1, 0]);                      // uncompressed points
        Extension(extensions, 13, [0, 14, 4, 3, 5, 3, 8, 4, 4, 1, 5, 1, 2, 3, 2, 1]); // signatures, SHA-1 among them
        byte[] body =
        [
            .. Word(version), .. RandomNumberGenerator.GetBytes(32), 0, .. Word(suites.Length * 2), .. suites.SelectMany(s => Word(s)), 1, 0, .. Word(extensions.Count), .. extensions,
        ];
        return [0x16, 3, 1, .. Word(body.Length + 4), 1, 0, .. Word(body.Length), .. body];
    }

    private static void Extension(List<byte> to, int type, byte[] data) => to.AddRange([.. Word(type), .. Word(data.Length), .. data]);

    private static byte[] Word(int value) => [(byte)(value >> 8), (byte)value];
}
