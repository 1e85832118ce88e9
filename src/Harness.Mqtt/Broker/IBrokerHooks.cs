namespace Harness.Mqtt.Broker;

/// <summary>The identity of a connection whose CONNECT succeeded.</summary>
/// <param name="ClientId">ClientId, given by the client or assigned.</param>
/// <param name="AuthenticationMethod">Method that it authenticated with, <see cref="PasswordLogin.Method"/> for a password; null = anonymous.</param>
/// <param name="Version">Protocol version.</param>
public sealed record ClientIdentity(string ClientId, string? AuthenticationMethod, MqttVersion Version);

/// <summary>A report that code around the broker (authenticator, hook) threw. The connection ended with 0x80 or the action was refused; the broker goes on.</summary>
/// <param name="ClientId">ClientId, where known.</param>
/// <param name="Remote">Address of the connection, where known.</param>
/// <param name="Where">The call that threw, as <c>Interface.Method</c>.</param>
/// <param name="Exception">The exception.</param>
public sealed record BrokerFault(string? ClientId, IPEndPoint? Remote, string Where, Exception Exception);

/// <summary>The decision on a message.</summary>
public readonly record struct PublishJudgement
{
    private PublishJudgement(ReasonCode reason, ReadOnlyMemory<byte>? payload) => (Reason, Payload) = (reason, payload);

    /// <summary>The reason for PUBACK with QoS 1; below 0x80 the message was accepted.</summary>
    public ReasonCode Reason { get; }

    /// <summary>The payload to route and retain; null = none.</summary>
    public ReadOnlyMemory<byte>? Payload { get; }

    /// <summary>The message is acknowledged, and neither routed nor retained.</summary>
    public static PublishJudgement AcknowledgeOnly { get; } = new(ReasonCode.Success, null);

    /// <summary>The message is routed and retained with this payload.</summary>
    public static PublishJudgement Route(ReadOnlyMemory<byte> payload) => new(ReasonCode.Success, payload);

    /// <summary>The message is neither routed nor retained; MQTT 3.1.1 has no negative PUBACK and acknowledges.</summary>
    /// <param name="reason">0x80 or above, one that PUBACK knows.</param>
    public static PublishJudgement Refuse(ReasonCode reason) => reason >= ReasonCode.UnspecifiedError
        ? new(reason, null)
        : throw new ArgumentOutOfRangeException(nameof(reason), reason, "a refusal has a reason of 0x80 or above");
}

/// <summary>Decisions and notifications of the broker. Called on connections' tasks, concurrently; the defaults allow everything.</summary>
/// <remarks>A hook that throws refuses: the action is not done, and <see cref="Faulted"/> is called. One that computes for long awaits <see cref="ReadingThread.Leave"/> first: the thread may be the
/// one that serves all connections.</remarks>
public interface IBrokerHooks
{
    /// <summary>Indicates that the client has proved its identity, at CONNECT or later. Asked after each message of a client that had not; from the first yes on the connection has
    /// the session proved under its name, and takes over the connection proved under its name.</summary>
    bool HasProved(ClientIdentity client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.AuthenticationMethod is not null;
    }

    /// <summary>Indicates that the client may publish on the topic; no = 0x87 with QoS 1, silence with QoS 0. Asked for wills too.</summary>
    bool MayPublish(ClientIdentity client, string topic) => true;

    /// <summary>Indicates that the client may subscribe; no = 0x87 in SUBACK. Of a shared subscription it is asked for the filter after the share name, and so is <see cref="Subscribed"/> told.</summary>
    bool MaySubscribe(ClientIdentity client, string filter) => true;

    /// <summary>Indicates that the client may receive a message on the topic, whatever filter it matched.</summary>
    bool MayReceive(ClientIdentity client, string topic) => true;

    /// <summary>Inspects each message that a client may publish; true = swallowed: acknowledged, neither routed nor retained.</summary>
    ValueTask<bool> InterceptAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Decides on each message that a client may publish. A broker with <see cref="IMqttBroker.AppliesPayloadHooks"/> calls this instead of
    /// <see cref="InterceptAsync"/>, which the default calls.</summary>
    async ValueTask<PublishJudgement> JudgeAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken) =>
        await InterceptAsync(client, message, cancellationToken).ConfigureAwait(false) ? PublishJudgement.AcknowledgeOnly : PublishJudgement.Route(message.Payload);

    /// <summary>Gets the payload for this one client, when the message is put on its connection, in the order of sending.</summary>
    /// <remarks>Also for retained messages and for one that is sent again on a new connection. Called under the session's lock: return soon, call nothing of the broker.</remarks>
    /// <returns>Null = not sent, and treated as delivered. A null array counts as an empty payload, as C# converts it.</returns>
    ReadOnlyMemory<byte>? Outgoing(ClientIdentity client, string topic, ReadOnlyMemory<byte> payload) => payload;

    /// <summary>Tells that CONNACK 0x00 is on its way. For one ClientId calls of this and of <see cref="Disconnected"/> alternate, except that a client
    /// without proof may come and go while one that proved the name later than at CONNECT is connected.</summary>
    void Connected(ClientIdentity client)
    {
    }

    /// <summary>Tells that a connection announced by <see cref="Connected"/> ended.</summary>
    void Disconnected(ClientIdentity client)
    {
    }

    /// <summary>Tells that a subscription was granted and SUBACK is on its way.</summary>
    void Subscribed(ClientIdentity client, string filter)
    {
    }

    /// <summary>Tells that the authenticator or another hook threw. Exceptions from here are swallowed.</summary>
    void Faulted(BrokerFault fault)
    {
    }

    /// <summary>Tells that the broker applied one of its bounds. May be called under a session's lock: return soon, call nothing of the broker.</summary>
    void LimitReached(BrokerLimitReached reached)
    {
    }
}
