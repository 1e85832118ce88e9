using System.Buffers.Binary;

namespace Harness.Schemes.Tests.AugMqtt;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HopChannelTests : IDisposable
{
    private static readonly byte[] Sk = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly HopChannel _client = new(Sk, HopDirection.ToBroker);
    private readonly HopChannel _broker = new(Sk, HopDirection.FromBroker);

    public void Dispose()
    {
        _client.Dispose();
        _broker.Dispose();
    }

    [Test]
    public void A_payload_is_nonce_ciphertext_and_tag_under_the_first_16_bytes_of_SK_with_the_topic_authenticated()
    {
        // Computed here with the platform's GCM alone, after the text of the design.
        for (ulong counter = 1; counter <= 3; counter++)
        {
            var nonce = new byte[12];
            BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(4), counter);
            var expected = new byte[12 + 6 + 16];
            nonce.CopyTo(expected, 0);
            using var gcm = new AesGcm(Sk.AsSpan(0, 16), 16);
            gcm.Encrypt(nonce, "21.5 C"u8, expected.AsSpan(12, 6), expected.AsSpan(18), Encoding.UTF8.GetBytes("plant/é"));
            Assert.That(_client.Seal("plant/é", "21.5 C"u8), Is.EqualTo(expected));
            Assert.That(_broker.Seal("plant/é", "21.5 C"u8).AsSpan(0, 12).ToArray(), Is.EqualTo((byte[])[0, 0, 0, 1, .. nonce[4..]]));
        }
    }

    [Test]
    public void Each_end_opens_what_the_other_sealed([Values(0, 1, 15, 16, 17, 1000)] int length)
    {
        var plaintext = RandomNumberGenerator.GetBytes(length);
        Assert.That((_broker.Open("t", _client.Seal("t", plaintext), out var up), up), Is.EqualTo((HopResult.Opened, plaintext)));
        Assert.That((_client.Open("t", _broker.Seal("t", plaintext), out var down), down), Is.EqualTo((HopResult.Opened, plaintext)));
    }

    [Test]
    public void A_wrong_tag_topic_key_or_direction_is_refused_and_gives_nothing()
    {
        var payload = _client.Seal("t", "x"u8);
        using var stranger = new HopChannel(new byte[32], HopDirection.FromBroker);
        for (var bit = 0; bit < payload.Length * 8; bit++)
        {
            var flipped = payload.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That((_broker.Open("t", flipped, out var nothing), nothing.Length), Is.EqualTo((HopResult.BadTag, 0)), $"bit {bit}");
        }

        Assert.That(_broker.Open("u", payload, out _), Is.EqualTo(HopResult.BadTag), "topic");
        Assert.That(stranger.Open("t", payload, out _), Is.EqualTo(HopResult.BadTag), "key");
        Assert.That(_client.Open("t", payload, out _), Is.EqualTo(HopResult.BadTag), "its own, reflected");
        Assert.That(_broker.Open("t", payload, out _), Is.EqualTo(HopResult.Opened), "what was refused moved no counter");
    }

    [Test]
    public void A_third_direction_is_refused_though_its_tag_is_right()
    {
        var nonce = new byte[12];
        (nonce[3], nonce[11]) = (7, 1);
        var payload = new byte[12 + 1 + 16];
        nonce.CopyTo(payload, 0);
        using var gcm = new AesGcm(Sk.AsSpan(0, 16), 16);
        gcm.Encrypt(nonce, "x"u8, payload.AsSpan(12, 1), payload.AsSpan(13), "t"u8);
        Assert.That(_broker.Open("t", payload, out _), Is.EqualTo(HopResult.BadTag));
    }

    [Test]
    public void Counters_rise_gaps_are_taken_and_what_is_late_is_a_replay()
    {
        var (one, two, three) = (_client.Seal("t", [1]), _client.Seal("t", [2]), _client.Seal("t", [3]));
        Assert.That(_broker.Open("t", two, out _), Is.EqualTo(HopResult.Opened));
        Assert.That(_broker.Open("t", two, out _), Is.EqualTo(HopResult.Replay));
        Assert.That((_broker.Open("t", one, out var late), late.Length), Is.EqualTo((HopResult.Replay, 0)));
        Assert.That(_broker.Open("t", three, out _), Is.EqualTo(HopResult.Opened));
    }

    [Test]
    public void Every_cut_is_refused()
    {
        var payload = _client.Seal("t", "reading"u8);
        for (var length = 0; length < payload.Length; length++)
        {
            Assert.That(_broker.Open("t", payload.AsSpan(0, length), out _), Is.EqualTo(HopResult.BadTag), $"{length} bytes");
        }
    }

    [Test]
    public void SK_has_32_bytes([Values(0, 16, 31, 33)] int length) =>
        Assert.That(() => new HopChannel(new byte[length], HopDirection.ToBroker), Throws.ArgumentException);
}
