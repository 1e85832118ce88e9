namespace Harness.Mqtt.Tests.Codec;

/// <summary>Malformed packets, by section of the specification.</summary>
public class RefusalTests
{
    private const ReasonCode Protocol = ReasonCode.ProtocolError;

    // Fixed header (2.1)
    [TestCase("00 00", 5, TestName = "Type 0 is reserved")]
    [TestCase("F0 00", 4, TestName = "AUTH is reserved in 3.1.1")]
    [TestCase("C1 00", 5, TestName = "PINGREQ with flags")]
    [TestCase("80 05 0001 00 0001 61 00", 5, TestName = "SUBSCRIBE with flags 0")]
    [TestCase("36 05 0001 61 0001", 4, TestName = "PUBLISH with QoS 3")]
    [TestCase("38 03 0001 61", 4, TestName = "PUBLISH with QoS 0 and DUP")]
    [TestCase("C0 80 00", 5, TestName = "A length longer than needed")]
    [TestCase("C0 FF FF FF FF", 5, TestName = "A length of more than four bytes")]
    [TestCase("C0 01 00", 5, TestName = "PINGREQ with a body")]
    [TestCase("30 FF FF FF 7F", 5, ReasonCode.PacketTooLarge, TestName = "The largest length is refused from the header alone")]
    [TestCase("30 FE FF 03", 5, ReasonCode.PacketTooLarge, TestName = "One byte above the limit is refused from the header alone")]

    // Data types (1.5)
    [TestCase("30 04 0002 C3 28", 4, TestName = "A string that is not UTF-8")]
    [TestCase("30 04 0002 C0 80", 4, TestName = "A string with an overlong zero")]
    [TestCase("30 05 0003 ED A0 80", 4, TestName = "A string with a surrogate")]
    [TestCase("30 03 0001 00", 4, TestName = "A string with U+0000")]
    [TestCase("30 04 0009 61 62", 4, TestName = "A string longer than the packet")]

    // CONNECT (3.1)
    [TestCase("10 0D 0004 4D515455 05 02 0000 00 0000", 5, ReasonCode.UnsupportedProtocolVersion, TestName = "Another protocol name")]
    [TestCase("10 0D 0004 4D515454 06 02 0000 00 0000", 5, ReasonCode.UnsupportedProtocolVersion, TestName = "Level 6")]
    [TestCase("10 0E 0006 4D5149736470 03 02 0000 0000", 5, ReasonCode.UnsupportedProtocolVersion, TestName = "MQTT 3.1")]
    [TestCase("10 0D 0004 4D515454 05 03 0000 00 0000", 5, TestName = "CONNECT with the reserved flag")]
    [TestCase("10 0D 0004 4D515454 05 0A 0000 00 0000", 5, TestName = "CONNECT with will QoS and no will")]
    [TestCase("10 0C 0004 4D515454 04 42 0000 0000", 5, TestName = "CONNECT 3.1.1 with a password alone")]
    [TestCase("10 0C 0004 4D515454 05 02 0000 00 00", 5, TestName = "CONNECT cut in the ClientId")]
    [TestCase("10 0E 0004 4D515454 05 02 0000 00 0000 00", 5, TestName = "CONNECT with a byte too many")]
    [TestCase("10 11 0004 4D515454 05 02 0000 04 16 0001 AA 0000", 5, Protocol, TestName = "CONNECT with data and no method")]
    [TestCase("10 10 0004 4D515454 05 02 0000 03 21 0000 0000", 5, Protocol, TestName = "CONNECT with Receive Maximum 0")]
    [TestCase("10 12 0004 4D515454 05 02 0000 05 27 00000000 0000", 5, Protocol, TestName = "CONNECT with Maximum Packet Size 0")]
    [TestCase("10 0F 0004 4D515454 05 02 0000 02 17 02 0000", 5, Protocol, TestName = "CONNECT with a bit of 2")]
    [TestCase("10 13 0004 4D515454 05 02 0000 06 21 0001 21 0001 0000", 5, Protocol, TestName = "CONNECT with a property twice")]
    [TestCase("10 10 0004 4D515454 05 02 0000 03 23 0001 0000", 5, Protocol, TestName = "CONNECT with a property of PUBLISH")]
    [TestCase("10 0F 0004 4D515454 05 02 0000 02 7F 00 0000", 5, TestName = "CONNECT with an unknown property")]
    [TestCase("10 0D 0004 4D515454 05 02 0000 7F 0000", 5, TestName = "CONNECT with properties longer than the packet")]
    [TestCase("10 13 0004 4D515454 05 06 0000 00 0000 00 0001 2B 0000", 5, TestName = "CONNECT with a wildcard in the will topic")]

