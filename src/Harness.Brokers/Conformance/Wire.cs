using System.Net.Security;

namespace Harness.Brokers.Conformance;

/// <summary>The harness's end of a connection to the party under test: bytes and packets out, bytes in.</summary>
/// <param name="socket">The connection.</param>
/// <param name="tls">TLS over it; null where there is none.</param>
/// <param name="stop">Ends every wait.</param>
internal abstract class Wire(Socket socket, SslStream? tls, CancellationToken stop) : IDisposable
{
    private readonly byte[] _buffer = new byte[8192];

    /// <summary>True once the other side ended the connection.</summary>
    public bool Ended { get; private set; }

    /// <summary>The version that packets are written in.</summary>
    public abstract MqttVersion Version { get; }

    /// <summary>Bytes that came and are no packet yet.</summary>
    protected List<byte> Received { get; } = [];

    public virtual Task SendAsync(params MqttPacket[] packets) => SendAsync([.. packets.SelectMany(p => MqttCodec.Encode(p, Version))]);

    /// <summary>Sends bytes; those that find the connection ended are dropped, as its end is what is asked for.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            if (tls is not null)
            {
                await tls.WriteAsync(bytes, stop).ConfigureAwait(false);
                return;
            }

            for (ReadOnlyMemory<byte> rest = bytes; !rest.IsEmpty;)
            {
                rest = rest[await socket.SendAsync(rest, stop).ConfigureAwait(false)..];
            }
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            Ended = true;
        }
    }

    /// <summary>Sends bytes given as hex, blanks allowed.</summary>
    public Task SendHexAsync(string hex) => SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

    public void Dispose()
    {
        tls?.Dispose();
        socket.Dispose();
    }

    /// <summary>Takes what comes next, or the end.</summary>
    /// <returns>False where nothing came in time.</returns>
    protected async Task<bool> ReceiveAsync(CancellationToken limit)
    {
        try
        {
            var count = await (tls?.ReadAsync(_buffer, limit) ?? socket.ReceiveAsync(_buffer, limit)).ConfigureAwait(false);
            Ended = count == 0;
            Received.AddRange(_buffer.AsSpan(0, count));
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            Ended = true;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }

        return true;
    }
}

/// <summary>Something that had to come first did not come, so that a statement cannot be decided.</summary>
internal class NothingSeenException(string message) : Exception(message);

/// <summary>There is no connection.</summary>
internal sealed class NoConnectionException(string message) : NothingSeenException(message);

/// <summary>The broker sent nothing in time.</summary>
internal sealed class SilenceException(string message) : NothingSeenException(message);
