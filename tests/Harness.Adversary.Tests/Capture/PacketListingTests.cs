using System.Text.Json;
using Harness.Adversary.Capture;
using Harness.Mqtt.Codec;

namespace Harness.Adversary.Tests.Capture;

/// <summary>The listing of a capture: packets of the codec, fields under Wireshark's names.</summary>
public sealed class PacketListingTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly byte[] Connect = MqttCodec.Encode(
        new ConnectPacket { ClientId = "sensor-7", AuthenticationMethod = "AUGPAKE-RFC6628-P256", AuthenticationData = [1, 2], UserName = "u", Password = "secret word"u8.ToArray() }, MqttVersion.V5);

    private static readonly byte[] Publish = MqttCodec.Encode(new PublishPacket { Topic = "a/<script>", Payload = "21.5"u8.ToArray(), Qos = QualityOfService.AtLeastOnce, PacketId = 9 }, MqttVersion.V5);

    [Test]
    public void Packets_are_listed_in_order_with_the_names_of_their_fields()
    {
        var lines = List([Bytes(PacketDirection.ToBroker, 0, Connect), Bytes(PacketDirection.ToBroker, 250, Publish) with { Left = true }]);
        Assert.That(lines.Select(l => l.GetProperty("packet").GetString()), Is.EqualTo(new[] { "Connect Command", "Publish Message" }));
        Assert.That(lines.Select(l => (l.GetProperty("seconds").GetDouble(), l.GetProperty("altered").GetBoolean())), Is.EqualTo(new[] { (0.0, false), (0.25, true) }));
        Assert.That(Fields(lines[0]), Is.SupersetOf(new[] { "mqtt.clientid=sensor-7", "mqtt.prop_string=AUGPAKE-RFC6628-P256", "mqtt.prop_string=0102", "mqtt.username=u", "mqtt.passwd_len=11" }));
        Assert.That(Fields(lines[1]), Is.SupersetOf(new[] { "mqtt.topic=a/<script>", "mqtt.qos=1", "mqtt.msgid=9", "mqtt.msg=32312e35", "mqtt.msg_text=21.5" }));
    }

    [Test]
    public void A_password_is_not_in_the_listing()
    {
        var text = new StringWriter();
        PacketListing.Write(text, [Bytes(PacketDirection.ToBroker, 0, Connect)]);
        Assert.That(text.ToString(), Does.Not.Contain("secret word").And.Not.Contains(Convert.ToHexStringLower("secret word"u8)));
    }

    [Test]
    public void A_packet_in_pieces_and_two_packets_at_once_are_listed_once_each()
    {
        var lines = List([Bytes(PacketDirection.ToBroker, 0, Connect[..7]), Bytes(PacketDirection.ToClient, 1, [0xD0, 0]), Bytes(PacketDirection.ToBroker, 2, [.. Connect[7..], .. Publish])]);
        Assert.That(lines.Select(l => l.GetProperty("packet").GetString()), Is.EqualTo(new[] { "Ping Response", "Connect Command", "Publish Message" }));
    }

    [Test]
    public void Bytes_that_are_no_packet_are_shown_as_such()
    {
        var lines = List([Bytes(PacketDirection.ToBroker, 0, [0, 0xff, 0xff])]);
        Assert.That(lines.Single().GetProperty("packet").GetString(), Is.EqualTo("Malformed Packet"));
        Assert.That(Fields(lines.Single()), Is.EqualTo(new[] { "data=00ffff" }));
    }

    [Test]
    public void An_empty_capture_has_an_empty_listing() => Assert.That(List([]), Is.Empty);

    private static string[] Fields(JsonElement line) => [.. line.GetProperty("fields").EnumerateArray().Select(f => $"{f[0].GetString()}={f[1].GetString()}")];

    private static List<JsonElement> List(IReadOnlyList<CapturedBytes> capture)
    {
        var text = new StringWriter();
        PacketListing.Write(text, capture);
        return [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static CapturedBytes Bytes(PacketDirection direction, int milliseconds, byte[] bytes) => new(1, direction, Start.AddMilliseconds(milliseconds), bytes);
}
