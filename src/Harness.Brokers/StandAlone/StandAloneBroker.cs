using Harness.Record;
using Harness.Sessions.Broker;
using Harness.Sessions.Topics;

namespace Harness.Brokers.StandAlone;

/// <summary>A broker that is a program of its own, or stands elsewhere. This side of it is one more client, which serves logins on topics.</summary>
/// <remarks>
/// It asks no hook but for what arrives on topics of logins and registrations. By which connection a message came does not show there, so that each counts as one
/// of a connection that proved nothing yet.
/// </remarks>
internal sealed class StandAloneBroker : IMqttBroker, ITopicCredentials
{
    /// <summary>User name and ClientId of the harness's own side.</summary>
    public const string Service = "harness-service";

    private static readonly string[] Served = [PrivateTopics.AllLogins, PrivateTopics.AllRegistrations];
    private readonly StandAloneParts _parts;
    private readonly HookGuard _hooks;
    private readonly CancellationTokenSource _stopping = new();
    private MqttClient? _client;
    private Task _serving = Task.CompletedTask;
    private int _disposed;

    private StandAloneBroker(StandAloneParts parts, IBrokerHooks? hooks) => (_parts, _hooks) = (parts, new HookGuard(hooks, []));

    /// <inheritdoc/>
    public IPEndPoint Endpoint => _parts.Endpoint;

    /// <summary>The folder of its settings and state while it runs; null where it stands elsewhere.</summary>
    public string? Folder => _parts.Files?.Folder;

    /// <summary>The gate that speaks TLS with it; null where it takes plain connections.</summary>
    public TlsGate? Gate => _parts.Gate;

    /// <summary>The number of its program's process; null where it stands elsewhere or ended.</summary>
    public int? ProgramId => _parts.Process?.ProgramId;

    /// <summary>Unknown: a stock broker tells nobody.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public IReadOnlyCollection<string> ConnectedClients => throw new NotSupportedException($"{_parts.Kind} does not tell who is connected");

    /// <inheritdoc/>
    public bool SupportsReauthentication => false;

    /// <inheritdoc/>
    public bool StandsAlone => true;

    /// <inheritdoc/>
    public BrokerLogin? ClientLogin => _parts.ClientLogin;

    /// <inheritdoc/>
    public bool GivesCredentials => _parts.Rights is not null;

    /// <summary>Connects this side, waits until the broker takes clients, and serves.</summary>
    /// <param name="parts">Its parts, which this broker owns from here, also where it throws.</param>
    /// <param name="options">Hooks and limits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MqttException">It does not start, or refuses this side.</exception>
    public static async Task<StandAloneBroker> StartAsync(StandAloneParts parts, MqttBrokerOptions options, CancellationToken cancellationToken)
    {
        var broker = new StandAloneBroker(parts, options.Hooks);
        try
        {
            broker._client = await broker.ConnectAsync(options.Setup.StartWithin, cancellationToken).ConfigureAwait(false);
            if (options.Hooks is not null)
            {
                foreach (var filter in Served)
                {
                    var granted = await broker._client.SubscribeAsync(filter, QualityOfService.AtLeastOnce, cancellationToken).ConfigureAwait(false);
                    _ = granted < ReasonCode.UnspecifiedError ? granted : throw new MqttRefusedException(granted, $"{parts.Kind} refused the harness's subscription to {filter}");
                }

                if (parts.Rights is { } rights)
                {
                    await rights.StartAsync(broker._client, cancellationToken).ConfigureAwait(false);
                }

                broker._serving = broker.ServeAsync();
            }

            return broker;
        }
        catch
        {
            await broker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A stock broker gives a message to whoever subscribed and may: a message for one client goes on a topic that others do not read.</remarks>
    public async Task PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, string? onlyToClient = null, CancellationToken cancellationToken = default)
    {
        if (onlyToClient is not null)
        {
            throw new InconclusiveException($"message to {onlyToClient} alone", "a broker in this process", $"{_parts.Kind}, which gives a message to every subscriber of its topic", nextCommand: "./harness run --rig rigs/sim.yaml");
        }

        await _client!.PublishAsync(topic, payload, qos, retain, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Not possible: nobody tells a stock broker to end a client's connection.</summary>
    /// <exception cref="InconclusiveException">Always.</exception>
    public Task<bool> DisconnectClientAsync(string clientId, ReasonCode reason) =>
        throw new InconclusiveException($"end of the connection of {clientId}", "a broker in this process", $"{_parts.Kind}, which ends no connection for others", nextCommand: "./harness run --rig rigs/sim.yaml");

    /// <inheritdoc/>
    public Task GrantAsync(string client, ReadOnlyMemory<byte> password, CancellationToken cancellationToken) =>
        _parts.Rights?.GrantAsync(client, Convert.ToHexStringLower(password.Span), cancellationToken) ?? throw new NotSupportedException($"{_parts.Kind} makes no users here");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_client is not null)
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }

        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _parts.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>A password for the harness's own side, of one run.</summary>
    public static BrokerLogin ServiceLogin() => new(Service, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))));

    private async Task<MqttClient> ConnectAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(within);
        while (true)
        {
            try
            {
                return await MqttClient.ConnectAsync(
                    new MqttClientOptions
                    {
                        Host = Endpoint.Address.ToString(), Port = Endpoint.Port, ClientId = $"{Service}-{Environment.ProcessId}-{Endpoint.Port}", Version = MqttVersion.V311,
                        UserName = _parts.Login?.User, Password = _parts.Login?.Password.ToArray(), MaximumUnreadMessages = 4096, Timeout = TimeSpan.FromSeconds(10),
                    },
                    limit.Token).ConfigureAwait(false);
            }
            catch (MqttException) when (_parts.Process is { HasEnded: false } && !limit.IsCancellationRequested)
            {
                // It is still starting.
                await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
            }
            catch (MqttException e) when (_parts.Process is { HasEnded: true } ended)
            {
                throw new MqttNotConnectedException($"{_parts.Kind} ended when it was started: {ended.LastWords}", e);
            }
            catch (Exception e) when (e is MqttException or OperationCanceledException && _parts.Process is { } process && limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new MqttTimedOutException($"{_parts.Kind} takes no client within {within.TotalSeconds:0} s: {process.LastWords}", e);
            }
        }
    }

    private async Task ServeAsync()
    {
        await foreach (var message in _client!.Messages.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_parts.Rights?.Take(message) == true || message.Retain || !PrivateTopics.TryParseSent(message.Topic, out var client))
            {
                continue; // a retained step is an old one that somebody left there
            }

            await _hooks.JudgeAsync(new ClientIdentity(client, null, MqttVersion.V311), message, _stopping.Token).ConfigureAwait(false);
        }

        if (!_stopping.IsCancellationRequested)
        {
            _hooks.Fault(Service, null, "the harness's connection to the broker", _client.Failure ?? (Exception)new MqttNotConnectedException($"{_parts.Kind} ended it"));
        }
    }
}
