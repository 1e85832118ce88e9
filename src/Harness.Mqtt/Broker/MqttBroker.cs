using System.Net;
namespace Harness.Mqtt;
/// <summary>x</summary>
public sealed class MqttBroker : IAsyncDisposable
{
    /// <summary>x</summary>
    public static Task<MqttBroker> StartAsync(MqttBrokerOptions options, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public IPEndPoint Endpoint => throw new NotImplementedException();
    /// <summary>x</summary>
    public IReadOnlyCollection<string> ConnectedClients => throw new NotImplementedException();
    /// <summary>x</summary>
    public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, string? onlyToClient = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public Task<bool> DisconnectClientAsync(string clientId, ReasonCode reason) => throw new NotImplementedException();
    /// <summary>x</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
