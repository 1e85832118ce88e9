using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Sessions.Accounts;
using Harness.Sessions.Keys;
using Harness.Sessions.Login;
using Harness.Sessions.Topics;

namespace Harness.Sessions.Broker;

/// <summary>The embedded broker with AugPAKE login and MQTT-PRESENT's key service. It shows fingerprints, never keys.</summary>
public sealed class SecureBroker : IAsyncDisposable
{
    private readonly MqttPresentKeyService _keys;
    private readonly ConcurrentDictionary<string, string> _fingerprints = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<BrokerFault> _faults = new();

    // Wraps go out one after the other, so that a client never gets an older one after a newer one.
    private readonly Channel<Func<IReadOnlyList<WrapDelivery>>> _due = Channel.CreateUnbounded<Func<IReadOnlyList<WrapDelivery>>>(
        new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _stopping = new();
    private readonly SecureBrokerOptions _options;
    private TopicExchanges? _topics;
    private IMqttBroker _broker = null!;
    private Task _delivering = Task.CompletedTask;
    private int _disposed;

    private SecureBroker(SecureBrokerOptions options)
    {
        _options = options;
        Accounts = new AccountStore(options.ServerName, options.Accounts);
        _keys = new MqttPresentKeyService(new KeyServiceOptions(options.Pairs, options.KeyBits, options.KeyProfiles));
    }

    /// <summary>A login ended, accepted or not. Called on the connection's flow: return soon.</summary>
    public event Action<LoginRecord>? LoginEnded;

    /// <summary>A client's connection ended, by whichever end. Called on the connection's flow: return soon.</summary>
    public event Action<string>? ClientDisconnected;

    /// <summary>S.</summary>
    public string ServerName => _options.ServerName;

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => _broker.Endpoint;

    /// <summary>The accounts; changes hold from the next login on.</summary>
    public AccountStore Accounts { get; }

    /// <summary>The latest logins.</summary>
    public LoginJournal Logins { get; } = new();

    /// <summary>Whether this broker serves re-authentication (AUTH 0x19).</summary>
    public bool SupportsReauthentication => _broker.SupportsReauthentication;

    /// <summary>Clients connected now.</summary>
    public IReadOnlyCollection<string> ConnectedClients => _broker.ConnectedClients;

    /// <summary>Code around the broker that threw: a defect of the harness, not of a device. The latest 100.</summary>
    public IReadOnlyCollection<BrokerFault> Faults => _faults;

    /// <summary>Starts a broker.</summary>
    /// <exception cref="ArgumentException">Accounts of another server, a second account of one client, group and profile, an unknown key size.</exception>
    /// <exception cref="MqttNotConnectedException">The port is taken.</exception>
    public static async Task<SecureBroker> StartAsync(SecureBrokerOptions options, CancellationToken cancellationToken = default)
    {
        var broker = new SecureBroker(options);
        try
        {
            var authenticator = new AugPakeAuthenticator(broker.Accounts, options.Lockout, options.TimeProvider);
            authenticator.LoginEnded += broker.OnLoginEnded;
            authenticator.KeyEstablished += broker.OnKeyEstablished;
            broker._topics = options.AllowAnonymous
                ? new TopicExchanges(authenticator, options.TopicLogins with { Lifetime = options.HandshakeTimeout }, options.TimeProvider)
                : null;
            var registration = options.AsPublishedRegistration ? new PaperRegistration(broker.Accounts, options.MaximumRegistrations) : null;
            broker._broker = await options.StartBroker(
                new MqttBrokerOptions
                {
                    Address = options.Address,
                    Port = options.Port,
                    AllowAnonymous = options.AllowAnonymous,
                    Authenticator = authenticator,
                    Hooks = new SecureBrokerHooks(registration, broker.OnKeySubscription, broker.OnFault, broker._topics is null ? null : broker.TakeTopicLoginAsync)
                    {
                        OnDisconnected = client => broker.ClientDisconnected?.Invoke(client),
                    },
                    MaximumPacketSize = options.MaximumPacketSize,
                    HandshakeTimeout = options.HandshakeTimeout,
                    TimeProvider = options.TimeProvider,
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            broker._topics?.Dispose();
            broker._keys.Dispose();
            broker._stopping.Dispose();
            throw;
        }

        broker._delivering = broker.DeliverAsync();
        return broker;
    }

    /// <summary>Fingerprint of SK of a client's latest accepted login, 16 hex digits; null where there was none.</summary>
    public string? SessionFingerprint(string client) => _fingerprints.GetValueOrDefault(client);

    /// <summary>Fingerprint of a pair's Ks, 16 hex digits; null until both logged in.</summary>
    /// <exception cref="ArgumentException">The rig or account file names no such pair.</exception>
    public string? TrafficKeyFingerprint(string publisher, string subscriber)
    {
        var pair = _options.Pairs.FirstOrDefault(p => p.Publisher == publisher && p.Subscriber == subscriber)
            ?? throw new ArgumentException($"No pair of publisher '{publisher}' and subscriber '{subscriber}'.", nameof(publisher));
        return _keys.Fingerprint(pair);
    }

    /// <summary>Publishes as the broker itself.</summary>
    public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, string? onlyToClient = null, CancellationToken cancellationToken = default) =>
        _broker.PublishAsync(topic, payload, QualityOfService.AtLeastOnce, retain: false, onlyToClient, cancellationToken);

    /// <summary>Ends a client's connection.</summary>
    public Task DisconnectClientAsync(string client, ReasonCode reason) => _broker.DisconnectClientAsync(client, reason);

    /// <summary>Stops: connections end, keys are wiped.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _due.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _broker.DisposeAsync().ConfigureAwait(false);
        await _delivering.ConfigureAwait(false);
        _topics?.Dispose();
        _keys.Dispose();
        _stopping.Dispose();
    }

    private void OnLoginEnded(LoginRecord record)
    {
        Logins.Add(record);
        LoginEnded?.Invoke(record);
    }

    private void OnKeyEstablished(LoginRecord record, SessionKey key)
    {
        _fingerprints[record.Client] = key.Fingerprint;
        AugPakeMethod.TryParse(record.Method, out var profile, out _);
        var wraps = _keys.Established(record.Client, profile, key);
        _due.Writer.TryWrite(() => wraps);
    }

    private async ValueTask<bool> TakeTopicLoginAsync(string client, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (await _topics!.HandleAsync(client, message, cancellationToken).ConfigureAwait(false) is not { } reply)
        {
            return false;
        }

        // The answer first: a wrap under the new SK comes after V_S.
        await _broker.PublishAsync(
            PrivateTopics.LoginAnswer(client), reply.Bytes, QualityOfService.AtLeastOnce, retain: false, onlyToClient: null, cancellationToken).ConfigureAwait(false);
        reply.Sent();
        return reply.Accepted;
    }

    // What was published before the client subscribed is gone (not retained): its current wraps are published again.
    private void OnKeySubscription(string client) => _due.Writer.TryWrite(() => _keys.Current(client));

    private void OnFault(BrokerFault fault)
    {
        _faults.Enqueue(fault);
        while (_faults.Count > 100)
        {
            _faults.TryDequeue(out _);
        }
    }

    private async Task DeliverAsync()
    {
        try
        {
            await foreach (var due in _due.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
            {
                foreach (var wrap in due())
                {
                    try
                    {
                        // Routed by subscription as every message is; the hooks let C alone have it.
                        await _broker.PublishAsync(
                            PrivateTopics.Key(wrap.Client), wrap.Message.Encode(), QualityOfService.AtLeastOnce, retain: false,
                            onlyToClient: null, _stopping.Token).ConfigureAwait(false);
                    }
                    catch (Exception e) when (e is not OperationCanceledException)
                    {
                        OnFault(new BrokerFault(wrap.Client, null, $"{nameof(IMqttBroker)}.{nameof(IMqttBroker.PublishAsync)}", e));
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