    // CONNACK (3.2)
    [TestCase("20 03 02 00 00", 5, TestName = "CONNACK with unknown flags")]
    [TestCase("20 03 01 87 00", 5, Protocol, TestName = "CONNACK that refuses with a session")]
    [TestCase("20 03 00 18 00", 5, Protocol, TestName = "CONNACK with a reason it cannot carry")]
    [TestCase("20 02 00 06", 4, Protocol, TestName = "CONNACK 3.1.1 with a reserved code")]
    [TestCase("20 02 00 00", 5, TestName = "CONNACK without properties")]

    // PUBLISH (3.3)
    [TestCase("30 03 0000 00", 5, Protocol, TestName = "PUBLISH with neither topic nor alias")]
    [TestCase("30 02 0000", 4, TestName = "PUBLISH 3.1.1 without a topic")]
    [TestCase("30 05 0003 612F23", 4, TestName = "PUBLISH to a wildcard")]
    [TestCase("32 06 0001 61 0000 00", 5, Protocol, TestName = "PUBLISH with packet identifier 0")]
    [TestCase("30 07 0001 61 03 23 0000", 5, ReasonCode.TopicAliasInvalid, TestName = "PUBLISH with alias 0")]
    [TestCase("30 06 0001 61 02 0B 00", 5, Protocol, TestName = "PUBLISH with subscription identifier 0")]
    [TestCase("30 06 0001 61 02 01 02", 5, Protocol, TestName = "PUBLISH with payload format 2")]
    [TestCase("30 08 0001 61 04 08 0001 2B", 5, TestName = "PUBLISH with a wildcard in the response topic")]

    // Acknowledgements and subscriptions (3.4 to 3.11)
    [TestCase("40 01 00", 5, TestName = "PUBACK cut short")]
    [TestCase("40 03 0001 01", 5, Protocol, TestName = "PUBACK with a reason it cannot carry")]
    [TestCase("40 03 0001 00", 4, TestName = "PUBACK 3.1.1 with a reason")]
    [TestCase("82 03 0001 00", 5, Protocol, TestName = "SUBSCRIBE without a filter")]
    [TestCase("82 02 0001", 4, Protocol, TestName = "SUBSCRIBE 3.1.1 without a filter")]
    [TestCase("82 01 00", 5, TestName = "SUBSCRIBE cut in its identifier")]
    [TestCase("82 06 0001 00 0000 00", 5, TestName = "SUBSCRIBE with an empty filter")]
    [TestCase("82 07 0001 00 0001 61 03", 5, TestName = "SUBSCRIBE with QoS 3")]
    [TestCase("82 07 0001 00 0001 61 30", 5, Protocol, TestName = "SUBSCRIBE with retain handling 3")]
    [TestCase("82 07 0001 00 0001 61 C0", 5, TestName = "SUBSCRIBE with reserved options")]
    [TestCase("82 06 0001 0001 61 04", 4, TestName = "SUBSCRIBE 3.1.1 with options of 5")]
    [TestCase("82 0B 0001 04 0B01 0B02 0001 61 00", 5, Protocol, TestName = "SUBSCRIBE with two identifiers")]
    [TestCase("90 03 0001 00", 5, TestName = "SUBACK without a reason")]
    [TestCase("90 03 0001 87", 4, Protocol, TestName = "SUBACK 3.1.1 with a reason of 5")]
    [TestCase("A2 03 0001 00", 5, Protocol, TestName = "UNSUBSCRIBE without a filter")]
    [TestCase("A2 02 0001", 4, Protocol, TestName = "UNSUBSCRIBE 3.1.1 without a filter")]
    [TestCase("A2 05 0001 00 0000", 5, TestName = "UNSUBSCRIBE with an empty filter")]

