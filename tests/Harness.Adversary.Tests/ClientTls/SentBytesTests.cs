using Harness.Adversary.ClientTls;
using Harness.Mqtt.Codec;

namespace Harness.Adversary.Tests.ClientTls;

/// <summary>Fields of what a client sent: their places are right in either version, and nothing of what they hold is told.</summary>
public sealed class SentBytesTests
{
    [TestCase(MqttVersion.V311)]
    [TestCase(MqttVersion.V5)]
    public void Each_field_stands_where_it_is_told(MqttVersion version)
    {
        var packet = MqttCodec.Encode(
            new ConnectPacket
            {
                ClientId = "device-17", UserName = "ann", Password = "pass word"u8.ToArray(), SessionExpiryInterval = 300,
                Will = new MqttWill("gone", "bye"u8.ToArray(), QualityOfService.AtMostOnce, false),
            },
            version);
        byte[] all = [.. packet, 0xE0, 0];

        var sent = SentBytes.Read(all);

        Assert.That((sent.Total, sent.Kind, sent.HasPassword), Is.EqualTo((all.Length, $"CONNECT of MQTT {(version == MqttVersion.V5 ? "5.0" : "3.1.1")}", true)));
        string At(string name) => sent.Fields.Where(f => f.Name == name).Select(f => System.Text.Encoding.UTF8.GetString(all, f.First - 1, f.Length)).Single();
        Assert.That((At("ClientId"), At("user name"), At("password")), Is.EqualTo(("device-17", "ann", "pass word")));
        Assert.That(sent.ToString(), Does.Contain("will payload 3 bytes").And.Not.Contain("device-17").And.Not.Contain("ann").And.Not.Contain("pass word").And.Not.Contain("bye").And.Not.Contain("gone"));
    }

    [Test]
    public void A_piece_and_other_bytes_are_told_by_their_number()
    {
        var packet = MqttCodec.Encode(new ConnectPacket { ClientId = "d" }, MqttVersion.V311);
        Assert.Multiple(() =>
        {
            Assert.That(SentBytes.Read(packet.AsSpan(0, 5)).ToString(), Is.EqualTo("5 bytes of application data, the beginning of a CONNECT"));
            Assert.That(SentBytes.Read("GET / HTTP/1.1"u8).ToString(), Is.EqualTo("14 bytes of application data, no CONNECT"));
            Assert.That(SentBytes.Read([0x10, 0]).ToString(), Is.EqualTo("2 bytes of application data, a CONNECT that does not decode"));
            Assert.That(SentBytes.Read(packet).ToString(), Does.EndWith("ClientId 1 byte (byte 15)"));
        });
    }
}
