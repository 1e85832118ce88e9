using Harness.Adversary.Capture;
using Harness.Mqtt.Codec;
using Harness.Mqtt.Packets;
using Harness.Mqtt.Proxy;

namespace Harness.Cli.Commands.Audit;

/// <summary>A tap before an audited broker that keeps what was said for a capture, without passwords and payloads.</summary>
internal sealed class AuditTap : IProxyPolicy, IAsyncDisposable
{
    /// <summary>The file's name beside the record.</summary>
    public const string FileName = "audit.pcapng";

    private const int MostBytes = 16 * 1024 * 1024;
    private readonly Lock _gate = new();
    private readonly List<CapturedBytes> _seen = [];
    private long _bytes;
    private MqttProxy _proxy = null!;

    private AuditTap()
    {
    }

    /// <summary>The address to connect to.</summary>
    public IPEndPoint Endpoint => _proxy.Endpoint;

    /// <summary>Opens a tap before a broker.</summary>
    public static async Task<AuditTap> OpenAsync(IPEndPoint broker, CancellationToken stop)
    {
        var tap = new AuditTap();
        tap._proxy = await MqttProxy.StartAsync(broker, tap, stop);
        return tap;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
    {
        var bytes = Cleaned(packet);
        lock (_gate)
        {
            if (_bytes < MostBytes)
            {
                _bytes += bytes.Length;
                _seen.Add(new CapturedBytes(packet.Connection, packet.Direction, DateTimeOffset.UtcNow, bytes));
            }
        }

        return new([ProxyAction.Forward(packet)]);
    }

    /// <summary>Writes the capture, where anything was seen.</summary>
    /// <param name="folder">The folder for it.</param>
    /// <returns>Its name; null where there is none.</returns>
    /// <exception cref="RecordException">It cannot be written.</exception>
    public string? Save(string folder)
    {
        lock (_gate)
        {
            if (_seen.Count == 0)
            {
                return null;
            }

            var path = Path.Combine(folder, FileName);
            try
            {
                PcapngFile.Save(path, _seen, "passwords and payloads are replaced by zeros of the same length");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw RecordException.CannotWrite(path, e);
            }

            return FileName;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    /// <summary>A packet's bytes without password and payloads; what does not decode is left out whole, as nobody knows what it holds.</summary>
    internal static ReadOnlyMemory<byte> Cleaned(ProxiedPacket packet) => packet.Packet switch
    {
        null => default,
        ConnectPacket connect => MqttCodec.Encode(
            connect with { Password = connect.Password is { } secret ? new byte[secret.Length] : null, Will = connect.Will is { } will ? will with { Payload = new byte[will.Payload.Length] } : null }, packet.Version),
        PublishPacket publish => MqttCodec.Encode(publish with { Payload = new byte[publish.Payload.Length] }, packet.Version),
        _ => packet.Raw.ToArray(),
    };
}
