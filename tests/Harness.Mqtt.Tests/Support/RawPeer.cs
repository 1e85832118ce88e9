namespace Harness.Mqtt.Tests.Support;

/// <summary>The other end of a connection as plain bytes. Every wait ends after ten seconds.</summary>
internal sealed class RawPeer : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly Socket _socket;

    private RawPeer(Socket socket) => _socket = socket;

    public static async Task<RawPeer> ConnectAsync(IPEndPoint to)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(to);
        return new RawPeer(socket);
    }

    public static async Task<RawPeer> AcceptAsync(TcpListener listener)
    {
        using var patience = new CancellationTokenSource(Timeout);
        return new RawPeer(await listener.AcceptSocketAsync(patience.Token));
    }

    public async Task SendAsync(string hex) => await SendAsync(Hex(hex));

    public async Task SendAsync(byte[] bytes) => await _socket.SendAsync(bytes);

    public async Task SendAsync(MqttPacket packet, MqttVersion version = MqttVersion.V5) => await SendAsync(MqttCodec.Encode(packet, version));

    /// <summary>Checks that exactly the given bytes (hex) come next.</summary>
    public async Task ExpectAsync(string hex)
    {
        var expected = Hex(hex);
        var seen = await ReadAsync(expected.Length);
        Assert.That(Convert.ToHexString(seen), Is.EqualTo(Convert.ToHexString(expected)));
    }

    public async Task<MqttPacket> ReceiveAsync(MqttVersion version = MqttVersion.V5)
    {
        var bytes = new List<byte>();
        while (true)
        {
            if (MqttCodec.TryDecode(bytes.ToArray(), version, MqttLimits.Default, out var packet, out _))
            {
                return packet!;
            }

            var next = await ReadAsync(1);
            Assert.That(next, Is.Not.Empty, "the connection ended where a packet was expected");
            bytes.AddRange(next);
        }
    }

    /// <summary>Checks that the peer ends its side without further bytes.</summary>
    public async Task ExpectEndAsync()
    {
        try
        {
            Assert.That(Convert.ToHexString(await ReadAsync(64)), Is.Empty);
        }
        catch (SocketException)
        {
            // A reset is also an end.
        }
    }

    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    public int Available => _socket.Available;

    public void Dispose() => _socket.Dispose();

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private async Task<byte[]> ReadAsync(int count)
    {
        using var patience = new CancellationTokenSource(Timeout);
        var buffer = new byte[count];
        var have = 0;
        while (have < count)
        {
            var n = await _socket.ReceiveAsync(buffer.AsMemory(have), patience.Token);
            if (n == 0)
            {
                break;
            }

            have += n;
        }

        return buffer[..have];
    }
}
