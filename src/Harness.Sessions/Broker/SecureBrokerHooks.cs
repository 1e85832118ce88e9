using Harness.Mqtt;
using Harness.Sessions.Accounts;

namespace Harness.Sessions.Broker;

/// <summary>Who may do what: everything outside <c>aug/</c>; inside, a logged-in client its own topics alone.</summary>
internal sealed class SecureBrokerHooks(PaperRegistration? registration, Action<string> onKeySubscription, Action<BrokerFault> onFault) : IBrokerHooks
{
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

        // Only the broker speaks on the key topic, also to C itself: a replayed wrap would otherwise need no tap.
        return IsOwn(client, topic) && topic != PrivateTopics.Key(client.ClientId);
    }

    // A wider filter (#, +/...) is granted; what is private is kept back when it would be sent.
    public bool MaySubscribe(ClientIdentity client, string filter) => !PrivateTopics.IsPrivate(filter) || IsOwn(client, filter);

    public bool MayReceive(ClientIdentity client, string topic) => !PrivateTopics.IsPrivate(topic) || IsOwn(client, topic);

    public ValueTask<bool> InterceptAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken)
    {
        if (registration is null || message.Topic != PrivateTopics.Registration(client.ClientId))
        {
            return new(false);
        }

        registration.Take(client.ClientId, client.AuthenticationMethod is not null, message.Payload.Span);
        return new(true);
    }

    public void Subscribed(ClientIdentity client, string filter)
    {
        if (client.AuthenticationMethod is not null && PrivateTopics.Matches(filter, PrivateTopics.Key(client.ClientId)))
        {
            onKeySubscription(client.ClientId);
        }
    }

    public void Faulted(BrokerFault fault) => onFault(fault);

    private static bool IsOwn(ClientIdentity client, string topic) =>
        client.AuthenticationMethod is not null && PrivateTopics.IsOwn(client.ClientId, topic);
}
