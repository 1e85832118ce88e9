namespace Harness.Mqtt.Transport;

/// <summary>A connected TCP socket as packets are read from it and written to it.</summary>
internal interface IPacketSocket : IDisposable
{
    /// <summary>The peer's address; null where it is gone already.</summary>
    IPEndPoint? Remote { get; }

    /// <summary>Reads what is there, or waits for it; 0 where the peer ended its side. One reader at a time.</summary>
    /// <exception cref="SocketException">The connection is gone.</exception>
    /// <exception cref="ObjectDisposedException">This side closed it.</exception>
    ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken);

    /// <summary>Writes as much as the socket takes, at least one byte. One writer at a time.</summary>
    /// <inheritdoc cref="ReceiveAsync" path="/exception"/>
    ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Ends this side: the peer reads to the end of what was written.</summary>
    /// <inheritdoc cref="ReceiveAsync" path="/exception"/>
    void EndSending();
}
