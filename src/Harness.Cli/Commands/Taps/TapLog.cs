using Harness.Mqtt.Packets;
using Harness.Mqtt.Proxy;

namespace Harness.Cli.Commands.Taps;

/// <summary>Tells a tap's connections line by line, passes every packet to the attacker behind it, and counts. No password and no payload is in a line.</summary>
/// <param name="log">Takes the lines; never waits.</param>
/// <param name="behind">Decides on each packet.</param>
internal sealed class TapLog(Action<string> log, IProxyPolicy behind) : IProxyPolicy
{
    private readonly ConcurrentDictionary<int, int> _packets = new();
    private long _toBroker;
    private long _toClient;

    /// <summary>Packets to the broker that entered.</summary>
    public long ToBroker => Interlocked.Read(ref _toBroker);

    /// <summary>Packets to clients that entered.</summary>
    public long ToClient => Interlocked.Read(ref _toClient);

    /// <summary>Connections on which something was said.</summary>
    public int Connections { get; private set; }

    /// <summary>Connections that are open and said something.</summary>
    public int Open => _packets.Count;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
    {
        if (packet.Direction == PacketDirection.ToBroker)
        {
            Interlocked.Increment(ref _toBroker);
        }
        else
        {
            Interlocked.Increment(ref _toClient);
        }

        if (_packets.AddOrUpdate(packet.Connection, 1, (_, count) => count + 1) == 1)
        {
            lock (_packets)
            {
                Connections++;
            }
        }

        var said = packet.Packet switch
        {
            ConnectPacket c => $"{ForeignText.Quote(c.ClientId)} logs in by {(c.Version == MqttVersion.V5 ? "MQTT 5" : "MQTT 3.1.1")}{(c.AuthenticationMethod is { } m ? $", method {ForeignText.Quote(m)}" : "")}"
                + $"{(c.UserName is { } u ? $", user {ForeignText.Quote(u)}" : "")}{(c.Password is null ? "" : ", with a password")}",
            ConnAckPacket { Reason: ReasonCode.Success } => "is let in",
            ConnAckPacket c => $"is refused with 0x{(byte)c.Reason:x2}",
            DisconnectPacket d => $"{(packet.Direction == PacketDirection.ToBroker ? "leaves" : "is sent away")} with 0x{(byte)d.Reason:x2}",
            _ => null,
        };
        if (said is not null)
        {
            Write(packet.Connection, said);
        }

        return behind.OnPacketAsync(packet, cancellationToken);
    }

    /// <summary>Tells that a connection ended, and the side that ended it.</summary>
    public void End(ConnectionEnd end)
    {
        if (_packets.TryRemove(end.Connection, out var packets))
        {
            Write(end.Connection, $"ended after {packets:N0} packets, by the {end.By switch { ConnectionSide.Client => "device", ConnectionSide.Broker => "broker", _ => "tap" }}");
        }
    }

    /// <summary>Tells something of no connection.</summary>
    public void Tell(string text) => log($"{DateTime.UtcNow.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {text}");

    private void Write(int connection, string said) => Tell($"connection {connection} {said}");
}
