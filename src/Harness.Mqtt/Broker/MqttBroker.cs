using System.Collections.Concurrent;

namespace Harness.Mqtt.Broker;

/// <summary>An MQTT broker in this process: MQTT 5 with enhanced authentication; with <see cref="MqttBrokerOptions.AllowAnonymous"/> plain MQTT 5 and 3.1.1 too.</summary>
/// <remarks>QoS 0, 1 and 2, retained messages, wildcards, shared subscriptions, wills, topic aliases, sessions in memory. No TLS.</remarks>
public sealed partial class MqttBroker : IMqttBroker
{
    private readonly ConnectionListener _listener;
    private readonly SocketThread? _sockets;
    private readonly ConcurrentDictionary<BrokerConnection, Task> _connections = new();
    private readonly SessionTable _sessions = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _attaching = new(1, 1);
    private readonly ClientPool _proved;
    private readonly ClientPool _anonymous;
    private long _compared;
    private long _turns;
    private int _disposed;

    private MqttBroker(MqttBrokerOptions options)
    {
        Options = options;
        Hooks = new HookGuard(options.Hooks, options.ForbiddenFilters);
        Retained = new RetainedStore(options.TimeProvider);
        Admission = new Admission(options, Hooks);
        (_proved, _anonymous) = (new ClientPool(options), new ClientPool(options));
        _listener = ConnectionListener.Bind(
            new IPEndPoint(options.Address, options.Port), "broker", Start, e => Hooks.Fault(null, null, "MqttBroker.Accept", e));
        _sockets = SocketThread.Start(options.Waiting);
    }

    /// <summary>The address and port that it listens on.</summary>
    public IPEndPoint Endpoint => _listener.Endpoint;

    /// <summary>The ClientIds with a live connection.</summary>
    public IReadOnlyCollection<string> ConnectedClients => [.. _sessions.All.Where(s => s.Connection is not null).Select(s => s.ClientId).Distinct()];

    /// <inheritdoc/>
    public bool SupportsReauthentication => true;

    /// <inheritdoc/>
    public bool AppliesPayloadHooks => true;

    /// <inheritdoc/>
    public bool JudgesPasswords => true;

    internal MqttBrokerOptions Options { get; }

    internal HookGuard Hooks { get; }

    /// <summary>Cancelled when the broker stops.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    internal RetainedStore Retained { get; }

    internal Admission Admission { get; }

    /// <summary>The number of comparisons of published topics with filters so far: the work that publishers cause.</summary>
    internal long Comparisons => Volatile.Read(ref _compared);

    /// <summary>The sessions, including those of clients that are away.</summary>
    internal IReadOnlyCollection<BrokerSession> Sessions => _sessions.All;

    /// <summary>The open connections, whether logged in or not.</summary>
    internal IReadOnlyCollection<BrokerConnection> Connections => [.. _connections.Keys];

    /// <summary>Bytes in the outboxes of all connections.</summary>
    internal long OutboxBytes => _connections.Keys.Sum(c => (long)c.OutboxBytes);

    /// <summary>Starts listening for whoever asks for a broker by its name.</summary>
    /// <inheritdoc cref="StartAsync"/>
    [BrokerDriver("embedded", Can = "MQTT 3.1.1 and 5.0, QoS 0 to 2, enhanced authentication and re-authentication, logins on topics; opens and re-seals payloads; runs in this process")]
    public static async Task<IMqttBroker> StartNamedAsync(MqttBrokerOptions options, CancellationToken cancellationToken) =>
        await StartAsync(options, cancellationToken).ConfigureAwait(false);

