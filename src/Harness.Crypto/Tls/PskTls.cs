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
    /// <param name="key">The key, 16 bytes or more.</param>
    /// <returns>The stream of application data.</returns>
    /// <exception cref="IOException">The server does not hold the key, or the connection ended.</exception>
    public static Stream Connect(Stream stream, string identity, byte[] key)
    {
        var protocol = new TlsClientProtocol(stream);
        protocol.Connect(new Client(identity, key));
        return new TwoWay(protocol.Stream);
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
        return (new TwoWay(protocol.Stream), server.Identity);
    }

    /// <summary>A blocking stream that is read while it is written, each on a thread of its own.</summary>
    private sealed class TwoWay(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.Run(inner.Flush, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Task.Run(
            () =>
            {
                var bytes = new byte[buffer.Length];
                var count = inner.Read(bytes, 0, bytes.Length);
                bytes.AsSpan(0, count).CopyTo(buffer.Span);
                return count;
            },
            cancellationToken));

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Task.Run(() => inner.Write(buffer.ToArray(), 0, buffer.Length), cancellationToken));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                try
                {
                    inner.Dispose();
                }
                catch (IOException)
                {
                    // TLS says goodbye to a peer who may have gone.
                }
            }

            base.Dispose(disposing);
        }
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
            return keyOf(Last);
        }
    }
}
