using System.Buffers.Binary;

namespace Harness.Sessions.Tests.Foreign;

/// <summary>MQTT 5 and 3.1.1 packets by hand on a socket, from the OASIS specifications.</summary>
internal sealed class RawMqtt : IDisposable
{
    private readonly TcpClient _tcp = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(20));

    public static async Task<RawMqtt> OpenAsync(IPEndPoint endpoint)
    {
        var raw = new RawMqtt();
        await raw._tcp.ConnectAsync(endpoint, raw._limit.Token);
        return raw;
    }

    public Task ConnectAsync(string client, string? method, byte[]? data) => SendAsync(0x10,
        [0, 4, .. "MQTT"u8, 5, 2, 0, 0, .. Properties(method, data), .. Text(client)]);

    public Task AuthAsync(byte reason, string? method, byte[]? data) => SendAsync(0xF0, [reason, .. Properties(method, data)]);

    public Task SubscribeAsync(string filter) => SendAsync(0x82, [0, 1, 0, .. Text(filter), 1]);

    /// <summary>MQTT 3.1.1: CONNECT with a clean session, and its CONNACK.</summary>
    public async Task<byte> Connect311Async(string client)
    {
        await SendAsync(0x10, [0, 4, .. "MQTT"u8, 4, 2, 0, 0, .. Text(client)]);
        return (await ReadAsync())!.Value.Body[1];
    }

    /// <summary>MQTT 3.1.1: SUBSCRIBE at QoS 1, and the byte of its SUBACK.</summary>
    public async Task<byte> Subscribe311Async(string filter)
    {
        await SendAsync(0x82, [0, 1, .. Text(filter), 1]);
        return (await ReadAsync())!.Value.Body[2];
    }

    /// <summary>MQTT 3.1.1: PUBLISH at QoS 1.</summary>
    public Task Publish311Async(string topic, byte[] payload, bool retain = false) =>
        SendAsync((byte)(retain ? 0x33 : 0x32), [.. Text(topic), 0, 7, .. payload]);

    /// <summary>MQTT 3.1.1: the next PUBLISH, acknowledged; what is no PUBLISH is passed over. Null where the broker closed.</summary>
    public async Task<(byte First, string Topic, byte[] Payload)?> ReadPublish311Async()
    {
        while (await ReadAsync() is { } packet)
        {
            if (packet.First >> 4 == 3)
            {
                var topic = 2 + BinaryPrimitives.ReadUInt16BigEndian(packet.Body);
                var identified = (packet.First & 6) != 0 ? 2 : 0;
                if (identified > 0)
                {
                    await SendAsync(0x40, packet.Body[topic..(topic + 2)]);
                }

                return (packet.First, Encoding.UTF8.GetString(packet.Body[2..topic]), packet.Body[(topic + identified)..]);
            }
        }

        return null;
    }

    public async Task SendAsync(byte type, byte[] body)
    {
        var length = new List<byte>();
        var rest = body.Length;
        do
        {
            length.Add((byte)(rest % 128 | (rest >= 128 ? 128 : 0)));
            rest /= 128;
        }
        while (rest > 0);
        await _tcp.GetStream().WriteAsync((byte[])[type, .. length, .. body], _limit.Token);
    }

    /// <summary>The next packet: its first byte and body; null where the broker closed.</summary>
    public async Task<(byte First, byte[] Body)?> ReadAsync()
    {
        var one = new byte[1];
        try
        {
            if (await _tcp.GetStream().ReadAsync(one, _limit.Token) == 0)
            {
                return null;
            }

            var first = one[0];
            var (length, shift) = (0, 0);
            do
            {
                await _tcp.GetStream().ReadExactlyAsync(one, _limit.Token);
                length |= (one[0] & 127) << shift;
                shift += 7;
            }
            while (one[0] >= 128);
            var body = new byte[length];
            await _tcp.GetStream().ReadExactlyAsync(body, _limit.Token);
            return (first, body);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return null;
        }
    }

    /// <summary>AUTH or CONNACK: reason, and the two authentication properties with the ids of all others.</summary>
    public static (byte Reason, string? Method, byte[]? Data, List<byte> Others) Read((byte First, byte[] Body) packet)
    {
        var at = packet.First == 0x20 ? 1 : 0;
        var reason = packet.Body[at++];
        var (method, data, others) = ((string?)null, (byte[]?)null, new List<byte>());
        var end = at < packet.Body.Length ? at + 1 + packet.Body[at] : at;
        if (at < packet.Body.Length && packet.Body[at] >= 128)
        {
            end = at + 2 + (packet.Body[at] & 127) + (packet.Body[at + 1] << 7);
            at++;
        }

        at++;
        while (at < end)
        {
            var id = packet.Body[at++];
            var length = id switch
            {
                0x11 or 0x27 => 4,
                0x13 or 0x21 or 0x22 => 2,
                0x24 or 0x25 or 0x28 or 0x29 or 0x2A => 1,
                _ => 2 + BinaryPrimitives.ReadUInt16BigEndian(packet.Body.AsSpan(at)),
            };
            var value = packet.Body[at..(at + length)];
            at += length;
            switch (id)
            {
                case 0x15:
                    method = Encoding.UTF8.GetString(value[2..]);
                    break;
                case 0x16:
                    data = value[2..];
                    break;
                default:
                    others.Add(id);
                    break;
            }
        }

        return (reason, method, data, others);
    }

    public void Dispose()
    {
        _tcp.Dispose();
        _limit.Dispose();
    }

    private static byte[] Properties(string? method, byte[]? data)
    {
        byte[] properties = [.. method is null ? [] : (byte[])[0x15, .. Text(method)], .. data is null ? [] : (byte[])[0x16, (byte)(data.Length >> 8), (byte)data.Length, .. data]];
        return properties.Length < 128
            ? [(byte)properties.Length, .. properties]
            : [(byte)(properties.Length % 128 | 128), (byte)(properties.Length / 128), .. properties];
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
