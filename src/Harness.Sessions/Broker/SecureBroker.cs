using Harness.Sessions.Keys;

namespace Harness.Sessions.Broker;

/// <summary>The embedded broker with AugPAKE login and the broker's side of one scheme. It shows fingerprints, never keys.</summary>
public sealed class SecureBroker : IAsyncDisposable
{
    private readonly IBrokerScheme _scheme;
    private readonly BrokerWork _work = new();
    private readonly ConcurrentDictionary<string, string> _fingerprints = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _takenOver = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<BrokerFault> _faults = new();

    private readonly SecureBrokerOptions _options;
    private TopicExchanges? _topics;
    private IMqttBroker _broker = null!;
    private readonly BrokerOutbox _outbox;
    private int _disposed;

    private SecureBroker(SecureBrokerOptions options)
    {
        _options = options;
        _outbox = new BrokerOutbox(OnFault);
        Accounts = new AccountStore(options.ServerName, options.Accounts);
        _scheme = BrokerSchemes.Create(options, Note);
    }

    /// <summary>A login ended, accepted or not. Called on the connection's flow: return soon.</summary>
    public event Action<LoginRecord>? LoginEnded;

    /// <summary>A client's connection ended, by whichever end. Called on the connection's flow: return soon.</summary>
    public event Action<string>? ClientDisconnected;

    /// <summary>The broker decided on a payload or a token request. Called on the connection's flow: return soon.</summary>
    public event Action<PayloadRecord>? PayloadJudged;

    /// <summary>A pseudonym came a second time (hardened). Called on the connection's flow: return soon.</summary>
    public event Action<PseudonymReuse>? PseudonymReused;

    /// <summary>Both ends of a login hold SK. Who listens copies what it needs: the scheme takes the key over at once.</summary>
    internal event Action<string, SessionKey>? KeyEstablished;

    /// <summary>The scheme has taken a key over: C and the key's fingerprint.</summary>
    private event Action<string, string>? KeyTakenOver;

    /// <summary>Its address.</summary>
    public IPEndPoint Endpoint => _broker.Endpoint;

    /// <summary>The accounts; changes hold from the next login on.</summary>
    public AccountStore Accounts { get; }

    /// <summary>The latest logins.</summary>
    public RecentRecords<LoginRecord> Logins { get; } = new();

    /// <summary>The latest decisions on payloads and token requests.</summary>
    public RecentRecords<PayloadRecord> Payloads { get; } = new();

    /// <summary>The latest pseudonyms that came a second time (hardened).</summary>
    public RecentRecords<PseudonymReuse> PseudonymReuses { get; } = new();

    /// <summary>Operations of the broker alone since it started: logins, wraps, payloads opened and sealed.</summary>
    public OperationTally Counts => _work.Total;

    /// <summary>True where this broker serves re-authentication (AUTH 0x19).</summary>
    public bool SupportsReauthentication => _broker.SupportsReauthentication;

    /// <summary>Clients connected now.</summary>
    /// <exception cref="InconclusiveException">The broker stands alone, and does not tell.</exception>
    public IReadOnlyCollection<string> ConnectedClients => StandsAlone
        ? throw new InconclusiveException("clients of the broker", "a broker that tells who is connected", "one that stands alone")
        : [.. _broker.ConnectedClients.Select(_scheme.ClientOf)];

    /// <summary>True where the broker underneath is a program of its own: it hands on keys on topics without being told who subscribed.</summary>
    public bool StandsAlone => _broker.StandsAlone;

    /// <summary>The user under which a client comes that proves nothing by itself; null for none.</summary>
    public BrokerLogin? ClientLogin => _broker.ClientLogin;

    /// <summary>Code around the broker that threw: a defect of the harness, not of a device. The latest 100.</summary>
    public IReadOnlyCollection<BrokerFault> Faults => _faults;

    /// <summary>Bounds that had a consequence: messages lost, readers and connections ended. A lost message is the rig's doing, not a device's.</summary>
    public BrokerLosses Limits { get; } = new();

    /// <summary>A bound of the broker had a consequence. May be called under a session's lock: return soon, call nothing of the broker.</summary>
    public event Action<BrokerLimitReached>? LimitReached;

