using System.Threading.Channels;
namespace Harness.Mqtt;
/// <summary>x</summary>
public sealed class MqttClient : IAsyncDisposable
{
    /// <summary>x</summary>
    public static Task<MqttClient> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public string? AssignedClientId => throw new NotImplementedException();
    /// <summary>x</summary>
    public bool SessionPresent => throw new NotImplementedException();
    /// <summary>x</summary>
    public ChannelReader<MqttMessage> Messages => throw new NotImplementedException();
    /// <summary>x</summary>
    public Task<ReasonCode> Closed => throw new NotImplementedException();
    /// <summary>x</summary>
    public Task<ReasonCode> PublishAsync(string topic, ReadOnlyMemory<byte> payload, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public Task<ReasonCode> SubscribeAsync(string filter, QualityOfService qos = QualityOfService.AtLeastOnce, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public Task<ReasonCode> UnsubscribeAsync(string filter, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public Task ReauthenticateAsync(IEnhancedAuthenticationClient authentication, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public Task DisconnectAsync(ReasonCode reason = ReasonCode.Success, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
