using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Harness.Brokers;

/// <summary>MQTTnet's server (5.2) behind <see cref="IMqttBroker"/>, with the same authenticator and hooks as the built-in broker.</summary>
/// <remarks>
/// It cannot re-authenticate: MQTTnet's server ends the connection of a client that sends AUTH after CONNACK. It bounds neither packet size nor
/// retained messages nor subscriptions, offers QoS 2, answers QoS 1 that nobody subscribed with 0x10, and its filter <c>a/+/c</c> does not match
/// <c>a//c</c>, against section 4.7.1.3. With hooks nothing is queued for a client that is away, because its right to receive cannot be asked.
/// A QoS 1 message that hooks keep back counts as unacknowledged until its session ends: they are asked again when the client resumes it.
/// </remarks>
public sealed partial class MqttNetBroker : IMqttBroker
{
    private readonly MqttBrokerOptions _options;
    private readonly MqttServer _server;
    private readonly HookGuard _hooks;
    private readonly ConcurrentDictionary<string, Connection> _live = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<EndPoint, Connection> _accepted = new();
    private int _disposed;

    private MqttNetBroker(MqttBrokerOptions options, MqttServer server)
    {
        _options = options;
        _server = server;
        _hooks = new HookGuard(options.Hooks, []);
        _server.ValidatingConnectionAsync += ValidateAsync;
        _server.ClientConnectedAsync += ConnectedAsync;
        _server.ClientDisconnectedAsync += DisconnectedAsync;
        _server.InterceptingPublishAsync += PublishingAsync;
        _server.InterceptingSubscriptionAsync += SubscribingAsync;
        _server.ClientSubscribedTopicAsync += SubscribedAsync;
        _server.InterceptingClientEnqueueAsync += EnqueueingAsync;
        _server.QueuedApplicationMessageOverwrittenAsync += lost =>
        {
            _hooks.LimitReached(new BrokerLimitReached(BrokerLimit.QueueFull, lost.ReceiverClientId, null, 1, 0));
            return Task.CompletedTask;
        };
        if (options.Hooks is not null)
        {
            _server.InterceptingOutboundPacketAsync += SendingAsync;
        }
    }

    /// <inheritdoc/>
    public IPEndPoint Endpoint { get; private set; } = null!;

    /// <inheritdoc/>
    /// <remarks>Reads MQTTnet's own list, which names a client before CONNACK goes out; its event comes after.</remarks>
    public IReadOnlyCollection<string> ConnectedClients
    {
        get
        {
            try
            {
                return [.. _server.GetClientsAsync().GetAwaiter().GetResult().Select(client => client.Id)]; // does not wait: the task is already complete
            }
            catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
            {
                return []; // stopped
            }
        }
    }

    /// <summary>False: MQTTnet's server accepts AUTH only before CONNACK.</summary>
    public bool SupportsReauthentication => false;

    /// <inheritdoc/>
    public bool AppliesPayloadHooks => true;

    /// <summary>Starts listening.</summary>
    /// <exception cref="MqttNotConnectedException">The address or port is not available: busy, not local, or privileged.</exception>
    [BrokerDriver("mqttnet", Can = "MQTT 3.1.1 and 5.0, QoS 0 to 2, enhanced authentication, logins on topics; opens and re-seals payloads; no re-authentication; runs in this process")]
    public static async Task<IMqttBroker> StartAsync(MqttBrokerOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        var settings = new MqttServerOptions
        {
            DefaultCommunicationTimeout = options.HandshakeTimeout,
            EnablePersistentSessions = true, // each client's Session Expiry Interval then decides
            MaxPendingMessagesPerClient = options.MaximumQueued,
        };
        var endpoint = settings.DefaultEndpointOptions;
        var v6 = options.Address.AddressFamily == AddressFamily.InterNetworkV6;
        endpoint.IsEnabled = true;
        endpoint.Port = options.Port;
        endpoint.BoundInterNetworkAddress = v6 ? IPAddress.None : options.Address;
        endpoint.BoundInterNetworkV6Address = v6 ? options.Address : IPAddress.None; // MQTTnet compares with the v4 None to turn a family off
        endpoint.LingerState = new LingerOption(false, 0);                           // otherwise a refusal is lost in the reset that follows it
        var broker = new MqttNetBroker(options, new MqttServerFactory().CreateMqttServer(settings));
        try
        {
            await broker._server.StartAsync().ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            broker._server.Dispose();
            throw MqttNotConnectedException.Listening("the broker", new IPEndPoint(options.Address, options.Port), e);
        }

        broker.Endpoint = new IPEndPoint(options.Address, endpoint.Port); // with port 0 the listener writes back the port it got
        return broker;
    }

    /// <inheritdoc/>
    public async Task PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, string? onlyToClient = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!TopicFilter.IsTopicName(topic) || qos > QualityOfService.AtLeastOnce || (retain && onlyToClient is not null))
        {
            throw new ArgumentException($"{nameof(MqttNetBroker)}.{nameof(PublishAsync)}: topic \"{topic}\" must be a topic name, QoS 0 or 1, and a message to one client is never retained.");
        }

        var message = MqttNetMessages.Message(topic, payload, qos, retain);
        if (onlyToClient is null)
        {
            await _server.InjectApplicationMessage(new InjectedMqttApplicationMessage(message) { SenderClientId = "" }, cancellationToken).ConfigureAwait(false);
        }
        else if (Connected(onlyToClient) is { } connection && _hooks.MayReceive(connection.Identity, topic))
        {
            try
            {
                (await _server.GetSessionAsync(onlyToClient).ConfigureAwait(false)).TryEnqueueApplicationMessage(message, out _);
            }
            catch (InvalidOperationException)
            {
                // The session ended meanwhile; there is no receiver.
            }
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DisconnectClientAsync(string clientId, ReasonCode reason)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        if (!ReasonCodes.IsValidRefusal(PacketType.Disconnect, reason))
        {
            throw new ArgumentException($"A broker cannot send DISCONNECT with 0x{(byte)reason:X2} {reason}.", nameof(reason));
        }

        try
        {
            await _server.DisconnectClientAsync(clientId, new MqttServerClientDisconnectOptions { ReasonCode = (MqttDisconnectReasonCode)(int)reason }).ConfigureAwait(false);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // not connected
        }
    }

    /// <summary>Stops listening and ends every connection (0x8B).</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
        _server.Dispose();
        foreach (var connection in _accepted.Values)
        {
            connection.Dispose();
        }
    }

    /// <summary>Gets a client's connection, also in the moment between its CONNACK and MQTTnet's event.</summary>
    private Connection? Connected(string clientId) =>
        _live.TryGetValue(clientId, out var connection) ? connection
            : ConnectedClients.Contains(clientId) ? _accepted.Values.FirstOrDefault(accepted => accepted.Identity.ClientId == clientId) : null;

    /// <summary>A connection that was accepted: its identity, and the exchange until CONNACK was sent.</summary>
    private sealed class Connection(ClientIdentity identity, BrokerExchange? exchange) : IDisposable
    {
        private BrokerExchange? _exchange = exchange;

        public ClientIdentity Identity { get; } = identity;

        /// <summary>Tells the exchange that CONNACK is sent, so that keys may be taken over. False where the authenticator threw.</summary>
        public bool Complete()
        {
            using var exchange = Interlocked.Exchange(ref _exchange, null);
            return exchange?.Complete() ?? true;
        }

        public void Dispose() => Interlocked.Exchange(ref _exchange, null)?.Dispose();
    }
}
