namespace Harness.Mqtt.Transport;

/// <summary>A listening TCP socket and its accept loop, of the broker and of the tap.</summary>
internal sealed class ConnectionListener : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<Socket, Action?> _accepted;
    private readonly Action<SocketException> _failed;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;

    private ConnectionListener(Socket socket, Func<Socket, Action?> accepted, Action<SocketException> failed)
    {
        (_socket, _accepted, _failed) = (socket, accepted, failed);
        Endpoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>The address and port that it listens on.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Binds the address; no connection is accepted before <see cref="Start"/>.</summary>
    /// <param name="listen">Address and port; port 0 takes a free one.</param>
    /// <param name="who">Subject of the message where the address is not available.</param>
    /// <param name="accepted">Receives each connection and owns its socket; called for one after the other. It may return what serves the connection: that runs on the accepting thread
    /// once another waits for the next connection, so that no thread is woken for it.</param>
    /// <param name="failed">Called for each connection that could not be accepted.</param>
    /// <exception cref="MqttNotConnectedException">The address or port is not available: busy, not local, or privileged.</exception>
    public static ConnectionListener Bind(IPEndPoint listen, string who, Func<Socket, Action?> accepted, Action<SocketException> failed)
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
            throw MqttNotConnectedException.Listening($"the {who}", listen, e);
        }
    }

    /// <summary>Starts accepting.</summary>
    public void Start()
    {
        _started = 1;
        _ = Task.Run(() => TakeAsync(AcceptAsync()));
    }

    /// <summary>Stops accepting; accepted connections stay open.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        if (Volatile.Read(ref _started) == 1)
        {
            await _ended.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Hands over connections, one after the other, until this listener ends.</summary>
    /// <param name="accepting">The first.</param>
    private async Task TakeAsync(Task<Socket?> accepting)
    {
        try
        {
            while (await accepting.ConfigureAwait(ConfigureAwaitOptions.ForceYielding) is { } socket)
            {
                var serve = Take(socket);
                accepting = AcceptAsync();
                if (serve is null)
                {
                    continue;
                }

                if (accepting.IsCompleted)
                {
                    ThreadPool.QueueUserWorkItem(static serve => serve(), serve, preferLocal: false);
                    continue;
                }

                // Goes on on the thread that accepts the next.
                _ = TakeAsync(accepting);
                serve();
                return;
            }

            _ended.SetResult();
        }
        catch (Exception e)
        {
            _ended.TrySetException(e); // a defect of whoever takes connections, told to whoever ends this listener
        }
    }

    private Action? Take(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            return _accepted(socket);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            socket.Dispose(); // the peer reset the connection between accept and here
            return null;
        }
    }

    /// <summary>Accepts the next connection; null where this listener ended.</summary>
    private async Task<Socket?> AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                return await _socket.AcceptAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e)
            {
                if (_stopping.IsCancellationRequested)
                {
                    return null;
                }

                // The peer may have gone before it was accepted; a lack of descriptors needs a pause, not a busy loop.
                _failed(e);
                await Task.Delay(RetryDelay, CancellationToken.None).ConfigureAwait(false);
            }
        }

        return null;
    }
}
