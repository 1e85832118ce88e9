using System.Collections.Concurrent;
using Harness.Mqtt;
using Harness.Sessions.Accounts;

namespace Harness.Sessions.Broker;

/// <summary>Takes a message of a login on topics.</summary>
/// <returns>True once the client has proved its password with it.</returns>
internal delegate ValueTask<bool> TopicLoginTaker(string client, ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

/// <summary>Who may do what: everything outside <c>aug/</c>; inside, a logged-in client its own topics alone, and a client by the name of C
/// the two topics on which C logs in.</summary>
/// <remarks>A login on topics counts for the connection that brought the proof: an anonymous client's name is anybody's.</remarks>
internal sealed class SecureBrokerHooks(
    PaperRegistration? registration, Action<string> onKeySubscription, Action<BrokerFault> onFault, TopicLoginTaker? onTopicLogin = null) : IBrokerHooks
{
    private readonly ConcurrentDictionary<ClientIdentity, bool> _proved = new(ReferenceEqualityComparer.Instance);

    public Action<string>? OnDisconnected { get; init; }

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

    // A wider filter (#, +/...) is granted; what is private is kept back when it would be sent.
    public bool MaySubscribe(ClientIdentity client, string filter) => MayReceive(client, filter);

    public bool MayReceive(ClientIdentity client, string topic) =>
        !PrivateTopics.IsPrivate(topic) || IsOwn(client, topic) || (onTopicLogin is not null && topic == PrivateTopics.LoginAnswer(client.ClientId));

    public ValueTask<bool> InterceptAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken)
    {
        if (onTopicLogin is not null && message.Topic == PrivateTopics.Login(client.ClientId))
        {
            return TakeLoginAsync(client, message.Payload, cancellationToken);
        }

        if (registration is null || message.Topic != PrivateTopics.Registration(client.ClientId))
        {
            return new(false);
        }

        registration.Take(client.ClientId, client.AuthenticationMethod is not null, message.Payload.Span);
        return new(true);
    }

    public void Subscribed(ClientIdentity client, string filter)
    {
        if (HasProved(client) && PrivateTopics.Matches(filter, PrivateTopics.Key(client.ClientId)))
        {
            onKeySubscription(client.ClientId);
        }
    }

    public void Faulted(BrokerFault fault) => onFault(fault);

    public void Disconnected(ClientIdentity client)
    {
        _proved.TryRemove(client, out _);
        OnDisconnected?.Invoke(client.ClientId);
    }

    private bool IsOwn(ClientIdentity client, string topic) => HasProved(client) && PrivateTopics.IsOwn(client.ClientId, topic);

    private bool HasProved(ClientIdentity client) => client.AuthenticationMethod is not null || _proved.ContainsKey(client);

    private async ValueTask<bool> TakeLoginAsync(ClientIdentity client, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (await onTopicLogin!(client.ClientId, message, cancellationToken).ConfigureAwait(false))
        {
            _proved[client] = true;
        }

        return true;
    }
}
