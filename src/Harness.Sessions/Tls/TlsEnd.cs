using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Harness.Crypto.Tls;
using Harness.Mqtt.Codec;
using Harness.Mqtt.Packets;

namespace Harness.Sessions.Tls;

/// <summary>Turns a connection into one end of TLS: a handshake, and the stream of what travels inside.</summary>
/// <param name="stream">The connection.</param>
/// <param name="cancellationToken">Gives up.</param>
public delegate Task<Stream> TlsEnd(Stream stream, CancellationToken cancellationToken);

/// <summary>The ends of TLS that brokers and devices have: by SslStream with certificates, by BouncyCastle with a pre-shared key.</summary>
public static class TlsEnds
{
    /// <summary>TLS 1.3 alone.</summary>
    public const SslProtocols Newest = SslProtocols.Tls13;

    /// <summary>A broker's end with a certificate.</summary>
    /// <param name="certificate">Its certificate, with the key.</param>
    /// <param name="protocols">The versions that it takes.</param>
    /// <param name="clientAuthority">The authority whose clients it takes; null asks for no client certificate.</param>
    public static TlsEnd Server(X509Certificate2 certificate, SslProtocols protocols = Newest, X509Certificate2? clientAuthority = null) => async (stream, token) =>
    {
        var ssl = new SslStream(stream);
        await ssl.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate, EnabledSslProtocols = protocols, ClientCertificateRequired = clientAuthority is not null,
                CertificateChainPolicy = clientAuthority is null ? null : Trusting(clientAuthority), AllowTlsResume = false,
            },
            token).ConfigureAwait(false);
        return ssl;
    };

    /// <summary>A device's end that checks the broker's certificate, its dates and its name.</summary>
    /// <param name="name">The name that the certificate must have.</param>
    /// <param name="authority">The authority that it must come from.</param>
    /// <param name="protocols">The versions that it takes.</param>
    /// <param name="certificate">Its own certificate; null for none.</param>
    public static TlsEnd Client(string name, X509Certificate2 authority, SslProtocols protocols = Newest, X509Certificate2? certificate = null) => async (stream, token) =>
    {
        var ssl = new SslStream(stream);
        await ssl.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name, EnabledSslProtocols = protocols, CertificateChainPolicy = Trusting(authority), AllowTlsResume = false,
                ClientCertificates = certificate is null ? null : [certificate],
            },
            token).ConfigureAwait(false);
        return ssl;
    };

    /// <summary>A device's end that takes any certificate, as too many do. Only for controls.</summary>
    public static TlsEnd TrustingClient(string name, SslProtocols protocols = Newest) => async (stream, token) =>
    {
        var ssl = new SslStream(stream);
        await ssl.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = name, EnabledSslProtocols = protocols, AllowTlsResume = false, RemoteCertificateValidationCallback = (_, _, _, _) => true },
            token).ConfigureAwait(false);
        return ssl;
    };

    /// <summary>A broker's end with pre-shared keys (TLS 1.2).</summary>
    /// <param name="keyOf">Gives the key of an identity; null for none.</param>
    public static TlsEnd PskServer(Func<string, byte[]?> keyOf) => (stream, _) => OwnThread.RunAsync(() => PskTls.Accept(stream, keyOf).Stream);

    /// <summary>A device's end with a pre-shared key (TLS 1.2).</summary>
    public static TlsEnd PskClient(string identity, byte[] key) => (stream, _) => OwnThread.RunAsync(() => PskTls.Connect(stream, identity, key));

    /// <summary>The name that the other end proved to have: of its certificate, or of its pre-shared key.</summary>
    /// <param name="stream">The stream of an end.</param>
    /// <returns>Null where it proved none.</returns>
    public static string? PeerName(Stream stream) => stream switch
    {
        SslStream { RemoteCertificate: X509Certificate2 certificate } => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
        INamedPeer peer => peer.PeerName,
        _ => null,
    };

    /// <summary>Admits a client whose CONNECT has the name that its end of TLS proved, as brokers do that take the name of a certificate for the user's.</summary>
    /// <param name="stream">The stream of the client's end.</param>
    /// <param name="first">The first bytes that came inside: a whole CONNECT, or it is not admitted.</param>
    public static bool IsOwnName(Stream stream, ReadOnlyMemory<byte> first)
    {
        try
        {
            return MqttCodec.TryDecode(first.Span, MqttVersion.V5, MqttLimits.Default, out var packet, out _) && packet is ConnectPacket connect && connect.ClientId == PeerName(stream);
        }
        catch (MqttProtocolException)
        {
            return false;
        }
    }

    // The lab's authority has no list of what it revoked.
    private static X509ChainPolicy Trusting(X509Certificate2 authority) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck,
    };
}
