using Org.BouncyCastle.Math.EC.Rfc7748;
using Org.BouncyCastle.Security;

namespace Harness.Crypto.Tls;

/// <summary>
/// A server of TLS 1.2 with a pre-shared key that holds no key: it does its half of the Diffie-Hellman exchange (RFC 5489), keeps the client's Finished, and tries keys against that
/// afterwards. The client's Finished comes first, and depends on the key and on a secret that the server has too: an ephemeral exchange keeps nobody from guessing who plays the
/// server (RFC 4279 section 7.2).
/// </summary>
/// <remarks>It speaks to a client that offers TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256 and X25519, as <see cref="PskTls"/> does, and as much of TLS as that takes.</remarks>
public sealed class PskGuess
{
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const byte Handshake = 22;
    private const byte ChangeCipherSpec = 20;
    private static readonly byte[] Refusal = [21, 3, 3, 0, 2, 2, 40]; // handshake_failure
    private readonly byte[] _private = new byte[X25519.ScalarSize];
    private readonly byte[] _serverRandom = RandomNumberGenerator.GetBytes(32);
    private byte[] _clientRandom = [];
    private byte[] _shared = [];
    private byte[] _finished = [];

    /// <summary>Draws the server's half of the exchange.</summary>
    public PskGuess() => X25519.GeneratePrivateKey(new SecureRandom(), _private);

    /// <summary>The client's identity, which it sends in clear; empty before.</summary>
    public string Identity { get; private set; } = "";

    /// <summary>True once the client sent its Finished, which keys can be tried against.</summary>
    public bool HasFinished => _finished.Length > 0;

    /// <summary>Serves one client until its Finished came, and refuses it.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The connection ended before, or the client says something else.</exception>
    public async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var hello = Body(await RecordAsync(stream, Handshake, cancellationToken).ConfigureAwait(false), 1);
        _clientRandom = hello.Length >= 34 ? hello[2..34] : throw new IOException("a ClientHello that is cut");
        await stream.WriteAsync(Flight(), cancellationToken).ConfigureAwait(false);
        var exchange = Body(await RecordAsync(stream, Handshake, cancellationToken).ConfigureAwait(false), 16);
        var length = exchange.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(exchange) : 0;
        if (exchange.Length != 2 + length + 1 + X25519.PointSize)
        {
            throw new IOException("a ClientKeyExchange of another kind");
        }

        Identity = Encoding.UTF8.GetString(exchange, 2, length);
        _shared = new byte[X25519.PointSize];
        X25519.CalculateAgreement(_private, 0, exchange, exchange.Length - X25519.PointSize, _shared, 0);
        await RecordAsync(stream, ChangeCipherSpec, cancellationToken).ConfigureAwait(false);
        _finished = await RecordAsync(stream, Handshake, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(Refusal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tries a key against what the client sent.</summary>
    /// <returns>True where the client holds it.</returns>
    public bool Fits(byte[] key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (_finished.Length < TagSize)
        {
            return false;
        }

        byte[] premaster = [0, (byte)_shared.Length, .. _shared, (byte)(key.Length >> 8), (byte)key.Length, .. key];
        var master = Expand(premaster, [.. "master secret"u8, .. _clientRandom, .. _serverRandom], 48);
        var block = Expand(master, [.. "key expansion"u8, .. _serverRandom, .. _clientRandom], 2 * (KeySize + NonceSize));

        // The first record under the client's key: its number is 0, so that the nonce is the client's as it stands (RFC 7905).
        using var cipher = new ChaCha20Poly1305(block.AsSpan(0, KeySize));
        var length = _finished.Length - TagSize;
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, Handshake, 3, 3, (byte)(length >> 8), (byte)length];
        try
        {
            cipher.Decrypt(block.AsSpan(2 * KeySize, NonceSize), _finished.AsSpan(0, length), _finished.AsSpan(length), new byte[length], header);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    // P_SHA256 of RFC 5246 section 5.
    private static byte[] Expand(byte[] secret, byte[] seed, int length)
    {
        var (output, a) = (new List<byte>(), seed);
        while (output.Count < length)
        {
            a = HMACSHA256.HashData(secret, a);
            byte[] both = [.. a, .. seed];
            output.AddRange(HMACSHA256.HashData(secret, both));
        }

        return [.. output.Take(length)];
    }

    private static byte[] Body(byte[] message, byte type) => message.Length >= 4 && message[0] == type && message.Length == 4 + ((message[1] << 16) | (message[2] << 8) | message[3])
        ? message[4..] : throw new IOException($"a message of TLS that is not one whole handshake message of type {type}");

    private static async Task<byte[]> RecordAsync(Stream stream, byte type, CancellationToken cancellationToken)
    {
        var header = new byte[5];
        await stream.ReadExactlyAsync(header, cancellationToken).ConfigureAwait(false);
        var body = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3))];
        await stream.ReadExactlyAsync(body, cancellationToken).ConfigureAwait(false);
        return header[0] == type ? body : throw new IOException($"a record of TLS of type {header[0]}, not {type}");
    }

    private static byte[] Message(byte type, byte[] body) => [Handshake, 3, 3, (byte)((body.Length + 4) >> 8), (byte)(body.Length + 4), type, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];

    // ServerHello with secure renegotiation, without which clients refuse; ServerKeyExchange without a hint; ServerHelloDone.
    private byte[] Flight()
    {
        var point = new byte[X25519.PointSize];
        X25519.ScalarMultBase(_private, 0, point, 0);
        return
        [
            .. Message(2, [3, 3, .. _serverRandom, 0, 0xCC, 0xAC, 0, 0, 5, 0xFF, 0x01, 0, 1, 0]),
            .. Message(12, [0, 0, 3, 0, 0x1D, (byte)point.Length, .. point]),
            .. Message(14, []),
        ];
    }
}
