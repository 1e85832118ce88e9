using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Harness.Mqtt;

/// <summary>An MQTT broker in this process: MQTT 5 with enhanced authentication; with <see cref="MqttBrokerOptions.AllowAnonymous"/> plain MQTT 5 and 3.1.1 too.</summary>
/// <remarks>QoS 0 and 1, retained messages, wildcards, wills, sessions in memory. No shared subscriptions, no topic aliases, no QoS 2, no TLS.</remarks>
public sealed partial class MqttBroker : IMqttBroker
{
    private readonly Socket _listener;
    private readonly ConcurrentDictionary<BrokerConnection, Task> _connections = new();
    private readonly ConcurrentDictionary<string, BrokerSession> _sessions = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _attaching = new(1, 1);
    private readonly Task _accepting;
    private int _disposed;

    private MqttBroker(MqttBrokerOptions options, Socket listener)
    {
        Options = options;
        Hooks = new HookGuard(options.Hooks);
        Retained = new RetainedStore(options.MaximumRetained, options.TimeProvider);
        _listener = listener;
        Endpoint = (IPEndPoint)listener.LocalEndPoint!;
        _accepting = Task.Run(AcceptLoopAsync);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>ClientIds with a live connection.</summary>
    public IReadOnlyCollection<string> ConnectedClients => [.. _sessions.Values.Where(s => s.Connection is not null).Select(s => s.ClientId)];

    /// <inheritdoc/>
    public bool SupportsReauthentication => true;

    /// <inheritdoc/>
    public bool AppliesPayloadHooks => true;

    internal MqttBrokerOptions Options { get; }

    internal HookGuard Hooks { get; }

    internal RetainedStore Retained { get; }

    /// <summary>Starts listening.</summary>
    /// <exception cref="MqttNotConnectedException">The address or port cannot be had: busy, not local, or privileged.</exception>
    public static Task<MqttBroker> StartAsync(MqttBrokerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumPacketSize, 16, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReceiveMaximum, 1, nameof(options));
        cancellationToken.ThrowIfCancellationRequested();
        var listener = new Socket(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // On Unix .NET sets SO_REUSEADDR for exclusive binds already: a restart gets its port back, a second broker does not.
            listener.Bind(new IPEndPoint(options.Address, options.Port));
            listener.Listen(128);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new MqttNotConnectedException($"the broker cannot listen on {options.Address}:{options.Port} ({e.Message}); expected a free port; next: ss -ltnp 'sport = :{options.Port}', or port 0 for any", e);
        }

        return Task.FromResult(new MqttBroker(options, listener));
    }

    /// <summary>Publishes as the broker itself: no hook but <see cref="IBrokerHooks.MayReceive"/> and <see cref="IBrokerHooks.Outgoing"/> is asked.</summary>
    /// <param name="topic">Topic name; may start with <c>$</c>.</param>
    /// <param name="payload">Payload.</param>
    /// <param name="qos">QoS 0 or 1.</param>
    /// <param name="retain">Also keeps it for later subscribers; not with <paramref name="onlyToClient"/>.</param>
    /// <param name="onlyToClient">Sends it to this ClientId's session alone, whether it subscribed or not; without such a session it is dropped.</param>
    /// <param name="cancellationToken">Gives up before it starts.</param>
    public Task PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, string? onlyToClient = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!TopicFilter.IsTopicName(topic) || qos > QualityOfService.AtLeastOnce || (retain && onlyToClient is not null))
        {
            throw new ArgumentException($"MqttBroker.PublishAsync: topic \"{topic}\" must be a topic name, QoS 0 or 1, and a message to one client is never retained.");
        }

        var packet = new PublishPacket { Topic = topic, Payload = payload.ToArray(), Qos = qos, Retain = retain };
        if (onlyToClient is null)
        {
            if (retain && !Retained.Put(packet))
            {
                throw new InvalidOperationException($"MqttBroker.PublishAsync: {Options.MaximumRetained} messages are retained already; raise MaximumRetained.");
            }

            Route(packet, publisher: null);
        }
        else if (_sessions.TryGetValue(onlyToClient, out var session) && Hooks.MayReceive(session.Identity, topic))
        {
            session.Deliver(packet);
        }

        return Task.CompletedTask;
    }

    /// <summary>Ends a client's connection with DISCONNECT and this reason; its will is published.</summary>
    /// <returns>False where the client is not connected. The connection ends soon after, not before, this returns.</returns>
    public Task<bool> DisconnectClientAsync(string clientId, ReasonCode reason)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        if (!ReasonCodes.IsValidRefusal(PacketType.Disconnect, reason))
        {
            throw new ArgumentException($"A broker cannot send DISCONNECT with 0x{(byte)reason:X2} {reason}.", nameof(reason));
        }

        var connection = _sessions.TryGetValue(clientId, out var session) ? session.Connection : null;
        connection?.Stop(reason);
        return Task.FromResult(connection is not null);
    }

    /// <summary>Stops listening, ends every connection (0x8B; handshakes without an answer) and waits for them. Wills are not published.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        foreach (var connection in _connections.Keys)
        {
            connection.Stop(ReasonCode.ServerShuttingDown);
        }

        await Task.WhenAll(_connections.Values).ConfigureAwait(false);
        foreach (var session in _sessions.Values)
        {
            session.Expiry?.Dispose();
            session.Will?.Timer.Dispose();
        }
    }

    private async Task AcceptLoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
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

                // The peer may have gone before it was accepted; out of descriptors needs a breath, not a spin.
                Hooks.Fault(null, null, "MqttBroker.Accept", e);
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None).ConfigureAwait(false);
                continue;
            }

            if (_connections.Count >= Options.MaximumConnections)
            {
                socket.Dispose();
                continue;
            }

            Start(socket);
        }
    }

    private void Start(Socket socket)
    {
        BrokerConnection connection;
        try
        {
            socket.NoDelay = true;
            connection = new BrokerConnection(this, socket);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            socket.Dispose(); // reset between accept and here
            return;
        }

        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[connection] = RunAsync();
        started.SetResult();

        async Task RunAsync()
        {
            await started.Task.ConfigureAwait(false); // so that it is in the list before it can leave it
            await connection.RunAsync().ConfigureAwait(false);
            _connections.TryRemove(connection, out _);
        }
    }
}
