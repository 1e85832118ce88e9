using System.Net;

namespace Harness.Mqtt;

/// <summary>A broker in this process with the authenticator and hooks of its <see cref="MqttBrokerOptions"/>. Every implementation keeps the same contract suite.</summary>
public interface IMqttBroker : IAsyncDisposable
{
    /// <summary>Where it listens.</summary>
    IPEndPoint Endpoint { get; }

    /// <summary>ClientIds with a live connection.</summary>
    IReadOnlyCollection<string> ConnectedClients { get; }

    /// <summary>Whether it serves AUTH 0x19. One that cannot ends the connection of a client that asks.</summary>
    bool SupportsReauthentication { get; }

    /// <summary>Whether it asks <see cref="IBrokerHooks.JudgeAsync"/> and <see cref="IBrokerHooks.Outgoing"/>: without them no broker can open and re-seal payloads.</summary>
    bool AppliesPayloadHooks => false;

    /// <summary>Publishes as the broker itself: no hook but <see cref="IBrokerHooks.MayReceive"/> and <see cref="IBrokerHooks.Outgoing"/> is asked.</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="payload">Payload.</param>
    /// <param name="qos">QoS 0 or 1.</param>
    /// <param name="retain">Also keeps it for later subscribers; not with <paramref name="onlyToClient"/>.</param>
    /// <param name="onlyToClient">Sends it to this ClientId's session alone, whether it subscribed or not; without such a session it is dropped.</param>
    /// <param name="cancellationToken">Gives up before it starts.</param>
    Task PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, string? onlyToClient = null, CancellationToken cancellationToken = default);

    /// <summary>Ends a client's connection with DISCONNECT and this reason.</summary>
    /// <returns>False where the client is not connected.</returns>
    Task<bool> DisconnectClientAsync(string clientId, ReasonCode reason);
}

/// <summary>Starts a broker; what <see cref="MqttBroker.StartAsync"/> throws holds for every implementation.</summary>
public delegate Task<IMqttBroker> StartMqttBroker(MqttBrokerOptions options, CancellationToken cancellationToken);
