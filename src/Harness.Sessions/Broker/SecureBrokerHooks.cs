namespace Harness.Sessions.Broker;

/// <summary>Takes a message of a login on topics.</summary>
/// <param name="client">C, from the topic.</param>
/// <param name="message">The message.</param>
/// <param name="wasProved">True where it came by a connection that proved the key before.</param>
/// <param name="proved">Called once the client has proved its password with it, before its key is taken over and answered for.</param>
/// <param name="cancellationToken">Gives up.</param>
internal delegate ValueTask TopicLoginTaker(string client, ReadOnlyMemory<byte> message, bool wasProved, Action proved, CancellationToken cancellationToken);

/// <summary>Access control: outside <c>aug/</c> by the scheme; inside, a logged-in client its own topics alone, and a client by the name of C
/// the two topics on which C logs in.</summary>
/// <remarks>A login on topics counts for the connection that brought the proof: an anonymous client's name is anybody's.</remarks>
internal sealed class SecureBrokerHooks(
    IBrokerScheme scheme, PaperRegistration? registration, Action<Func<IReadOnlyList<BrokerMessage>>> publish, Action<BrokerFault> onFault,
    TopicLoginTaker? onTopicLogin = null) : IBrokerHooks
{
    private readonly ConcurrentDictionary<ClientIdentity, bool> _proved = new(ReferenceEqualityComparer.Instance);

    // By name the connection whose key the scheme holds: another one of that name that ends takes no key along.
    private readonly ConcurrentDictionary<string, ClientIdentity> _keyHolders = new(StringComparer.Ordinal);

    public Action<string>? OnDisconnected { get; init; }

    public Action<BrokerLimitReached>? OnLimitReached { get; init; }

    /// <summary>Counts what the scheme computes.</summary>
    public BrokerWork Work { get; init; } = new();

    public bool HasProved(ClientIdentity client) => client.AuthenticationMethod is not null || _proved.ContainsKey(client);

    public bool MayPublish(ClientIdentity client, string topic)
    {
        if (!PrivateTopics.IsPrivate(topic))
        {
            return true;
        }

        if (topic == PrivateTopics.Registration(client.ClientId))
        {
            return registration is not null;
        }

        if (onTopicLogin is not null && topic == PrivateTopics.Login(client.ClientId))
        {
            return true;
        }

        // Only the broker speaks there, also to C itself: a replayed wrap or answer would otherwise need no tap.
        return IsOwn(client, topic) && topic != PrivateTopics.Key(client.ClientId) && topic != PrivateTopics.LoginAnswer(client.ClientId);
    }

    // A wider filter (#, +/...) may be granted; what is private is kept back when it would be sent.
    public bool MaySubscribe(ClientIdentity client, string filter) => PrivateTopics.IsPrivate(filter)
        ? MayReceivePrivate(client, filter)
        : scheme.MaySubscribe(client.ClientId, HasProved(client), filter);

    public bool MayReceive(ClientIdentity client, string topic) => PrivateTopics.IsPrivate(topic)
        ? MayReceivePrivate(client, topic)
        : scheme.MayReceive(client.ClientId, HasProved(client), topic);

    public async ValueTask<PublishJudgement> JudgeAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken)
    {
        if (await InterceptAsync(client, message, cancellationToken).ConfigureAwait(false))
        {
            return PublishJudgement.AcknowledgeOnly;
        }

        if (PrivateTopics.IsPrivate(message.Topic))
        {
            return PublishJudgement.Route(message.Payload);
        }

        using var scope = Work.Begin();
        var judgement = scheme.Take(client.ClientId, HasProved(client), message, out var due);
        if (due is not null)
        {
            publish(() =>
            {
                // What is sealed when its turn comes is the broker's work too.
                using var sealing = Work.Begin();
                return due();
            });
        }

        return judgement;
    }

    public ReadOnlyMemory<byte>? Outgoing(ClientIdentity client, string topic, ReadOnlyMemory<byte> payload)
    {
        if (PrivateTopics.IsPrivate(topic))
        {
            return payload;
        }

        using var scope = Work.Begin();
        return scheme.Outgoing(client.ClientId, HasProved(client), topic, payload);
    }

    public ValueTask<bool> InterceptAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken)
    {
        if (onTopicLogin is not null && message.Topic == PrivateTopics.Login(client.ClientId))
        {
            return TakeLoginAsync(client, message.Payload, cancellationToken);
        }

        return registration is not null && message.Topic == PrivateTopics.Registration(client.ClientId)
            ? TakeRegistrationAsync(registration, client, message.Payload)
            : new(false);
    }

    public void Subscribed(ClientIdentity client, string filter)
    {
        if (HasProved(client) && PrivateTopics.Matches(filter, PrivateTopics.Key(client.ClientId)))
        {
            // Messages from before its subscription are gone (not retained): the current ones are published again.
            publish(() =>
            {
                using var scope = Work.Begin();
                return scheme.Current(client.ClientId);
            });
        }
    }

    public void Faulted(BrokerFault fault) => onFault(fault);

    public void LimitReached(BrokerLimitReached reached) => OnLimitReached?.Invoke(reached);

    public void Connected(ClientIdentity client)
    {
        if (client.AuthenticationMethod is not null)
        {
            _keyHolders[client.ClientId] = client;
        }
    }

    public void Disconnected(ClientIdentity client)
    {
        _proved.TryRemove(client, out _);
        var name = scheme.ClientOf(client.ClientId);
        if (_keyHolders.TryGetValue(client.ClientId, out var holder) && ReferenceEquals(holder, client))
        {
            _keyHolders.TryRemove(client.ClientId, out _);
            scheme.Disconnected(client.ClientId);
        }

        OnDisconnected?.Invoke(name);
    }

    private bool MayReceivePrivate(ClientIdentity client, string topic) =>
        IsOwn(client, topic) || (onTopicLogin is not null && topic == PrivateTopics.LoginAnswer(client.ClientId));

    private bool IsOwn(ClientIdentity client, string topic) => HasProved(client) && PrivateTopics.IsOwn(client.ClientId, topic);

    private async ValueTask<bool> TakeRegistrationAsync(PaperRegistration paper, ClientIdentity client, ReadOnlyMemory<byte> message)
    {
        await ReadingThread.Leave();
        using var scope = Work.Begin();
        paper.Take(client.ClientId, client.AuthenticationMethod is not null, message.Span);
        return true;
    }

    private async ValueTask<bool> TakeLoginAsync(ClientIdentity client, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await ReadingThread.Leave();
        await onTopicLogin!(client.ClientId, message, HasProved(client), Proved, cancellationToken).ConfigureAwait(false);
        return true;

        void Proved()
        {
            _proved[client] = true;
            _keyHolders[client.ClientId] = client;
        }
    }
}
