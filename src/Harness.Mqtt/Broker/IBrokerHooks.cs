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

/// <summary>Decisions and notifications of the broker. Called on connections' tasks, concurrently; the defaults allow everything.</summary>
/// <remarks>A hook that throws refuses: what it was asked about is not done, and <see cref="Faulted"/> is told.</remarks>
public interface IBrokerHooks
{
    /// <summary>Whether the client may publish on the topic; no = 0x87 with QoS 1, silence with QoS 0. Wills are asked for too.</summary>
    bool MayPublish(ClientIdentity client, string topic) => true;

    /// <summary>Whether the client may subscribe; no = 0x87 in SUBACK.</summary>
    bool MaySubscribe(ClientIdentity client, string filter) => true;

    /// <summary>Whether the client may be sent a message on the topic, whatever filter it matched.</summary>
    bool MayReceive(ClientIdentity client, string topic) => true;

    /// <summary>Sees each message that a client may publish; true = swallowed: acknowledged, neither routed nor retained.</summary>
    ValueTask<bool> InterceptAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>CONNACK 0x00 is on its way. For one ClientId calls of this and of <see cref="Disconnected"/> alternate.</summary>
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
}