    /// <summary>Starts a broker.</summary>
    /// <exception cref="ArgumentException">Accounts of another server, a second account of one client, group and profile, an unknown key size or scheme, or a
    /// broker underneath that cannot open and re-seal payloads where the scheme needs it.</exception>
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
            var passwords = broker._scheme.Passwords(authenticator.Ended);
            var registration = options.AsPublishedRegistration ? new PaperRegistration(broker.Accounts, options.MaximumRegistrations) : null;
            broker._broker = await options.StartBroker(
                new MqttBrokerOptions
                {
                    Address = options.Address,
                    Port = options.Port,
                    AllowAnonymous = options.AllowAnonymous,
                    Authenticator = new CountedAuthenticator(broker._scheme.Wrap(authenticator, broker.OnPseudonymReused, broker.OnReplaced), broker._work),
                    Passwords = passwords,
                    Hooks = new SecureBrokerHooks(broker._scheme, registration, broker._outbox.Add, broker.OnFault, broker._topics is null ? null : broker.TakeTopicLoginAsync)
                    {
                        Work = broker._work,
                        OnLimitReached = broker.OnLimitReached,
                        OnDisconnected = client => broker.ClientDisconnected?.Invoke(client),
                    },
                    MaximumPacketSize = options.MaximumPacketSize,
                    MaximumConnections = options.MaximumConnections,
                    MaximumSessions = Math.Max(new MqttBrokerOptions().MaximumSessions, options.MaximumConnections),
                    ServerKeepAliveSeconds = options.ServerKeepAliveSeconds,
                    ForbiddenFilters = options.ForbiddenFilters,
                    HandshakeTimeout = options.HandshakeTimeout,
                    TimeProvider = options.TimeProvider,
                },
                cancellationToken).ConfigureAwait(false);
            var judges = passwords is not null;
            if (broker._broker.StandsAlone)
            {
                CheckStandAlone(options, broker._scheme);
            }
            else if (judges ? !broker._broker.JudgesPasswords : broker._scheme.OpensPayloads && !broker._broker.AppliesPayloadHooks)
            {
                throw new InconclusiveException(
                    $"scheme {options.Scheme}", $"a broker that {(judges ? "judges passwords by its accounts" : "opens and re-seals every payload")}", $"{broker._broker.GetType().Name}, which does not", nextCommand: "./harness run --rig rigs/sim.yaml");
            }

