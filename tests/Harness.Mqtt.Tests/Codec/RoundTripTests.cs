using System.Text.Json;

namespace Harness.Mqtt.Tests.Codec;

/// <summary>Packets of chapter 3 of both specifications.</summary>
public class RoundTripTests
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new MemoryConverter() } };

    private static IEnumerable<TestCaseData> Encoded => SamplePackets.Encoded.Select((e, i) => new TestCaseData(e.Packet, e.Version, e.Bytes).SetArgDisplayNames($"{i} {e.Packet.Type}", e.Version.ToString()));

    [TestCaseSource(nameof(Encoded))]
    public void A_packet_comes_back_to_the_same_bytes(MqttPacket packet, MqttVersion version, byte[] bytes)
    {
        var complete = MqttCodec.TryDecode(bytes, version, MqttLimits.Default, out var decoded, out var consumed);

        Assert.That(complete, Is.True);
        Assert.That(consumed, Is.EqualTo(bytes.Length));
        Assert.That(decoded, Is.TypeOf(packet.GetType()));
        Assert.That(MqttCodec.Encode(decoded!, version), Is.EqualTo(bytes));
        if (version == MqttVersion.V5)
        {
            Assert.That(JsonSerializer.Serialize(decoded, packet.GetType(), Json), Is.EqualTo(JsonSerializer.Serialize(packet, packet.GetType(), Json)));
        }
    }

    [TestCaseSource(nameof(Encoded))]
    public void Every_beginning_of_a_packet_asks_for_more(MqttPacket packet, MqttVersion version, byte[] bytes)
    {
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.That(MqttCodec.TryDecode(bytes.AsSpan(0, length), version, MqttLimits.Default, out _, out var consumed), Is.False, $"{length} of {bytes.Length} bytes");
            Assert.That(consumed, Is.Zero);
        }

        Assert.That(packet, Is.Not.Null);
    }

    [TestCaseSource(nameof(Encoded))]
    public void Bytes_after_a_packet_are_left(MqttPacket packet, MqttVersion version, byte[] bytes)
    {
        MqttCodec.TryDecode([.. bytes, 0xC0, 0x00], version, MqttLimits.Default, out var decoded, out var consumed);

        Assert.That(decoded!.Type, Is.EqualTo(packet.Type));
        Assert.That(consumed, Is.EqualTo(bytes.Length));
    }

    [TestCaseSource(nameof(Encoded))]
    public void A_body_cut_short_or_made_longer_is_refused_or_still_a_packet(MqttPacket packet, MqttVersion version, byte[] bytes)
    {
        // Only the length is changed: the fixed header then does not match the body.
        for (var cut = 0; cut < bytes.Length - 2 && bytes.Length < 120; cut++)
        {
            var shorter = (byte[])[bytes[0], (byte)cut, .. bytes[2..(2 + cut)]];
            try
            {
                Assert.That(MqttCodec.TryDecode(shorter, version, MqttLimits.Default, out _, out _), Is.True);
            }
            catch (MqttProtocolException e)
            {
                Assert.That(e.Reason, Is.EqualTo(ReasonCode.MalformedPacket).Or.EqualTo(ReasonCode.ProtocolError));
            }
        }

        Assert.That(packet, Is.Not.Null);
    }

    // Written by hand from the specifications' tables, not by the encoder.
    private static IEnumerable<TestCaseData> KnownBytes =>
    [
        new(new ConnectPacket { ClientId = "c", KeepAliveSeconds = 60, AuthenticationMethod = "AB", AuthenticationData = [0xEE] }, MqttVersion.V5,
            "10 17 0004 4D515454 05 02 003C 09 15 0002 4142 16 0001 EE 0001 63"),
        new(new ConnectPacket { ClientId = "c", UserName = "u", Password = [0x70], Will = new MqttWill("w", new byte[] { 1 }, QualityOfService.AtLeastOnce, true) }, MqttVersion.V311,
            "10 19 0004 4D515454 04 EE 0000 0001 63 0001 77 0001 01 0001 75 0001 70"),
        new(new ConnAckPacket { Reason = ReasonCode.NotAuthorized }, MqttVersion.V5, "20 03 00 87 00"),
        new(new ConnAckPacket { Reason = ReasonCode.NotAuthorized }, MqttVersion.V311, "20 02 00 05"),
        new(new ConnAckPacket { Reason = ReasonCode.UnsupportedProtocolVersion }, MqttVersion.V311, "20 02 00 01"),
        new(new PublishPacket { Topic = "a/b", Qos = QualityOfService.AtLeastOnce, PacketId = 10, Payload = new byte[] { 0xFF } }, MqttVersion.V5, "32 09 0003 612F62 000A 00 FF"),
        new(new PublishPacket { Topic = "a/b", Qos = QualityOfService.AtLeastOnce, PacketId = 10, Retain = true }, MqttVersion.V311, "33 07 0003 612F62 000A"),
        new(new PubAckPacket { PacketId = 10 }, MqttVersion.V5, "40 02 000A"),
        new(new PubAckPacket { PacketId = 10, Reason = ReasonCode.NotAuthorized }, MqttVersion.V5, "40 03 000A 87"),
        new(new SubscribePacket { PacketId = 10, Subscriptions = [new("a", QualityOfService.AtLeastOnce)] }, MqttVersion.V5, "82 07 000A 00 0001 61 01"),
        new(new SubAckPacket { PacketId = 10, Reasons = [ReasonCode.NotAuthorized] }, MqttVersion.V311, "90 03 000A 80"),
        new(new UnsubAckPacket { PacketId = 10 }, MqttVersion.V311, "B0 02 000A"),
        new(new PingReqPacket(), MqttVersion.V5, "C0 00"),
        new(new DisconnectPacket(), MqttVersion.V5, "E0 00"),
        new(new DisconnectPacket { Reason = ReasonCode.UnspecifiedError }, MqttVersion.V5, "E0 01 80"),
        new(new AuthPacket { Reason = ReasonCode.ContinueAuthentication, AuthenticationMethod = "AB", AuthenticationData = [1, 2] }, MqttVersion.V5, "F0 0C 18 0A 15 0002 4142 16 0002 0102"),
        new(new PublishPacket { Topic = "t", Payload = new byte[125] }, MqttVersion.V311, "30 8001 0001 74" + new string('0', 250)),
    ];

    [TestCaseSource(nameof(KnownBytes))]
    public void Encoding_is_exact(MqttPacket packet, MqttVersion version, string hex)
        => Assert.That(Convert.ToHexString(MqttCodec.Encode(packet, version)), Is.EqualTo(hex.Replace(" ", "", StringComparison.Ordinal)));

    [Test]
    public void Values_that_cannot_be_encoded_are_argument_errors()
    {
        Assert.That(() => MqttCodec.Encode(new AuthPacket(), MqttVersion.V311), Throws.ArgumentException);
        Assert.That(() => MqttCodec.Encode(new PublishPacket { Topic = new string('a', 65536) }, MqttVersion.V5), Throws.ArgumentException);
        Assert.That(() => MqttCodec.Encode(new PublishPacket { Topic = "a\0" }, MqttVersion.V5), Throws.ArgumentException);
        Assert.That(() => MqttCodec.Encode(new PublishPacket { Topic = "\uD800" }, MqttVersion.V5), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => MqttCodec.Encode(new PubAckPacket(), MqttVersion.V5), Throws.ArgumentException);
        Assert.That(() => MqttCodec.Encode(new SubscribePacket { PacketId = 1 }, MqttVersion.V5), Throws.ArgumentException);
    }

    private sealed class MemoryConverter : System.Text.Json.Serialization.JsonConverter<ReadOnlyMemory<byte>>
    {
        public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetBytesFromBase64();

        public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.Span);
    }
}
