namespace Harness.Schemes.Hardened;

/// <summary>The scheme's part of a device in this process. Its calls run under its party's lock.</summary>
internal sealed class HostPairs : IPairParty, IDisposable
{
    private readonly HostParty _party;
    private readonly PartyWork _work;
    private readonly Lock _gate;
    private readonly HardenedIdentity _identity;
    private readonly string _client;
    private readonly byte[] _secret;
    private readonly HardenedPublisher? _publisher;
    private readonly HardenedSubscriber? _subscriber;
    private PairChannel? _channel;

    public HostPairs(HostParty party, PartyWork work, Lock gate, HardenedIdentity identity, string client, AugPakeGroup group)
    {
        (_party, _work, _gate, _identity, _client, _secret) = (party, work, gate, identity, client, identity.PseudonymSecret.ToArray());
        if (identity.Subscribers is { } subscribers)
        {
            _publisher = new HardenedPublisher(identity.Cipher, client, identity.Topic, identity.Memory, subscribers, identity.SigningKey) { TopicKeys = identity.TopicKeys };
        }

        if (identity.Publisher is { } publisher)
        {
            var scalar = Verifier.ComputeScalar(group, AugPakeProfile.Framed, client, publisher, identity.PairPassword, HardenedPublisher.RunField);
            _subscriber = new HardenedSubscriber(identity.Cipher, client, publisher, identity.Topic, group, scalar, identity.PublicKey);
            CryptographicOperations.ZeroMemory(scalar);
        }
    }

    /// <summary>The pseudonym that the current login or connection is bound to; null before the first.</summary>
    public string? Pseudonym { get; private set; }

    public string PairTopic => Locked(() => Channel.Topic);

    public PairStatus Status => Locked(() => new PairStatus(
        _publisher?.Epoch ?? _subscriber?.Epoch, _publisher?.WireTopic ?? _subscriber?.WireTopic,
        [.. _publisher?.Paired ?? (_subscriber?.PairFingerprint is null ? [] : [_subscriber.Publisher])], _publisher?.EpochDue, _subscriber?.Missing ?? 0));

    private PairChannel Channel => _channel ?? throw _party.Refuse(PartyRefusal.NoKey, "not logged in");

    private HardenedPublisher Publisher => _publisher ?? throw _party.Refuse(PartyRefusal.Unsupported, "it does not publish");

    public ValueTask<string> PseudonymAsync(CancellationToken cancellationToken) => Run(cancellationToken, () =>
    {
        Pseudonym = HardenedKeys.Pseudonym(_secret, _identity.Memory.TakeAttempt());
        _publisher?.Connecting();
        return Pseudonym;
    });

    public ValueTask<PairOutput> LoggedInAsync(DateTimeOffset now, CancellationToken cancellationToken) => Run(cancellationToken, () =>
    {
        var due = _publisher?.LoggedIn() ?? [];
        return _subscriber is null ? Out(due) : Out([.. due, new PairDelivery(_subscriber.Publisher, _subscriber.LoggedIn())]);
    });

    public ValueTask<PairOutput> TakeAsync(ReadOnlyMemory<byte> payload, DateTimeOffset now, CancellationToken cancellationToken) => Run(cancellationToken, () =>
    {
        var result = Channel.Open(payload.Span, out var peer, out var body);
        if (result != HardenedResult.Opened)
        {
            return new PairOutput(result, []);
        }

        if (_subscriber is not null && peer == _subscriber.Publisher)
        {
            var step = _subscriber.Take(body, now);
            return Out(step.Reply is null ? [] : [new PairDelivery(peer, step.Reply)]) with { Result = step.Result, Subscribe = step.NewTopic };
        }

        return Out(_publisher?.Take(peer!, body, now) ?? []);
    });

    public ValueTask<PairOutput> ElapsedAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => Out(_publisher?.Elapsed(now) ?? []));

    public ValueTask<PairOutput> BeginEpochAsync(CancellationToken cancellationToken) => Run(cancellationToken, () => Out(Publisher.BeginEpoch()));

    public ValueTask AddPairAsync(PairAccount account, CancellationToken cancellationToken)
    {
        Run(cancellationToken, () =>
        {
            Publisher.Add(account);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask<PairOutput> RevokeAsync(string subscriber, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => Out(Publisher.Revoke(subscriber)));

    /// <summary>A login or re-authentication ended with this key: a pair topic of its own belongs to it.</summary>
    public void Established(SessionKey key)
    {
        _channel?.Dispose();
        _channel = new PairChannel(_identity.Cipher, key.Bytes, _client, isBroker: false);
    }

    /// <summary>Seals a message for <see cref="PairStatus.WireTopic"/>.</summary>
    public Timed<byte[]> Seal(ReadOnlyMemory<byte> plaintext)
    {
        var publisher = Publisher;
        return _work.Time(() => publisher.Seal(plaintext.Span).Payload);
    }

    /// <summary>Opens a message that came on a topic of the wire.</summary>
    public Timed<byte[]> Open(string wireTopic, ReadOnlyMemory<byte> payload)
    {
        var subscriber = _subscriber ?? throw _party.Refuse(PartyRefusal.NoKey, "it reads nothing");
        var opened = _work.Time(() => (Result: subscriber.Open(wireTopic, payload.Span, out var plaintext), Plaintext: plaintext));
        return opened.Value.Result switch
        {
            HardenedResult.Opened => new Timed<byte[]>(opened.Value.Plaintext!, opened.Ticks),
            HardenedResult.Replay => throw _party.Refuse(PartyRefusal.Replay, "the counter was taken before, or lies before the window"),
            HardenedResult.NoKey => throw _party.Refuse(PartyRefusal.NoKey, "a topic of no epoch that it holds the keys of"),
            HardenedResult.BadSignature => throw _party.Refuse(PartyRefusal.BadSignature, "not signed by the publisher"),
            _ => throw _party.Refuse(PartyRefusal.BadTag, "the tag is wrong"),
        };
    }

    /// <summary>Forgets the epoch before the current one.</summary>
    public void ForgetPrevious() => _subscriber?.ForgetPrevious();

    public void Dispose()
    {
        _channel?.Dispose();
        _publisher?.Dispose();
        _subscriber?.Dispose();
        CryptographicOperations.ZeroMemory(_secret);
    }

    private PairOutput Out(IReadOnlyList<PairDelivery> due) => new(HardenedResult.Opened, [.. due.Select(d => Channel.Seal(d.Peer, d.Body))]);

    private ValueTask<T> Run<T>(CancellationToken cancellationToken, Func<T> run)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Locked(() =>
        {
            using var counted = _work.Count();
            return run();
        }));
    }

    private T Locked<T>(Func<T> run)
    {
        lock (_gate)
        {
            return run();
        }
    }
}
