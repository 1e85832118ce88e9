namespace Harness.Mqtt.Tests.Proxy;

/// <summary>
/// Connections through a tap end as without it: with the same bytes, and as soon. Nothing follows a refused packet, so a tap that held it back would
/// never end.
/// </summary>
[CancelAfter(30_000)]
public sealed class SameEndTests
{
    private const string Connect = "10 0E 0004 4D515454 05 02 0000 00 0001 63";
    private const string Connect311 = "10 0D 0004 4D515454 04 02 0000 0001 63";

    // Too large, from the fixed header alone
    [TestCase("10 FF FF 7F", TestName = "A CONNECT above the limit")]
    [TestCase(Connect + "30 FF FF 7F", TestName = "A PUBLISH above the limit")]
    [TestCase(Connect + "30 FE FF 03", TestName = "A PUBLISH one byte above the limit")]
    [TestCase(Connect + "30 FE FF 03 0001 61", TestName = "A PUBLISH above the limit, begun")]
    [TestCase(Connect + "C0 00 82 FF FF FF 7F", TestName = "The largest SUBSCRIBE, after a PINGREQ")]
    [TestCase(Connect311 + "30 FF FF 7F", TestName = "A PUBLISH above the limit in 3.1.1")]

    // Refused after the bytes that came, though more are announced
    [TestCase("00", TestName = "A reserved type")]
    [TestCase(Connect + "C1", TestName = "Flags that cannot be")]
    [TestCase(Connect + "C0 80 00", TestName = "A length longer than needed")]
    [TestCase(Connect + "30 FF FF FF FF", TestName = "A length of more than four bytes")]
    [TestCase(Connect311 + "F0", TestName = "AUTH in 3.1.1")]
    [TestCase("47", TestName = "The first letter of HTTP")]

    // Refused after the whole packet
    [TestCase("C0 00", TestName = "PINGREQ first")]
    [TestCase("10 0F 0006 4D5149736470 03 02 0000 0001 63", TestName = "MQTT 3.1")]
    [TestCase("10 0D 0004 4D515454 06 02 0000 00 0000", TestName = "Level 6")]
    [TestCase(Connect + Connect, TestName = "A second CONNECT")]
    [TestCase(Connect + "C0 01 00", TestName = "A malformed packet")]
    [TestCase(Connect + "82 03 0001 00", TestName = "SUBSCRIBE without a filter")]
    [TestCase(Connect + "A2 03 0001 00", TestName = "UNSUBSCRIBE without a filter")]
    [TestCase(Connect + "34 06 0001 61 0001 00 E0 00", TestName = "QoS 2 that is never released")]
    [TestCase(Connect + "30 07 0001 61 03 23 0011", TestName = "A topic alias above the highest")]
    [TestCase(Connect + "E0 07 00 05 11 00000001", TestName = "A session expiry that CONNECT had not")]
    [TestCase(Connect + "E0 00", TestName = "A polite end")]
    public async Task Logins_through_a_passive_tap_end_as_without_one(string hex)
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync();

        var without = await AllAsync(environment.Broker.Endpoint, hex);
        var with = await AllAsync(proxy.Endpoint, hex);

        Assert.That(Convert.ToHexString(with), Is.EqualTo(Convert.ToHexString(without)));
    }

    [Test]
    public async Task A_broker_that_takes_larger_packets_is_tapped_packet_by_packet()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, MaximumPacketSize = 200_000 });
        var seen = new List<int>();
        var proxy = await environment.ProxyAsync(new Sizes(seen));
        var (peer, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "c" }, to: proxy.Endpoint);

        Assert.That(await peer.PublishAsync([new PublishPacket { Topic = "a", Payload = new byte[150_000] }]), Is.EqualTo(new[] { ReasonCode.Success }));
        await peer.SendAsync(RawPeer.Hex("30 FF FF 7F"));
        Assert.That((await peer.NextAsync<DisconnectPacket>()).Reason, Is.EqualTo(ReasonCode.PacketTooLarge));

        Assert.That(seen, Is.EqualTo(new[] { 150_000 }), "whole, though above what the tap takes before CONNACK");
    }

    /// <summary>Reads all bytes until the broker ends the connection.</summary>
    private static async Task<byte[]> AllAsync(System.Net.IPEndPoint to, string hex)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        using var patience = new CancellationTokenSource(TestEnvironment.Timeout);
        await socket.ConnectAsync(to, patience.Token);
        await socket.GetStream().WriteAsync(RawPeer.Hex(hex), patience.Token);
        var all = new MemoryStream();
        try
        {
            await socket.GetStream().CopyToAsync(all, patience.Token);
        }
        catch (IOException)
        {
            // A reset is also an end.
        }

        return all.ToArray();
    }

    private sealed class Sizes(List<int> seen) : IProxyPolicy
    {
        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
        {
            if (packet.Packet is PublishPacket publish)
            {
                seen.Add(publish.Payload.Length);
            }

            return new([ProxyAction.Forward(packet)]);
        }
    }
}