            broker._outbox.Start(broker._broker);
            return broker;
        }
        catch
        {
            if (broker._broker is not null)
            {
                await broker._broker.DisposeAsync().ConfigureAwait(false);
            }

            await broker._outbox.DisposeAsync().ConfigureAwait(false);
            broker._topics?.Dispose();
            broker._scheme.Dispose();
            throw;
        }
    }

    /// <summary>Fingerprint of SK of a client's latest accepted login, 16 hex digits; null where there was none.</summary>
    public string? SessionFingerprint(string client) => _fingerprints.GetValueOrDefault(client);

    /// <summary>Fingerprint of a pair's Ks, 16 hex digits; null until both logged in, and in a scheme without traffic keys.</summary>
    /// <exception cref="ArgumentException">The rig or account file names no such pair.</exception>
    public string? TrafficKeyFingerprint(string publisher, string subscriber)
    {
        var pair = _options.Pairs.FirstOrDefault(p => p.Publisher == publisher && p.Subscriber == subscriber)
            ?? throw new ArgumentException($"No pair of publisher '{publisher}' and subscriber '{subscriber}'.", nameof(publisher));
        return (_scheme as MqttPresentBroker)?.Fingerprint(pair);
    }

    /// <summary>Waits until this side has taken over the key of a login that the client has completed. A stock broker may hand V_S on before it tells this side so.</summary>
    /// <param name="client">C.</param>
    /// <param name="fingerprint">The key's fingerprint, as the client has it.</param>
    /// <param name="within">The longest wait; what is not taken over by then is left to whoever compares keys.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task TakenOverAsync(string client, string fingerprint, TimeSpan within, CancellationToken cancellationToken)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Take(string of, string key) => _ = of == client && key == fingerprint && taken.TrySetResult();
        KeyTakenOver += Take;
        try
        {
            if (_takenOver.GetValueOrDefault(client) != fingerprint)
            {
                await taken.Task.WaitAsync(within, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            // Both ends then hold different keys, which is for a step to judge.
        }
        finally
        {
            KeyTakenOver -= Take;
        }
    }

    /// <summary>Publishes as the broker itself.</summary>
    public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, string? onlyToClient = null, CancellationToken cancellationToken = default) =>
        _broker.PublishAsync(
            topic, payload, QualityOfService.AtLeastOnce, retain: false, onlyToClient is null ? null : ConnectionOf(onlyToClient), cancellationToken);

    /// <summary>The ClientId of a client's connection, which is C but under pseudonyms.</summary>
    public string ConnectionOf(string client) => _scheme.ConnectionOf(client);

    /// <summary>Takes a client's pseudonyms in, and lets it talk with others (hardened).</summary>
    /// <param name="account">C, u and its next j.</param>
    /// <param name="partners">C of those that it may talk with.</param>
    /// <exception cref="InvalidOperationException">The scheme has no pseudonyms.</exception>
    public void AddPseudonyms(PseudonymAccount account, IEnumerable<string> partners)
    {
        var hardened = Hardened ?? throw new InvalidOperationException($"scheme {_options.Scheme} has no pseudonyms");
        hardened.Table.Add(account.Client, account.Secret.Span, account.Next);
        foreach (var partner in partners)
        {
            hardened.AddPair(account.Client, partner);
        }
    }

    /// <summary>The accounts of SCRAM, by which plain passwords are judged too; changes hold from the next login on.</summary>
    /// <exception cref="InvalidOperationException">The scheme is another.</exception>
    public ScramDirectory ScramAccounts => (_scheme as KeylessBroker ?? throw new InvalidOperationException($"scheme {_options.Scheme} has no accounts of SCRAM")).Accounts;

    /// <summary>The lowest j of a client that was not burnt yet (hardened); null for a client without pseudonyms.</summary>
    public ulong? NextPseudonymOf(string client) => Hardened?.Table.NextOf(client);

    /// <summary>Stops: connections end, keys are wiped.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _outbox.StopAsync().ConfigureAwait(false);
        await _broker.DisposeAsync().ConfigureAwait(false);
        await _outbox.DisposeAsync().ConfigureAwait(false);
        _topics?.Dispose();
        _scheme.Dispose();
    }

    // Not the device's doing, and not a fault of the rig: such a broker cannot carry it.
    private static void CheckStandAlone(SecureBrokerOptions options, IBrokerScheme scheme)
    {
        if (scheme.OpensPayloads)
        {
            throw new InconclusiveException($"scheme {options.Scheme}", "a broker that opens and re-seals every payload", "one that stands alone and asks nobody", nextCommand: "./harness run --rig rigs/sim.yaml");
        }

        if (!options.AllowAnonymous)
        {
            throw NoEnhancedAuthentication();
        }
    }

    /// <summary>The verdict where a login by enhanced authentication is asked of a broker that stands alone.</summary>
    internal static InconclusiveException NoEnhancedAuthentication() => new(
        "login by enhanced authentication", "a broker that asks the harness in AUTH", "one that stands alone, which carries logins on topics alone", nextCommand: "./harness run --rig rigs/sim.yaml");

    private HardenedBroker? Hardened => _scheme as HardenedBroker;

    private void OnPseudonymReused(string client, ulong attempt)
    {
        var reuse = new PseudonymReuse(client, attempt, _options.TimeProvider.GetUtcNow());
        PseudonymReuses.Add(reuse);
        PseudonymReused?.Invoke(reuse);
    }

    // On the flow of the login that replaces it, which must not wait for it.
    private void OnReplaced(string clientId) => _ = EndAsync(clientId);

    private async Task EndAsync(string clientId)
    {
        try
        {
            await _broker.DisconnectClientAsync(clientId, ReasonCode.SessionTakenOver).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            OnFault(new BrokerFault(clientId, null, $"{nameof(IMqttBroker)}.{nameof(IMqttBroker.DisconnectClientAsync)}", e));
        }
    }

    private void OnLoginEnded(LoginRecord record)
    {
        if (record is { Outcome: LoginOutcome.Accepted, Fingerprint: { } fingerprint })
        {
            _fingerprints[record.Client] = fingerprint;
        }

        Logins.Add(record);
        LoginEnded?.Invoke(record);
    }

    private void OnKeyEstablished(LoginRecord record, SessionKey key)
    {
        AugPakeMethod.TryParse(record.Method, out var profile, out _);
        KeyEstablished?.Invoke(record.Client, key);
        if (_broker is ITopicCredentials { GivesCredentials: true } users)
        {
            _outbox.Add(new Grant(users, record.Client, TopicCredential.Of(key, record.Client)));
        }

        var due = _scheme.Established(record.Client, profile, key);
        if (due.Count > 0)
        {
            _outbox.Add(() => due);
        }

        _takenOver[record.Client] = _fingerprints[record.Client];
        KeyTakenOver?.Invoke(record.Client, _fingerprints[record.Client]);
    }

    private async ValueTask TakeTopicLoginAsync(
        string client, ReadOnlyMemory<byte> message, bool wasProved, Action proved, CancellationToken cancellationToken)
    {
        using var scope = _work.Begin();
        if (await _topics!.HandleAsync(client, message, wasProved, cancellationToken).ConfigureAwait(false) is not { } reply)
        {
            return;
        }

        if (reply.Accepted)
        {
            proved();
        }

        // The answer first: a wrap under the new SK comes after V_S.
        await _broker.PublishAsync(
            PrivateTopics.LoginAnswer(client), reply.Bytes, QualityOfService.AtLeastOnce, retain: false, onlyToClient: null, cancellationToken).ConfigureAwait(false);
        reply.Sent();
    }

    private void Note(string client, string topic, bool accepted, string reason)
    {
        var record = new PayloadRecord(client, topic, accepted, reason, _options.TimeProvider.GetUtcNow());
        Payloads.Add(record);
        PayloadJudged?.Invoke(record);
    }

    private void OnLimitReached(BrokerLimitReached reached)
    {
        Limits.Add(reached);
        LimitReached?.Invoke(reached);
    }

    private void OnFault(BrokerFault fault)
    {
        _faults.Enqueue(fault);
        while (_faults.Count > 100)
        {
            _faults.TryDequeue(out _);
        }
    }
}
