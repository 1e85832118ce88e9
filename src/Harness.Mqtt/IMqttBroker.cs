using Harness.Mqtt.Broker;

namespace Harness.Mqtt;

/// <summary>A broker in this process with the authenticator and hooks of its <see cref="MqttBrokerOptions"/>. Every implementation passes the same contract tests.</summary>
public interface IMqttBroker : IAsyncDisposable
{
    /// <summary>The address and port that it listens on.</summary>
    IPEndPoint Endpoint { get; }

    /// <summary>The ClientIds with a live connection.</summary>
    IReadOnlyCollection<string> ConnectedClients { get; }

    /// <summary>True where it serves AUTH 0x19. A broker that does not ends the connection of a client that sends one.</summary>
    bool SupportsReauthentication { get; }

    /// <summary>True where it calls <see cref="IBrokerHooks.JudgeAsync"/> and <see cref="IBrokerHooks.Outgoing"/>, without which a broker cannot open and re-seal payloads.</summary>
    bool AppliesPayloadHooks => false;

    /// <summary>True for a program of its own, here or elsewhere: it asks neither authenticator nor hooks but for what arrives on the topics of logins and registrations, and does not tell who is connected.</summary>
    bool StandsAlone => false;

    /// <summary>The user under which a client comes that proves nothing by itself; null where it takes such clients without one.</summary>
    BrokerLogin? ClientLogin => null;

    /// <summary>True where it asks <see cref="MqttBrokerOptions.Passwords"/>.</summary>
    bool JudgesPasswords => false;

    /// <summary>Publishes as the broker itself: no hook but <see cref="IBrokerHooks.MayReceive"/> and <see cref="IBrokerHooks.Outgoing"/> is asked.</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="payload">Payload.</param>
    /// <param name="qos">QoS 0 or 1.</param>
    /// <param name="retain">Also keeps it for later subscribers; not with <paramref name="onlyToClient"/>.</param>
    /// <param name="onlyToClient">Sends it to this ClientId's session alone, whether it subscribed or not; without such a session it is dropped.</param>
    /// <param name="cancellationToken">Cancels before it starts.</param>
    Task PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, string? onlyToClient = null, CancellationToken cancellationToken = default);

    /// <summary>Ends a client's connection with DISCONNECT and this reason.</summary>
    /// <returns>False where the client is not connected.</returns>
    Task<bool> DisconnectClientAsync(string clientId, ReasonCode reason);
}

/// <summary>Starts a broker; every implementation throws the exceptions of <see cref="MqttBroker.StartAsync"/>.</summary>
public delegate Task<IMqttBroker> StartMqttBroker(MqttBrokerOptions options, CancellationToken cancellationToken);
