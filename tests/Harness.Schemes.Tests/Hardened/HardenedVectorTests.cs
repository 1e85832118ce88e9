using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Harness.Crypto.Ascon;
using Harness.Crypto.Ecdsa;
using Harness.Crypto.Present;

namespace Harness.Schemes.Tests.Hardened;

/// <summary>tests/vectors/hardened.json: answers of a second implementation, tests/vectors/hardened.py.</summary>
public sealed class HardenedVectorTests
{
    private static readonly JsonElement _file = JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "hardened.json"))).RootElement;

    private static IEnumerable<TestCaseData> Ciphers() =>
        _file.GetProperty("schemes").EnumerateArray().Select(s => new TestCaseData(s).SetArgDisplayNames(Text(s, "cipher")));

    [Test]
    public void The_file_is_what_the_second_implementation_answers()
    {
        var start = new ProcessStartInfo(NeedsProgram.Find("python3", "python3"), [Path.Combine(AppContext.BaseDirectory, "vectors", "hardened.py")]) { RedirectStandardOutput = true };
        using var python = Process.Start(start)!;
        var answered = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        Assert.That(python.ExitCode, Is.Zero);
        Assert.That(answered, Is.EqualTo(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "hardened.json"))));
    }

    [Test]
    public void Pseudonyms_are_the_known_ones()
    {
        foreach (var v in _file.GetProperty("pseudonyms").EnumerateArray())
        {
            Assert.That(HardenedKeys.Pseudonym(Bytes(v, "u"), v.GetProperty("j").GetUInt64()), Is.EqualTo(Text(v, "pseudonym")));
        }
    }

    [Test]
    public void A_login_under_a_pseudonym_gives_the_known_messages_and_key_at_both_ends()
    {
        foreach (var v in _file.GetProperty("logins").EnumerateArray())
        {
            Run(v, null, HardenedKeys.Pseudonym(Bytes(v, "u"), v.GetProperty("j").GetUInt64()));
        }
    }

    [Test]
    public void A_pair_run_gives_the_known_messages_and_key_at_both_ends() => Run(_file.GetProperty("pair_run"), HardenedPublisher.RunField, null);

    [TestCaseSource(nameof(Ciphers))]
    public void Pair_messages_are_the_known_ones_in_both_directions(object scheme)
    {
        var v = (JsonElement)scheme;
        var cipher = HardenedCipher.ByName(Text(v, "cipher"));
        var skipped = 0UL;
        using var device = new PairChannel(cipher, Bytes(v, "sk"), "pub1", isBroker: false);
        using var broker = new PairChannel(cipher, Bytes(v, "sk"), "pub1", isBroker: true);
        Assert.That((device.Topic, broker.Topic), Is.EqualTo((Text(v, "pair_topic"), Text(v, "pair_topic"))));
        foreach (var m in v.GetProperty("pair_messages").EnumerateArray())
        {
            var toBroker = m.GetProperty("direction").GetInt32() == 0;
            var (sends, opens) = toBroker ? (device, broker) : (broker, device);
            Assert.That(sends.Seal(Text(m, "peer"), Bytes(m, "body")), Is.EqualTo(Bytes(m, "wire")), Text(m, "kind"));
            Assert.That(opens.Open(Bytes(m, "wire"), out var peer, out var body), Is.EqualTo(HardenedResult.Opened));
            Assert.That((peer, body), Is.EqualTo((Text(m, "peer"), Bytes(m, "body"))));
            Assert.That(opens.Open(Bytes(m, "wire"), out _, out _), Is.EqualTo(HardenedResult.Replay));
            Assert.That(PairMessage.TryDecode(body, out var message), Is.True, Text(m, "kind"));
            Assert.That((message!.Kind.ToString().ToLowerInvariant(), message.Encode()), Is.EqualTo((Text(m, "kind"), Bytes(m, "body"))));
            skipped++;
        }

        Assert.That(skipped, Is.EqualTo(14), "seven kinds, two directions");
    }

    [TestCaseSource(nameof(Ciphers))]
    public void Keys_of_an_epoch_are_sealed_and_opened_as_known(object scheme)
    {
        var v = (JsonElement)scheme;
        var cipher = HardenedCipher.ByName(Text(v, "cipher"));
        Assert.That(HardenedKeys.KeyEncryption(Bytes(v, "sk_ps"), Text(v, "topic")), Is.EqualTo(Bytes(v, "kek")));
        using var keys = Keys(v);
        var sealedKeys = keys.Seal(cipher, Bytes(v, "sk_ps"), Text(v, "topic"), v.GetProperty("key_count").GetUInt64(), keys.Next);
        var known = v.GetProperty("pair_messages").EnumerateArray().Last(m => Text(m, "kind") == "epoch");
        Assert.That(sealedKeys.Encode(), Is.EqualTo(Bytes(known, "body")));
        Assert.That(PairMessage.TryDecode(Bytes(known, "body"), out var message), Is.True);
        using var opened = EpochKeys.Open(cipher, Bytes(v, "sk_ps"), message!);
        Assert.That(opened, Is.Not.Null);
        Assert.That((opened!.Epoch, opened.Sender, opened.Next), Is.EqualTo((keys.Epoch, HardenedKeys.Sender("pub1"), keys.Next)));
        Assert.That(opened.TopicKey.ToArray(), Is.EqualTo(Bytes(v, "tk")));
    }

    [TestCaseSource(nameof(Ciphers))]
    public void Messages_and_their_topic_are_the_known_ones(object scheme)
    {
        var v = (JsonElement)scheme;
        var (cipher, topic, privateKey) = (HardenedCipher.ByName(Text(v, "cipher")), Text(v, "topic"), Bytes(_file.GetProperty("signatures")[0], "private"));
        using var keys = Keys(v);
        Assert.That(HardenedKeys.Message(keys.TopicKey, keys.Sender), Is.EqualTo(Bytes(v, "message_key")));
        Assert.That(HardenedKeys.CounterMask(keys.TopicKey, keys.Sender), Is.EqualTo(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(Bytes(v, "counter_mask"))));
        foreach (var m in v.GetProperty("messages").EnumerateArray())
        {
            var signed = Text(m, "signature").Length > 0;
            using var at = new EpochKeys(keys.Epoch, keys.TopicKey, keys.Sender, ulong.Parse(Text(m, "counter"), CultureInfo.InvariantCulture));
            using var sealer = new MessageSealer(cipher, at, "pub1", topic, signed ? privateKey : null);
            var message = sealer.Seal(Bytes(m, "plaintext"));
            Assert.That((message.WireTopic, message.Payload), Is.EqualTo((Text(v, "wire_topic"), Bytes(m, "wire"))), Text(m, "counter"));
            using var opener = new MessageOpener(cipher, keys, "pub1", topic, signed ? EcdsaP256.PublicKey(privateKey) : null);
            Assert.That(opener.Open(Bytes(m, "wire"), out var plaintext), Is.EqualTo(HardenedResult.Opened));
            Assert.That(plaintext, Is.EqualTo(Bytes(m, "plaintext")));
            Assert.That(opener.Open(Bytes(m, "wire"), out _), Is.EqualTo(HardenedResult.Replay));
        }
    }

    [Test]
    public void Ascon_EAX_and_signatures_are_the_known_ones()
    {
        foreach (var v in _file.GetProperty("ascon").EnumerateArray())
        {
            Assert.That(AsconAead128.Seal(Bytes(v, "key"), Bytes(v, "nonce"), Bytes(v, "ad"), Bytes(v, "plaintext")), Is.EqualTo(Bytes(v, "sealed")));
        }

        foreach (var v in _file.GetProperty("eax").EnumerateArray())
        {
            using var eax = new PresentEax(Bytes(v, "key"));
            Assert.That(eax.Seal(Bytes(v, "nonce"), Bytes(v, "ad"), Bytes(v, "plaintext")), Is.EqualTo(Bytes(v, "sealed")));
        }

        foreach (var v in _file.GetProperty("signatures").EnumerateArray())
        {
            Assert.That(EcdsaP256.Sign(Bytes(v, "private"), Bytes(v, "message")), Is.EqualTo(Bytes(v, "signature")));
            Assert.That(EcdsaP256.PublicKey(Bytes(v, "private")), Is.EqualTo(Bytes(v, "public")));
        }
    }

    private static EpochKeys Keys(JsonElement v) =>
        new(v.GetProperty("epoch").GetUInt32(), Bytes(v, "tk"), v.GetProperty("sender").GetUInt32(), v.GetProperty("start").GetUInt64());

    private static void Run(JsonElement v, string? innerTopic, string? pseudonym)
    {
        var (group, framed) = (AugPakeGroup.P256, AugPakeProfile.Framed);
        var w = Verifier.ComputeW(group, framed, Text(v, "client"), Text(v, "server"), Text(v, "password"), innerTopic);
        Assert.That(w, Is.EqualTo(Bytes(v, "W")), "W knows no pseudonym");
        using var client = new AugPakeClient(group, framed, Text(v, "client"), Text(v, "server"), Text(v, "password"), innerTopic, pseudonym);
        using var server = new AugPakeServer(group, framed, Text(v, "client"), Text(v, "server"), w, innerTopic, pseudonym);
        Assert.That(client.StartWithKnownScalar(Bytes(v, "x")), Is.EqualTo(Bytes(v, "X")));
        Assert.That(server.RespondWithKnownScalar(Bytes(v, "X"), Bytes(v, "y")), Is.EqualTo(Bytes(v, "Y")));
        Assert.That(client.Respond(Bytes(v, "Y")), Is.EqualTo(Bytes(v, "Vc")));
        Assert.That(server.TryVerify(Bytes(v, "Vc")), Is.True);
        Assert.That(server.Authenticator, Is.EqualTo(Bytes(v, "Vs")));
        using var clientKey = client.Finish(Bytes(v, "Vs"));
        using var serverKey = server.TakeKey();
        Assert.That(clientKey.Bytes.ToArray(), Is.EqualTo(Bytes(v, "SK")));
        Assert.That(serverKey.Bytes.ToArray(), Is.EqualTo(Bytes(v, "SK")));
    }

    private static string Text(JsonElement v, string key) => v.GetProperty(key).GetString()!;

    private static byte[] Bytes(JsonElement v, string key) => Convert.FromHexString(Text(v, key));
}
