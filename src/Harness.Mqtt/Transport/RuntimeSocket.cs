namespace Harness.Mqtt.Transport;

/// <summary>A socket that the runtime's own threads wait for.</summary>
internal sealed class RuntimeSocket(Socket socket) : IPacketSocket
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    /// <inheritdoc/>
    public IPEndPoint? Remote => socket.RemoteEndPoint as IPEndPoint;

    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken) => socket.ReceiveAsync(into, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => socket.SendAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
