using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Server.EnhancedAuthentication;

namespace Harness.Brokers;

/// <content>MQTTnet's events, translated to the calls of the authenticator and the hooks.</content>
public sealed partial class MqttNetBroker
{
    /// <summary>Handles a CONNECT. AUTH goes back and forth inside this event; CONNACK follows it.</summary>
    private async Task ValidateAsync(ValidatingConnectionEventArgs connect)
    {
        if (_accepted.Count >= _options.MaximumConnections)
        {
            connect.ReasonCode = MqttConnectReasonCode.ServerBusy;
            return;
        }

        if (connect.AuthenticationMethod is { } method)
        {
            await AuthenticateAsync(connect, method).ConfigureAwait(false);
        }
        else if (!_options.AllowAnonymous)
        {
            connect.ReasonCode = MqttConnectReasonCode.NotAuthorized;
        }
        else if (connect.ProtocolVersion is MqttProtocolVersion.V500 or MqttProtocolVersion.V311)
        {
            Accept(connect, null);
        }
        else
        {
            connect.ReasonCode = MqttConnectReasonCode.UnsupportedProtocolVersion;
        }
    }

    private async Task AuthenticateAsync(ValidatingConnectionEventArgs connect, string method)
    {
        var request = new AuthenticationRequest(connect.ClientId ?? "", method, IsReauthentication: false, connect.RemoteEndPoint as IPEndPoint);
        var exchange = BrokerExchange.Begin(_options.Authenticator, request, _hooks, out var refusal);
        if (exchange is null)
        {
            connect.ReasonCode = (MqttConnectReasonCode)(int)refusal;
            return;
        }

        var accepted = false;
        using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, connect.CancellationToken);
        try
        {
            var data = connect.AuthenticationData ?? [];
            while (true)
            {
                var step = await exchange.NextAsync(data, either.Token).ConfigureAwait(false);
                if (step.Reason == ReasonCode.ContinueAuthentication)
                {
                    var answer = await connect.ExchangeEnhancedAuthenticationAsync(
                        new ExchangeEnhancedAuthenticationOptions { AuthenticationData = step.Data }, either.Token).ConfigureAwait(false);
                    if (answer.AuthenticationData is null)
                    {
                        // Either DISCONNECT, or AUTH without data: MQTTnet does not say which.
                        connect.ReasonCode = (MqttConnectReasonCode)(int)ReasonCode.ProtocolError;
                        return;
                    }

                    data = answer.AuthenticationData;
                    continue;
                }

                accepted = step.Reason == ReasonCode.Success;
                if (accepted)
                {
                    connect.ResponseAuthenticationData = step.Data;
                    Accept(connect, exchange);
                }
                else
                {
                    var reason = ReasonCodes.IsValidRefusal(PacketType.ConnAck, step.Reason) ? step.Reason : ReasonCode.UnspecifiedError;
                    connect.ReasonCode = (MqttConnectReasonCode)(int)reason;
                }

                return;
            }
        }
        finally
        {
            if (!accepted)
            {
                exchange.Dispose();
            }
        }
    }

    private void Accept(ValidatingConnectionEventArgs connect, BrokerExchange? exchange)
    {
        var clientId = connect.ClientId;
        if (string.IsNullOrEmpty(clientId) && connect.ProtocolVersion == MqttProtocolVersion.V500)
        {
            clientId = connect.AssignedClientIdentifier = "auto-" + Guid.NewGuid().ToString("N");
        }

        var version = connect.ProtocolVersion == MqttProtocolVersion.V500 ? MqttVersion.V5 : MqttVersion.V311;
        var connection = new Connection(new ClientIdentity(clientId ?? "", exchange?.Method, version), exchange);

        // An address and port belong to one connection at a time; a connection whose CONNACK could not be sent leaves its entry to the next.
        if (_accepted.TryRemove(connect.RemoteEndPoint, out var stale))
        {
            stale.Dispose();
        }

        _accepted[connect.RemoteEndPoint] = connection;
    }

    /// <summary>Handles a sent CONNACK 0x00; nothing of this client is served before this returns.</summary>
    private async Task ConnectedAsync(ClientConnectedEventArgs connected)
    {
        if (!_accepted.TryGetValue(connected.RemoteEndPoint, out var connection))
        {
            return;
        }

        _live[connection.Identity.ClientId] = connection;
        var complete = connection.Complete();
        _hooks.Connected(connection.Identity);
        if (!complete)
        {
            await DisconnectClientAsync(connection.Identity.ClientId, ReasonCode.UnspecifiedError).ConfigureAwait(false);
        }
    }

    private Task DisconnectedAsync(ClientDisconnectedEventArgs disconnected)
    {
        if (_accepted.TryRemove(disconnected.RemoteEndPoint, out var connection))
        {
            connection.Dispose();
            if (_live.TryRemove(KeyValuePair.Create(connection.Identity.ClientId, connection)))
            {
                _hooks.Disconnected(connection.Identity);
            }
        }

        return Task.CompletedTask;
    }

    private async Task PublishingAsync(InterceptingPublishEventArgs publish)
    {
        if (ReferenceEquals(publish.SessionItems, _server.ServerSessionItems))
        {
            return; // the broker itself
        }

        if (!_live.TryGetValue(publish.ClientId, out var client) || !_hooks.MayPublish(client.Identity, publish.ApplicationMessage.Topic))
        {
            publish.ProcessPublish = false;
            publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            return;
        }

        var message = MqttNetMessages.Message(publish.ApplicationMessage);
        var judgement = await _hooks.JudgeAsync(client.Identity, message, publish.CancellationToken).ConfigureAwait(false);
        if (judgement.Payload is { } payload)
        {
            publish.ApplicationMessage.Payload = new ReadOnlySequence<byte>(payload);
        }
        else
        {
            publish.ProcessPublish = false;
            publish.Response.ReasonCode = (MqttPubAckReasonCode)(int)judgement.Reason;
        }
    }

    /// <summary>Handles each packet as it is put on a connection. A PUBLISH is replaced, not changed: its session keeps the original until PUBACK, and one that is sent
    /// again is made again.</summary>
    private Task SendingAsync(InterceptingPacketEventArgs sending)
    {
        if (sending.Packet is MqttPublishPacket publish)
        {
            // By address, not by name: a client whose connection was taken over may still send.
            var outgoing = _accepted.TryGetValue(sending.RemoteEndPoint, out var client)
                ? _hooks.Outgoing(client.Identity, publish.Topic, publish.Payload.ToArray())
                : null;
            sending.ProcessPacket = outgoing is not null;
            sending.Packet = outgoing is { } payload ? MqttNetMessages.With(publish, payload) : publish;
        }

        return Task.CompletedTask;
    }

    private Task SubscribingAsync(InterceptingSubscriptionEventArgs subscribe)
    {
        var filter = subscribe.TopicFilter.Topic;
        if (!TopicFilter.IsValid(filter) && !TopicFilter.IsShared(filter))
        {
            Refuse(MqttSubscribeReasonCode.TopicFilterInvalid);
        }
        else if (!_live.TryGetValue(subscribe.ClientId, out var client) || !_hooks.MaySubscribe(client.Identity, filter))
        {
            Refuse(MqttSubscribeReasonCode.NotAuthorized);
        }

        return Task.CompletedTask;

        void Refuse(MqttSubscribeReasonCode reason)
        {
            subscribe.ProcessSubscription = false;
            subscribe.Response.ReasonCode = reason;
        }
    }

    private Task SubscribedAsync(ClientSubscribedTopicEventArgs subscribed)
    {
        if (_live.TryGetValue(subscribed.ClientId, out var client))
        {
            _hooks.Subscribed(client.Identity, subscribed.TopicFilter.Topic);
        }

        return Task.CompletedTask;
    }

    private Task EnqueueingAsync(InterceptingClientApplicationMessageEnqueueEventArgs enqueue)
    {
        // The identity of a session whose client is away is unknown: messages that hooks guard are not kept for it.
        enqueue.AcceptEnqueue = _options.Hooks is null
            || (_live.TryGetValue(enqueue.ReceiverClientId, out var client) && _hooks.MayReceive(client.Identity, enqueue.ApplicationMessage.Topic));
        return Task.CompletedTask;
    }
}
