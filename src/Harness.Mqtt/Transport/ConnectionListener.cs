namespace Harness.Mqtt.Transport;

/// <summary>A listening TCP socket and its accept loop, of the broker and of the tap.</summary>
internal sealed class ConnectionListener : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Action<Socket> _accepted;
    private readonly Action<SocketException> _failed;
    private Task _accepting = Task.CompletedTask;

    private ConnectionListener(Socket socket, Action<Socket> accepted, Action<SocketException> failed)
    {
        (_socket, _accepted, _failed) = (socket, accepted, failed);
        Endpoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>The address and port that it listens on.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Binds the address; no connection is accepted before <see cref="Start"/>.</summary>
    /// <param name="listen">Address and port; port 0 takes a free one.</param>
    /// <param name="who">Subject of the message where the address is not available.</param>
    /// <param name="accepted">Receives each connection and owns its socket; called for one after the other.</param>
    /// <param name="failed">Called for each connection that could not be accepted.</param>
    /// <exception cref="MqttNotConnectedException">The address or port is not available: busy, not local, or privileged.</exception>
    public static ConnectionListener Bind(IPEndPoint listen, string who, Action<Socket> accepted, Action<SocketException> failed)
    {
        var socket = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // On Unix .NET sets SO_REUSEADDR for exclusive binds already: a restart gets its port back, a second listener does not.
            socket.Bind(listen);
            socket.Listen(128);
            return new ConnectionListener(socket, accepted, failed);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new MqttNotConnectedException($"the {who} cannot listen on {listen} ({e.Message}); expected a free port; next: ss -ltnp 'sport = :{listen.Port}', or port 0 for any", e);
        }
    }

    /// <summary>Starts accepting.</summary>
    public void Start() => _accepting = Task.Run(AcceptAsync);

    /// <summary>Stops accepting; accepted connections stay open.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await _socket.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                try
                {
                    socket.NoDelay = true;
                    _accepted(socket);
                }
                catch (Exception e) when (e is SocketException or IOException)
                {
                    socket.Dispose(); // the peer reset the connection between accept and here
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }

                // The peer may have gone before it was accepted; a lack of descriptors needs a pause, not a busy loop.
                _failed(e);
                await Task.Delay(RetryDelay, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
