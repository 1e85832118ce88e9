namespace Harness.Sessions.Topics;

/// <summary>Options of logins on topics at another broker.</summary>
public sealed record TopicLoginServiceOptions
{
    /// <summary>S, 1 to 64 bytes of UTF-8.</summary>
    public required string ServerName { get; init; }

    /// <summary>The stock broker: host, port, version, user name and password.</summary>
    public required MqttClientOptions Broker { get; init; }

    /// <summary>Its accounts.</summary>
    public IReadOnlyList<Account> Accounts { get; init; } = [];

    /// <summary>When a client is locked out.</summary>
    public LockoutOptions Lockout { get; init; } = LockoutOptions.Default;

    /// <summary>Bounds.</summary>
    public TopicExchangeOptions Bounds { get; init; } = TopicExchangeOptions.Default;

    /// <summary>Clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>The broker side of logins on topics as a client of a stock broker. It does not reconnect.</summary>
/// <remarks>
/// Rights on <c>aug/</c> are the stock broker's. Without such rights anybody can disturb a login or start one in
/// another's name; without the password nobody completes it. Which connection a message came on does not show there, so that a name that is
/// locked out is so for its owner's re-authentication too.
/// </remarks>
public sealed class TopicLoginService : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> _fingerprints = new(StringComparer.Ordinal);
    private readonly AugPakeAuthenticator _authenticator;
    private readonly TopicExchanges _exchanges;
    private readonly CancellationTokenSource _stopping = new();
    private readonly MqttClient _client;
    private readonly Task _serving;
    private int _disposed;

    private TopicLoginService(TopicLoginServiceOptions options, MqttClient client)
    {
        _client = client;
        _authenticator = new AugPakeAuthenticator(new AccountStore(options.ServerName, options.Accounts), options.Lockout, options.TimeProvider);
        _authenticator.LoginEnded += record => Logins.Add(record);
        _authenticator.KeyEstablished += (record, key) =>
        {
            _fingerprints[record.Client] = key.Fingerprint;
            if (KeyEstablished is { } take)
            {
                take(record, key);
            }
            else
            {
                key.Dispose();
            }
        };
        _exchanges = new TopicExchanges(_authenticator, options.Bounds, options.TimeProvider);
        _serving = ServeAsync();
    }

    /// <summary>A login was accepted and V_S is on its way: the key for whoever takes it. The receiver disposes it; where nobody listens it is wiped.</summary>
    public event Action<LoginRecord, SessionKey>? KeyEstablished;

    /// <summary>The latest logins.</summary>
    public RecentRecords<LoginRecord> Logins { get; } = new();

    /// <summary>Ends when the connection to the stock broker ended; it fails where that was not asked for.</summary>
    public Task Ended => _serving;

    /// <summary>Connects and subscribes to every client's login topic.</summary>
    /// <exception cref="MqttException">No broker there, refused, or the subscription was refused (<see cref="MqttRefusedException"/>).</exception>
    public static async Task<TopicLoginService> StartAsync(TopicLoginServiceOptions options, CancellationToken cancellationToken = default)
    {
        var client = await MqttClient.ConnectAsync(options.Broker, cancellationToken).ConfigureAwait(false);
        try
        {
            var granted = await client.SubscribeAsync(PrivateTopics.AllLogins, QualityOfService.AtLeastOnce, cancellationToken).ConfigureAwait(false);
            return granted < ReasonCode.UnspecifiedError
                ? new TopicLoginService(options, client)
                : throw new MqttRefusedException(granted, $"the broker refused the subscription to {PrivateTopics.AllLogins}");
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Fingerprint of SK of a client's latest accepted login, 16 hex digits; null where there was none.</summary>
    public string? SessionFingerprint(string client) => _fingerprints.GetValueOrDefault(client);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _exchanges.Dispose();
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            await foreach (var message in _client.Messages.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
            {
                // A retained step is an old one that somebody left there.
                if (!message.Retain && PrivateTopics.TryParseLogin(message.Topic, out var client))
                {
                    await AnswerAsync(client, message.Payload).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return;
        }

        if (!_stopping.IsCancellationRequested)
        {
            throw new MqttNotConnectedException("the connection to the stock broker ended", _client.Failure);
        }
    }

    private async Task AnswerAsync(string client, ReadOnlyMemory<byte> message)
    {
        if (await _exchanges.HandleAsync(client, message, proved: false, _stopping.Token).ConfigureAwait(false) is { } reply)
        {
            await _client.PublishAsync(
                PrivateTopics.LoginAnswer(client), reply.Bytes, QualityOfService.AtLeastOnce, retain: false, _stopping.Token).ConfigureAwait(false);
            reply.Sent();
        }
    }
}
