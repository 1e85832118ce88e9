using System.Threading.Channels;

namespace Harness.Mqtt;

/// <summary>A client logged in at a broker, over one connection that does not come back. Every implementation keeps the same contract suite.</summary>
/// <remarks>Members are thread-safe. A call on an ended connection throws <see cref="MqttNotConnectedException"/>.</remarks>
public interface IMqttClient : IAsyncDisposable
{
    /// <summary>ClientId the broker assigned; null where the client brought its own.</summary>
    string? AssignedClientId { get; }

    /// <summary>Messages in the order they came; completes when the connection ended.</summary>
    ChannelReader<MqttMessage> Messages { get; }

    /// <summary>Completes, never fails, when the connection ended: with the reason of the peer's DISCONNECT or of <see cref="DisconnectAsync"/>, else UnspecifiedError.</summary>
    Task<ReasonCode> Closed { get; }

    /// <summary>Publishes; with QoS 1 waits for PUBACK.</summary>
    /// <returns>Reason of PUBACK, which may be a refusal; success with QoS 0.</returns>
    /// <exception cref="MqttTimedOutException">No PUBACK in time.</exception>
    Task<ReasonCode> PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, CancellationToken cancellationToken = default);

    /// <summary>Subscribes to one filter and waits for SUBACK.</summary>
    /// <returns>Granted QoS (0x00, 0x01) or the refusal (0x80 and above).</returns>
    /// <exception cref="MqttTimedOutException">No SUBACK in time.</exception>
    Task<ReasonCode> SubscribeAsync(string filter, QualityOfService qos = QualityOfService.AtLeastOnce, CancellationToken cancellationToken = default);

    /// <summary>Unsubscribes and waits for UNSUBACK.</summary>
    /// <returns>0x00, 0x11 where there was no such subscription, or a refusal.</returns>
    /// <exception cref="MqttTimedOutException">No UNSUBACK in time.</exception>
    Task<ReasonCode> UnsubscribeAsync(string filter, CancellationToken cancellationToken = default);

    /// <summary>Authenticates again on this connection (AUTH 0x19, section 4.12.1). Where it fails the connection has ended.</summary>
    /// <exception cref="MqttRefusedException">The broker answered with DISCONNECT.</exception>
    /// <exception cref="MqttTimedOutException">No answer in time.</exception>
    Task ReauthenticateAsync(IEnhancedAuthenticationClient authentication, CancellationToken cancellationToken = default);

    /// <summary>Says DISCONNECT and ends the connection. On an ended one it does nothing.</summary>
    Task DisconnectAsync(ReasonCode reason = ReasonCode.Success, CancellationToken cancellationToken = default);
}

/// <summary>Connects and logs in; what <see cref="MqttClient.ConnectAsync"/> throws holds for every implementation.</summary>
public delegate Task<IMqttClient> ConnectMqttClient(MqttClientOptions options, CancellationToken cancellationToken);
