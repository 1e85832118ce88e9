using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Harness.Cli.Tests.Shell;

/// <summary>A broker that is reached by TLS alone, with a certificate that signs itself.</summary>
internal sealed class TlsBroker : IAsyncDisposable
{
    private const byte Handshake = 0x16; // the first byte of TLS
    private readonly MqttBroker _broker;
    private readonly X509Certificate2 _certificate;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _letIn;
    private int _inPlain;

    private TlsBroker(MqttBroker broker, X509Certificate2 certificate)
    {
        (_broker, _certificate) = (broker, certificate);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>HOST:PORT.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Connections whose TLS came about.</summary>
    public int LetIn => Volatile.Read(ref _letIn);

    /// <summary>Connections that began with anything but TLS.</summary>
    public int InPlain => Volatile.Read(ref _inPlain);

    /// <summary>The certificate in PEM: its own authority.</summary>
    public string Authority => _certificate.ExportCertificatePem();

    /// <summary>Starts it.</summary>
    /// <param name="name">The address in its certificate.</param>
    /// <param name="expired">True where the certificate was valid until yesterday.</param>
    /// <param name="refuses">True where nobody is let in.</param>
    public static async Task<TlsBroker> StartAsync(string name = "127.0.0.1", bool expired = false, bool refuses = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=lab broker", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(name));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        return new TlsBroker(
            await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = !refuses }),
            request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(expired ? -1 : 90)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _broker.DisposeAsync();
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = CarryAsync(await _listener.AcceptSocketAsync(_stop.Token));
        }
    }

    private async Task CarryAsync(Socket socket)
    {
        try
        {
            var first = new byte[1];
            if (await socket.ReceiveAsync(first, SocketFlags.Peek, _stop.Token) > 0 && first[0] != Handshake)
            {
                Interlocked.Increment(ref _inPlain);
            }

            using var far = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await far.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(_broker.Endpoint, _stop.Token);
            var near = client.GetStream();
            Interlocked.Increment(ref _letIn);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            Task[] both = [near.CopyToAsync(far, ended.Token), far.CopyToAsync(near, ended.Token)];
            await Task.WhenAny(both);
            await ended.CancelAsync();
            await Task.WhenAll(both).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException or OperationCanceledException)
        {
            // The client's connection ends with it.
        }
    }
}
