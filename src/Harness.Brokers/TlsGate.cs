using System.Net.Security;

namespace Harness.Brokers;

/// <summary>A loopback port on which plain MQTT goes to a broker by TLS, so that taps and devices of the harness need none. Every certificate is checked against the broker's name.</summary>
public sealed class TlsGate : IAsyncDisposable
{
    private readonly IPEndPoint _broker;
    private readonly SslClientAuthenticationOptions _tls;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, bool> _carrying = new();
    private readonly Task _accepting;

    private TlsGate(IPEndPoint broker, SslClientAuthenticationOptions tls)
    {
        (_broker, _tls) = (broker, tls);
        _listener.Start();
        Endpoint = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = AcceptAsync();
    }

    /// <summary>The address that takes plain MQTT.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>The broker's own address.</summary>
    internal IPEndPoint Broker => _broker;

    /// <summary>The demands on its certificate.</summary>
    internal SslClientAuthenticationOptions Options => _tls;

    /// <summary>Told of each connection to the broker that did not come about or broke.</summary>
    public event Action<Exception>? Failed;

    /// <summary>The cause of the last handshake's failure; null where none failed.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Opens a gate.</summary>
    /// <param name="broker">The broker's address.</param>
    /// <param name="tls">The demands on its certificate: <see cref="BrokerTls.ClientOptions"/>.</param>
    public static TlsGate Open(IPEndPoint broker, SslClientAuthenticationOptions tls) => new(broker, tls);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_carrying.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var socket = await _listener.AcceptSocketAsync(_stopping.Token).ConfigureAwait(false);
            var carrying = CarryAsync(socket);
            _carrying.TryAdd(carrying, true);
            _ = carrying.ContinueWith(done => _carrying.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task CarryAsync(Socket plain)
    {
        using var near = new NetworkStream(plain, ownsSocket: true);
        plain.NoDelay = true;
        using var socket = new Socket(_broker.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_broker, _stopping.Token).ConfigureAwait(false);
            using var far = new SslStream(new NetworkStream(socket));
            await far.AuthenticateAsClientAsync(_tls, _stopping.Token).ConfigureAwait(false);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            var (there, back) = (near.CopyToAsync(far, ended.Token), far.CopyToAsync(near, ended.Token));
            await Task.WhenAny(there, back).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(there, back).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException or OperationCanceledException)
        {
            // The client's connection ends with it, and by a reset: a plain end would be the broker's answer.
            plain.LingerState = new LingerOption(true, 0);
            plain.Dispose();
            if (e is not OperationCanceledException)
            {
                Failure = e;
                Failed?.Invoke(e);
            }
        }
    }
}
