using System.Net.Security;
using System.Security.Authentication;
using Harness.Brokers.Audit;
using Harness.Record;

namespace Harness.Brokers;

/// <summary>TLS to a broker at an address: its certificate must have the name that was typed, and come from an authority that is trusted.</summary>
public static class BrokerTls
{
    private static readonly TimeSpan HandshakeWithin = TimeSpan.FromSeconds(10);

    /// <summary>The options of a client that checks the broker's certificate.</summary>
    /// <param name="name">The name that it must have: a host name or an address.</param>
    /// <param name="authorities">The only authorities that are trusted; null for those of the system.</param>
    public static SslClientAuthenticationOptions ClientOptions(string name, X509Certificate2Collection? authorities)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = name, CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        if (authorities is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return options;
    }

    /// <summary>The options of a client that takes one certificate alone, whoever issued it: one that was judged before, so that a password goes to nobody else.</summary>
    /// <param name="name">The broker's name.</param>
    /// <param name="certificate">The certificate.</param>
    public static SslClientAuthenticationOptions PinnedOptions(string name, X509Certificate2 certificate) => new()
    {
        TargetHost = name, CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData),
    };

    /// <summary>Reads authorities from a PEM file.</summary>
    /// <exception cref="FormatException">There is no such file, or no certificate in it.</exception>
    public static X509Certificate2Collection Authorities(string file)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new FormatException($"{file} cannot be read as certificates ({e.Message}); next: openssl x509 -noout -subject -in {ShellWord.Quote(file)}", e);
        }

        return found.Count > 0 ? found : throw new FormatException($"{file} holds no certificate in PEM; next: openssl x509 -noout -subject -in {ShellWord.Quote(file)}");
    }

    /// <summary>Makes one handshake, so that a broker without TLS or with a certificate that is not trusted shows before anything is tried there.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="options">The client's.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The faults of its certificate; none where it is accepted.</returns>
    /// <exception cref="AuthenticationException">The two find no version or suite.</exception>
    /// <exception cref="IOException">It ended the connection, or did not answer within 10 s: it may speak no TLS.</exception>
    /// <exception cref="SocketException">Nothing listens there.</exception>
    public static async Task<SslPolicyErrors> CheckAsync(IPEndPoint broker, SslClientAuthenticationOptions options, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(broker);
        using var socket = new Socket(broker.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(HandshakeWithin);
        var faults = SslPolicyErrors.None;
        try
        {
            await socket.ConnectAsync(broker, limit.Token).ConfigureAwait(false);
            using var tls = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false, (_, _, _, found) =>
            {
                faults = found;
                return found == SslPolicyErrors.None;
            });
            await tls.AuthenticateAsClientAsync(options, limit.Token).ConfigureAwait(false);
        }
        catch (AuthenticationException) when (faults != SslPolicyErrors.None)
        {
            // Told by what is returned.
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"no answer within {HandshakeWithin.TotalSeconds:0} s", e);
        }

        return faults;
    }

    /// <summary>Asks whether a broker answers TLS's first message as TLS does.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="name">Its name.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<bool> IsSpokenAsync(IPEndPoint broker, string name, CancellationToken stop)
    {
        try
        {
            return (await TlsHello.AskAsync(broker, new AuditTarget(broker, name), TlsHello.Tls12, TlsHello.Usual.ToArray(), stop).ConfigureAwait(false)).IsTls;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
