using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Harness.Crypto.Tls;

/// <summary>TLS 1.2 with a pre-shared key and ephemeral Diffie-Hellman (RFC 4279, RFC 5489), which SslStream has not, by BouncyCastle.</summary>
/// <remarks>The identity travels in clear: whoever looks on tells clients apart.</remarks>
public static class PskTls
{
    /// <summary>Shakes hands as a client.</summary>
    /// <param name="stream">The connection; closed with the result.</param>
    /// <param name="identity">The name of the key.</param>
    /// <param name="key">The key: random, or whoever plays the server finds it (<see cref="PskGuess"/>).</param>
    /// <returns>The stream of application data.</returns>
    /// <exception cref="IOException">The server does not hold the key, or the connection ended.</exception>
    public static Stream Connect(Stream stream, string identity, byte[] key)
    {
        var protocol = new TlsClientProtocol(stream);
        protocol.Connect(new Client(identity, key));
        return new TwoWayStream(protocol.Stream);
    }

    /// <summary>Shakes hands as a server.</summary>
    /// <param name="stream">The connection; closed with the result.</param>
    /// <param name="keyOf">Gives the key of an identity; null for none.</param>
    /// <returns>The stream of application data, and the client's identity.</returns>
    /// <exception cref="IOException">The client does not hold the key, or the connection ended.</exception>
    public static (Stream Stream, string Identity) Accept(Stream stream, Func<string, byte[]?> keyOf)
    {
        var server = new Server(new Keys(keyOf));
        var protocol = new TlsServerProtocol(stream);
        protocol.Accept(server);
        return (new TwoWayStream(protocol.Stream, server.Identity), server.Identity);
    }

    private sealed class Client(string identity, byte[] key) : PskTlsClient(new BcTlsCrypto(), new BasicTlsPskIdentity(identity, key));

    private sealed class Server(Keys keys) : PskTlsServer(new BcTlsCrypto(), keys)
    {
        public string Identity => keys.Last;
    }

    private sealed class Keys(Func<string, byte[]?> keyOf) : TlsPskIdentityManager
    {
        public string Last { get; private set; } = "";

        public byte[] GetHint() => null!;

        public byte[]? GetPsk(byte[] identity)
        {
            Last = Encoding.UTF8.GetString(identity);
            return keyOf(Last)?.ToArray(); // which BouncyCastle wipes
        }
    }
}
