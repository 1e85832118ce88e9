using Harness.Mqtt.Codec;

namespace Harness.Adversary.Tests;

/// <summary>Packets in the adversary's hand, and what a policy does with them.</summary>
internal static class Packets
{
    public const string Method = "AUGPAKE-PAPER-P256";

    public static ProxiedPacket Of(MqttPacket packet, PacketDirection direction, int connection = 1) =>
        new(connection, direction, packet, MqttCodec.Encode(packet, MqttVersion.V5), MqttVersion.V5);

    public static ProxiedPacket Connect(byte[] x, int connection = 1) =>
        Of(new ConnectPacket { ClientId = "m4", AuthenticationMethod = Method, AuthenticationData = x }, PacketDirection.ToBroker, connection);

    public static ProxiedPacket Hello(byte[] y, int connection = 1) => Of(
        new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = Method, AuthenticationData = [0, 1, (byte)'S', .. y] },
        PacketDirection.ToClient, connection);

    public static ProxiedPacket Proof(byte[] vc, int connection = 1) => Of(
        new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = Method, AuthenticationData = vc }, PacketDirection.ToBroker, connection);

    public static ProxiedPacket ConnAck(byte[] vs, int connection = 1) =>
        Of(new ConnAckPacket { Reason = ReasonCode.Success, AuthenticationMethod = Method, AuthenticationData = vs }, PacketDirection.ToClient, connection);

    public static ProxiedPacket Publish(byte[] payload, int connection = 1, string topic = "t") =>
        Of(new PublishPacket { Topic = topic, Payload = payload }, PacketDirection.ToBroker, connection);

    /// <summary>Outgoing packets, whole, in hex.</summary>
    public static async Task<string[]> SendAsync(this IProxyPolicy policy, params ProxiedPacket[] packets)
    {
        var left = new List<string>();
        foreach (var packet in packets)
        {
            left.AddRange((await policy.OnPacketAsync(packet, default)).Select(a => a.Direction is null ? "close" : Hex(a.Bytes)));
        }

        return [.. left];
    }

    public static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);

    public static string Hex(this ProxiedPacket packet) => Hex(packet.Raw);
}
