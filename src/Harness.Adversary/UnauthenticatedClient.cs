using System.Net.Sockets;

namespace Harness.Adversary;

/// <summary>Somebody with nothing but a socket: sends bytes to a broker and sees what comes back.</summary>
public static class UnauthenticatedClient
{
    /// <summary>Sends bytes, says that no more will come, and reads until the broker closes.</summary>
    /// <returns>Bytes that the broker sent before it closed.</returns>
    /// <exception cref="OperationCanceledException">The broker left the connection open until the wait ended.</exception>
    public static async Task<byte[]> SendAsync(IPEndPoint broker, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var socket = new Socket(broker.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(broker, cancellationToken).ConfigureAwait(false);
        var received = new MemoryStream();
        try
        {
            await socket.SendAsync(bytes, cancellationToken).ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            for (int read; (read = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                received.Write(buffer, 0, read);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted)
        {
            // A reset is a close as well: the broker did not read what it refused.
        }

        return received.ToArray();
    }

    /// <summary>Looks whether a broker takes a new connection: it answers a CONNECT, by whatever it says, or closes in order. A broker that crashed resets or does not answer.</summary>
    /// <param name="broker">The broker's address.</param>
    /// <param name="version">The version of the CONNECT.</param>
    /// <param name="limit">Longest time of the answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where it does; else what happened, in words.</returns>
    public static async Task<string?> NotTakenByAsync(IPEndPoint broker, MqttVersion version, TimeSpan limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(broker);
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        within.CancelAfter(limit);
        try
        {
            await ReplayAsync(broker, [MqttCodec.Encode(new ConnectPacket { Version = version, ClientId = "", CleanStart = true }, version)], version, within.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is MqttNotConnectedException or MqttProtocolException)
        {
            return null;
        }
        catch (SocketException e)
        {
            return $"it takes no new connection: {e.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it did not answer a new connection within {limit.TotalSeconds:0.#} s");
        }
    }

    /// <summary>Replays the client's half of a recorded login: CONNECT, then AUTH once the broker answered.</summary>
    /// <param name="broker">The broker's address.</param>
    /// <param name="packets">The recorded packets of the client, as bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The reason of the CONNACK or DISCONNECT with which the broker ended it.</returns>
    /// <exception cref="MqttNotConnectedException">The broker closed without a reason.</exception>
    public static Task<ReasonCode> ReplayAsync(IPEndPoint broker, IReadOnlyList<ReadOnlyMemory<byte>> packets, CancellationToken cancellationToken) =>
        ReplayAsync(broker, packets, MqttVersion.V5, cancellationToken);

    /// <summary>Replays the client's half of a recorded login of any version.</summary>
    /// <param name="broker">The broker's address.</param>
    /// <param name="packets">The recorded packets of the client, as bytes.</param>
    /// <param name="version">The version of the recorded CONNECT.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The reason of the CONNACK or DISCONNECT with which the broker ended it.</returns>
    /// <exception cref="MqttNotConnectedException">The broker closed without a reason.</exception>
    public static async Task<ReasonCode> ReplayAsync(IPEndPoint broker, IReadOnlyList<ReadOnlyMemory<byte>> packets, MqttVersion version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(packets);
        using var socket = new Socket(broker.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(broker, cancellationToken).ConfigureAwait(false);
        var received = new List<byte>();
        var buffer = new byte[4096];
        foreach (var packet in packets)
        {
            await socket.SendAsync(packet, cancellationToken).ConfigureAwait(false);
            MqttPacket? answer;
            int consumed;
            while (!MqttCodec.TryDecode([.. received], version, MqttLimits.Default, out answer, out consumed))
            {
                var read = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new MqttNotConnectedException("the broker closed without a reason");
                }

                received.AddRange(buffer.AsSpan(0, read));
            }

            received.RemoveRange(0, consumed);
            switch (answer)
            {
                case ConnAckPacket connack:
                    return connack.Reason;
                case DisconnectPacket disconnect:
                    return disconnect.Reason;
                default:
                    break;
            }
        }

        throw new MqttNotConnectedException("the broker asked for more than was recorded");
    }
}
