namespace Harness.Brokers.Conformance.Clients;

/// <summary>The port that the device connects to.</summary>
internal sealed class DeviceListener : IDisposable
{
    private static readonly TimeSpan AfterItsEnd = TimeSpan.FromMilliseconds(200);
    private readonly Socket _socket;

    private DeviceListener(Socket socket) => (_socket, Endpoint) = (socket, (IPEndPoint)socket.LocalEndPoint!);

    public IPEndPoint Endpoint { get; }

    /// <summary>The address that a device on this machine is told.</summary>
    public IPEndPoint Told => IPAddress.Any.Equals(Endpoint.Address) ? new IPEndPoint(IPAddress.Loopback, Endpoint.Port)
        : IPAddress.IPv6Any.Equals(Endpoint.Address) ? new IPEndPoint(IPAddress.IPv6Loopback, Endpoint.Port)
        : Endpoint;

    /// <exception cref="MqttNotConnectedException">The address or port is not available.</exception>
    public static DeviceListener Bind(IPEndPoint listen)
    {
        var socket = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(listen);
            socket.Listen(16);
            return new DeviceListener(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw MqttNotConnectedException.Listening("conformance", listen, e);
        }
    }

    /// <summary>Waits for the next connection.</summary>
    /// <param name="within">Longest wait.</param>
    /// <param name="ended">Completes where the device ended, so that none comes any more.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The connection; null where none came.</returns>
    public async Task<Socket?> AcceptAsync(TimeSpan within, Task? ended, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(within);
        var accepting = _socket.AcceptAsync(limit.Token).AsTask();
        if (ended is not null && await Task.WhenAny(accepting, ended).ConfigureAwait(false) == ended)
        {
            limit.CancelAfter(AfterItsEnd); // it may have been quick
        }

        try
        {
            var socket = await accepting.ConfigureAwait(false);
            socket.NoDelay = true;
            return socket;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Drops connections that nobody accepted: a device that was ended left them.</summary>
    public void Drain()
    {
        while (_socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            _socket.Accept().Dispose();
        }
    }

    public void Dispose() => _socket.Dispose();
}