    /// <summary>Starts listening.</summary>
    /// <exception cref="MqttNotConnectedException">The address or port is not available: busy, not local, or privileged.</exception>
    public static Task<MqttBroker> StartAsync(MqttBrokerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumPacketSize, 16, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReceiveMaximum, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumQueued, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumUnacknowledged, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumSilentPerAddress, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.StallTimeout, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfZero(options.ServerKeepAliveSeconds ?? 1, nameof(options));
        if (options.ForbiddenFilters.FirstOrDefault(f => !TopicFilter.IsValid(f) || TopicFilter.IsShared(f)) is { } invalid)
        {
            throw new ArgumentException($"MqttBroker.StartAsync: \"{invalid}\" is no topic filter.", nameof(options));
        }

        cancellationToken.ThrowIfCancellationRequested();
        var broker = new MqttBroker(options);
        broker._listener.Start();
        return Task.FromResult(broker);
    }

    /// <summary>Publishes as the broker itself: no hook but <see cref="IBrokerHooks.MayReceive"/> and <see cref="IBrokerHooks.Outgoing"/> is asked.</summary>
    /// <param name="topic">Topic name; may start with <c>$</c>.</param>
    /// <param name="payload">Payload.</param>
    /// <param name="qos">QoS 0 or 1.</param>
    /// <param name="retain">Also keeps it for later subscribers; not with <paramref name="onlyToClient"/>.</param>
    /// <param name="onlyToClient">Sends it to this ClientId's session alone, whether it subscribed or not; without such a session it is dropped.</param>
    /// <param name="cancellationToken">Cancels before it starts, or while it waits for a subscriber that does not read.</param>
    public async Task PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, string? onlyToClient = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!TopicFilter.IsTopicName(topic) || qos > QualityOfService.AtLeastOnce || (retain && onlyToClient is not null))
        {
            throw new ArgumentException($"MqttBroker.PublishAsync: topic \"{topic}\" must be a topic name, QoS 0 or 1, and a message to one client is never retained.");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellationToken);
        var packet = new PublishPacket { Topic = topic, Payload = payload.ToArray(), Qos = qos, Retain = retain };
        if (onlyToClient is null)
        {
            if (retain && !Retained.Put(packet, _proved))
            {
                throw new InvalidOperationException($"MqttBroker.PublishAsync: {Options.MaximumRetained} messages are retained already; raise MaximumRetained.");
            }

            await RouteAsync(packet, publisher: null, Options.TimeProvider.GetTimestamp(), either.Token).ConfigureAwait(false);
        }
        else if (Find(onlyToClient) is { } session && Hooks.MayReceive(session.Identity, topic))
        {
            await session.DeliverAsync(packet, mayWait: true, either.Token).ConfigureAwait(false);
        }
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

        var connection = Find(clientId)?.Connection;
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
        await _listener.DisposeAsync().ConfigureAwait(false);
        foreach (var connection in _connections.Keys)
        {
            connection.Stop(ReasonCode.ServerShuttingDown);
        }

        await Task.WhenAll(_connections.Values).ConfigureAwait(false);
        foreach (var session in _sessions.All)
        {
            session.Expiry?.Dispose();
            session.Will?.Timer.Dispose();
        }

        _sockets?.Dispose();
    }

    internal ClientPool PoolOf(bool proved) => proved ? _proved : _anonymous;

    internal void Compared(int filters) => Interlocked.Add(ref _compared, filters);

    /// <summary>Gets the session of a name: the one whose client is connected, and of two the proved one.</summary>
    private BrokerSession? Find(string clientId)
    {
        _sessions.TryGet(new SessionKey(clientId, true), out var proved);
        _sessions.TryGet(new SessionKey(clientId, false), out var anonymous);
        return proved?.Connection is null && anonymous?.Connection is not null ? anonymous : proved ?? anonymous;
    }

    private Action Start(Socket socket)
    {
        var connection = new BrokerConnection(this, _sockets?.Take(socket) ?? new RuntimeSocket(socket));
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[connection] = ended.Task; // it must be in the list before it can leave it
        Admission.Add(connection, connection.Address);
        return () => _ = RunAsync();

        async Task RunAsync()
        {
            await connection.RunAsync().ConfigureAwait(false);
            _connections.TryRemove(connection, out _);
            ended.SetResult();
        }
    }
}
