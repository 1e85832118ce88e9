using System.Net;

namespace Harness.Mqtt;

/// <summary>Who a connection is, once its CONNECT succeeded.</summary>
/// <param name="ClientId">ClientId, given by the client or assigned.</param>
/// <param name="AuthenticationMethod">Method it authenticated with; null = anonymous.</param>
/// <param name="Version">Protocol version.</param>
public sealed record ClientIdentity(string ClientId, string? AuthenticationMethod, MqttVersion Version);

/// <summary>Code around the broker (authenticator, hook) that threw. The connection ended with 0x80 or the action was refused; the broker goes on.</summary>
/// <param name="ClientId">ClientId, where known.</param>
/// <param name="Remote">Where the connection comes from, where known.</param>
/// <param name="Where">The call that threw, as <c>Interface.Method</c>.</param>
/// <param name="Exception">What it threw.</param>
public sealed record BrokerFault(string? ClientId, IPEndPoint? Remote, string Where, Exception Exception);

/// <summary>What becomes of a message.</summary>
public readonly record struct PublishJudgement
{
    private PublishJudgement(ReasonCode reason, ReadOnlyMemory<byte>? payload) => (Reason, Payload) = (reason, payload);

    /// <summary>For PUBACK with QoS 1; below 0x80 the message was taken.</summary>
    public ReasonCode Reason { get; }

    /// <summary>What is routed and retained; null = nothing.</summary>
    public ReadOnlyMemory<byte>? Payload { get; }

    /// <summary>Acknowledged, neither routed nor retained.</summary>
    public static PublishJudgement Swallow { get; } = new(ReasonCode.Success, null);

    /// <summary>Routed and retained with this payload.</summary>
    public static PublishJudgement Route(ReadOnlyMemory<byte> payload) => new(ReasonCode.Success, payload);

    /// <summary>Neither routed nor retained; MQTT 3.1.1 has no negative PUBACK and acknowledges.</summary>
    /// <param name="reason">0x80 or above, one that PUBACK knows.</param>
    public static PublishJudgement Refuse(ReasonCode reason) => reason >= ReasonCode.UnspecifiedError
        ? new(reason, null)
        : throw new ArgumentOutOfRangeException(nameof(reason), reason, "a refusal has a reason of 0x80 or above");
}

/// <summary>Decisions and notifications of the broker. Called on connections' tasks, concurrently; the defaults allow everything.</summary>
/// <remarks>A hook that throws refuses: what it was asked about is not done, and <see cref="Faulted"/> is told.</remarks>
public interface IBrokerHooks
{
    /// <summary>Whether the client has proved who it is, at CONNECT or later. Asked after each message of one that had not; from yes on the connection has
    /// the session, and takes over the connection, that was proved under its name.</summary>
    bool HasProved(ClientIdentity client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.AuthenticationMethod is not null;
    }

    /// <summary>Whether the client may publish on the topic; no = 0x87 with QoS 1, silence with QoS 0. Wills are asked for too.</summary>
    bool MayPublish(ClientIdentity client, string topic) => true;

    /// <summary>Whether the client may subscribe; no = 0x87 in SUBACK.</summary>
    bool MaySubscribe(ClientIdentity client, string filter) => true;

    /// <summary>Whether the client may be sent a message on the topic, whatever filter it matched.</summary>
    bool MayReceive(ClientIdentity client, string topic) => true;

    /// <summary>Sees each message that a client may publish; true = swallowed: acknowledged, neither routed nor retained.</summary>
    ValueTask<bool> InterceptAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Judges each message that a client may publish. A broker that applies it (<see cref="IMqttBroker.AppliesPayloadHooks"/>) asks this instead of
    /// <see cref="InterceptAsync"/>, which the default asks.</summary>
    async ValueTask<PublishJudgement> JudgeAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken) =>
        await InterceptAsync(client, message, cancellationToken).ConfigureAwait(false) ? PublishJudgement.Swallow : PublishJudgement.Route(message.Payload);

    /// <summary>The payload as this one client gets it, asked when the message is put on its connection, in the order in which it is sent.</summary>
    /// <remarks>Also for retained messages and for one that is sent again on a new connection. Called under the session's lock: return soon, call nothing of the broker.</remarks>
    /// <returns>Null = not sent, as if it had been delivered. A null array is no null here but an empty payload: C# converts it.</returns>
    ReadOnlyMemory<byte>? Outgoing(ClientIdentity client, string topic, ReadOnlyMemory<byte> payload) => payload;

    /// <summary>CONNACK 0x00 is on its way. For one ClientId calls of this and of <see cref="Disconnected"/> alternate, but that one
    /// who proves nothing may come and go while one who proved the name later than at CONNECT is there.</summary>
    void Connected(ClientIdentity client)
    {
    }

    /// <summary>A connection that was announced by <see cref="Connected"/> ended.</summary>
    void Disconnected(ClientIdentity client)
    {
    }

    /// <summary>A subscription was granted and SUBACK is on its way.</summary>
    void Subscribed(ClientIdentity client, string filter)
    {
    }

    /// <summary>The authenticator or another hook threw. Exceptions from here are swallowed.</summary>
    void Faulted(BrokerFault fault)
    {
    }

    /// <summary>A bound of the broker had a consequence. May be called under a session's lock: return soon, call nothing of the broker.</summary>
    void LimitReached(BrokerLimitReached reached)
    {
    }
}
