using System.Diagnostics.CodeAnalysis;
using Harness.Schemes.MqttPresent;

namespace Harness.Sessions.Tests.Keys;

/// <summary>
/// MQTT-PRESENT is written for one publisher and one subscriber. With more, as published, the publisher gets a wrap for each, of which the last counts:
/// publishing breaks for all others, and each wrap tells the publisher one subscriber's session key.
/// </summary>
[TestFixture(80)]
[TestFixture(128)]
public sealed class ManySubscribersTests(int keyBits)
{
    private static readonly byte[] Reading = "21.5 C and a little more"u8.ToArray();

    [Test]
    public async Task The_publisher_gets_a_wrap_for_each_subscriber_and_the_last_one_counts()
    {
        await using var bench = await StartAsync([]);
        var pub = await bench.LogInAsync("pub", keyBits);
        var sub = await bench.LogInAsync("sub", keyBits);
        await pub.WaitForTrafficKeyAsync(k => k.Peer == "sub", Bench.Limit, default);
        var other = await bench.LogInAsync("other", keyBits);
        var last = await pub.WaitForTrafficKeyAsync(k => k.Peer == "other", Bench.Limit, default);
        Assert.That(last, Is.EqualTo(new TrafficKey(Bench.Topic, "other", bench.Broker.TrafficKeyFingerprint("pub", "other")!)));

        foreach (var session in new[] { sub, other })
        {
            await session.WaitForTrafficKeyAsync(Bench.Limit);
            await session.SubscribeAsync(Bench.Topic, default);
        }

        await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        Assert.That((await other.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(Reading));
        Assert.That(await OpensAsync(sub), Is.False, "the reading reached it under another's key");
    }

    [Test]
    public async Task A_publisher_that_logs_in_last_gets_all_wraps_and_still_uses_one()
    {
        await using var bench = await StartAsync([]);
        var readers = new Dictionary<string, DeviceSession> { ["sub"] = await bench.LogInAsync("sub", keyBits), ["other"] = await bench.LogInAsync("other", keyBits) };
        var pub = await bench.LogInAsync("pub", keyBits);
        foreach (var (name, session) in readers)
        {
            await session.WaitForTrafficKeyAsync(Bench.Limit, bench.Broker.TrafficKeyFingerprint("pub", name));
            await session.SubscribeAsync(Bench.Topic, default);
        }

        // It gets each wrap twice, for its login and for its subscription: a key that changed while it published may be either one's, and it publishes again.
        await pub.WaitForTrafficKeyAsync(Bench.Limit, bench.Broker.TrafficKeyFingerprint("pub", "other"));
        TrafficKey used;
        var published = 0;
        do
        {
            used = await pub.WaitForTrafficKeyAsync(Bench.Limit);
            await pub.PublishSealedAsync(Bench.Topic, Reading, default);
            published++;
        }
        while (used != await pub.WaitForTrafficKeyAsync(Bench.Limit));

        foreach (var (name, session) in readers)
        {
            for (var i = 1; i < published; i++)
            {
                await OpensAsync(session);
            }

            Assert.That(await OpensAsync(session), Is.EqualTo(name == used.Peer), name);
        }
    }

    [Test]
    public async Task Each_wrap_tells_the_publisher_that_subscribers_session_key()
    {
        var keys = new Dictionary<string, byte[]>();
        var wire = new PayloadRecorder();
        await using var bench = await StartAsync(keys, wire);
        foreach (var client in new[] { "pub", "sub", "other" })
        {
            await bench.LogInAsync(client, keyBits);
        }

        using var limit = new CancellationTokenSource(Bench.Limit);
        var unrolled = new Dictionary<string, byte[]>();
        while (unrolled.Count < 2)
        {
            if (TryUnwrap(await wire.Seen.ReadAsync(limit.Token), keys["pub"], out var peer, out var ks))
            {
                unrolled.TryAdd(peer, MqttPresentCipher.Combine(keys["pub"], ks));
            }
        }

        Assert.That(unrolled["sub"], Is.EqualTo(keys["sub"]));
        Assert.That(unrolled["other"], Is.EqualTo(keys["other"]));
    }

    /// <summary>The fingerprint that the publisher, with its own SK alone, gets from a wrap for it.</summary>
    private bool TryUnwrap(byte[] payload, byte[] ownKey, [NotNullWhen(true)] out string? peer, [NotNullWhen(true)] out byte[]? ks)
    {
        (peer, ks) = (null, null);
        if (!WrapMessage.TryDecode(payload, out var wrap) || wrap.Peer == "pub" || !MqttPresentCipher.TryUnwrap(keyBits, ownKey, wrap.Wrap.Span, out var opened))
        {
            return false;
        }

        (peer, ks) = (wrap.Peer, opened);
        return true;
    }

    private async Task<Bench> StartAsync(Dictionary<string, byte[]> keys, IProxyPolicy? wire = null)
    {
        var bench = await Bench.StartAsync(
            keyBits, wire, configure: o => o with { Pairs = [new KeyPair("pub", "sub", Bench.Topic), new KeyPair("pub", "other", Bench.Topic)] });
        bench.Broker.KeyEstablished += (client, key) => keys[client] = key.Bytes.ToArray();
        return bench;
    }

    /// <summary>A wrong key passes the padding about once in 256: what counts is the right plaintext.</summary>
    private static async Task<bool> OpensAsync(DeviceSession session)
    {
        try
        {
            return (await session.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.Span.SequenceEqual(Reading);
        }
        catch (PartyRefusedException e) when (e.Refusal == PartyRefusal.BadPadding)
        {
            return false;
        }
    }
}
