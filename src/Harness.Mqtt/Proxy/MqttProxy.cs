using System.Net;
namespace Harness.Mqtt;
/// <summary>x</summary>
public sealed class MqttProxy : IAsyncDisposable
{
    /// <summary>x</summary>
    public static Task<MqttProxy> StartAsync(IPEndPoint upstream, IProxyPolicy? policy = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public IPEndPoint Endpoint => throw new NotImplementedException();
    /// <summary>x</summary>
    public IProxyPolicy? Policy { get; set; }
    /// <summary>x</summary>
    public IReadOnlyList<CapturedBytes> Capture => throw new NotImplementedException();
    /// <summary>x</summary>
    public IReadOnlyList<Exception> Faults => throw new NotImplementedException();
    /// <summary>x</summary>
    public Task InjectAsync(int connection, Direction direction, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
