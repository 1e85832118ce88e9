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

    [TestCase(5_000)]
    [TestCase(1_000_000, Category = "Long")]
    public void Mutated_messages_are_told_without_what_they_hold(int count)
    {
        var random = new Random(41);
        byte[][] corpus = [.. new[] { MqttVersion.V311, MqttVersion.V5 }.Select(version => MqttCodec.Encode(
            new ConnectPacket { ClientId = "device-17", UserName = "ann", Password = "pass word"u8.ToArray(), Will = new MqttWill("gone", "bye"u8.ToArray(), QualityOfService.AtMostOnce, false) }, version))];
        var decoded = 0;
        for (var i = 0; i < count; i++)
        {
            var bytes = corpus[i % corpus.Length].ToList();
            for (var n = random.Next(1, 5); n > 0 && bytes.Count > 0; n--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                    case 1: bytes.RemoveAt(at); break;
                    case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                    default: bytes.RemoveRange(at, bytes.Count - at); break;
                }
            }

            var sent = SentBytes.Read(bytes.ToArray());
            decoded += sent.Fields.Count > 0 ? 1 : 0;
            Assert.That(sent.Total, Is.EqualTo(bytes.Count));
            Assert.That(sent.Fields.All(f => f.First >= 0 && f.Length >= 0 && (f.First == 0 || f.First - 1 + f.Length <= bytes.Count)), Is.True, Convert.ToHexString(bytes.ToArray()));
            Assert.That(sent.ToString(), Does.Not.Contain("device-17").And.Not.Contain("pass word"));
        }

        Assert.That(decoded, Is.InRange(1, count - 1), "both ways are exercised");
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