    // DISCONNECT and AUTH (3.14, 3.15)
    [TestCase("E0 01 18", 5, Protocol, TestName = "DISCONNECT with a reason it cannot carry")]
    [TestCase("E0 01 00", 4, TestName = "DISCONNECT 3.1.1 with a reason")]
    [TestCase("F0 01 18", 5, TestName = "AUTH without a property length")]
    [TestCase("F0 02 80 00", 5, Protocol, TestName = "AUTH with a reason it cannot carry")]
    [TestCase("F0 0A 18 08 15 0001 41 15 0001 41", 5, Protocol, TestName = "AUTH with the method twice")]
    public void Is_refused(string hex, int level, ReasonCode reason = ReasonCode.MalformedPacket)
    {
        var bytes = RawPeer.Hex(hex);

        Assert.That(
            () => MqttCodec.TryDecode(bytes, (MqttVersion)level, MqttLimits.Default, out _, out _),
            Throws.TypeOf<MqttProtocolException>().With.Property(nameof(MqttProtocolException.Reason)).EqualTo(reason));
    }

    [TestCase("E0 07 00 05 11 00000001", TestName = "A server's DISCONNECT with a session expiry is a protocol error")]
    [TestCase("E0 07 8B 05 11 00000000", TestName = "A server's DISCONNECT with a session expiry of 0 is one too")]
    public void Only_a_client_says_how_long_its_session_is_kept(string hex)
    {
        var bytes = RawPeer.Hex(hex);

        Assert.That(
            () => MqttCodec.TryDecode(bytes, MqttVersion.V5, new MqttLimits { FromServer = true }, out _, out _),
            Throws.TypeOf<MqttProtocolException>().With.Property(nameof(MqttProtocolException.Reason)).EqualTo(Protocol));
        Assert.That(MqttCodec.TryDecode(bytes, MqttVersion.V5, MqttLimits.Default, out _, out _), Is.True, "from a client");
    }

    [Test]
    public void A_packet_of_exactly_the_limit_is_taken()
    {
        var packet = MqttCodec.Encode(new PublishPacket { Topic = "t", Payload = new byte[1000] }, MqttVersion.V5);

        Assert.That(MqttCodec.TryDecode(packet, MqttVersion.V5, new MqttLimits { MaximumPacketSize = packet.Length }, out _, out _), Is.True);
        Assert.That(() => MqttCodec.TryDecode(packet, MqttVersion.V5, new MqttLimits { MaximumPacketSize = packet.Length - 1 }, out _, out _), Throws.TypeOf<MqttProtocolException>());
    }

    [Test]
    public void More_user_properties_than_the_limit_are_refused()
    {
        var many = Enumerable.Range(0, 65).Select(i => new UserProperty("n", $"{i}")).ToArray();
        var bytes = MqttCodec.Encode(new PublishPacket { Topic = "t", UserProperties = many }, MqttVersion.V5);

        Assert.That(
            () => MqttCodec.TryDecode(bytes, MqttVersion.V5, MqttLimits.Default, out _, out _),
            Throws.TypeOf<MqttProtocolException>().With.Property("Reason").EqualTo(ReasonCode.QuotaExceeded));
    }

    [Test]
    public void A_byte_order_mark_is_kept()
    {
        MqttCodec.TryDecode(RawPeer.Hex("30 06 0004 EFBBBF 61"), MqttVersion.V311, MqttLimits.Default, out var packet, out _);

        Assert.That(((PublishPacket)packet!).Topic, Is.EqualTo("\uFEFFa"));
    }
}
