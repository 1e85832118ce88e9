using Harness.Crypto;

namespace Harness.Sessions.Tests.Hops;

/// <summary>The broker of AugMQTT: what it sees, what it computes, and what it needs underneath.</summary>
public sealed class AugMqttBrokerTests
{
    [Test]
    public async Task Every_key_can_be_seen_by_a_curious_broker_and_the_device_reports_the_same()
    {
        var seen = new Dictionary<string, string>();
        await using var bench = await Bench.StartAsync(scheme: SchemeNames.AugMqtt);
        bench.Broker.KeyEstablished += (client, key) => seen[client] = Fingerprints.Of(key.Bytes);
        var pub = await bench.LogInAsync("pub");
        Assert.That(seen, Is.EqualTo(new Dictionary<string, string> { ["pub"] = pub.Fingerprint }));
    }

    [Test]
    public async Task The_brokers_work_is_counted_apart_from_the_devices()
    {
        await using var bench = await HopBench.StartAsync();
        Assert.That(bench.Broker.Counts, Is.EqualTo(default(OperationTally)));
        var (pub, party) = await HopBench.LogInAsync(bench, "pub");
        var login = bench.Broker.Counts;
        Assert.That((login.Hashes > 0, login.Exponentiations > 0, login.Ciphers), Is.EqualTo((true, true, 0L)));
        var sub = await bench.LogInAsync("sub", binding: LoginBinding.Topics);
        var other = await bench.LogInAsync("other");
        foreach (var session in new[] { sub, other })
        {
            await session.SubscribeAsync(Bench.Topic, default);
        }

        var atRest = bench.Broker.Counts;
        Assert.That(atRest, Is.EqualTo(login + login + login), "each login costs the broker the same, on either binding");
        var partyBefore = await party.CountsAsync(default);
        await pub.PublishSealedAsync(Bench.Topic, new byte[17], default);
        await sub.ReceiveAndOpenAsync(Bench.Limit);
        await other.ReceiveAndOpenAsync(Bench.Limit);
        Assert.That(bench.Broker.Counts - atRest, Is.EqualTo(new OperationTally(0, 0, 3, 0, 12)), "opened once, sealed twice, 4 blocks each");
        Assert.That(await party.CountsAsync(default) - partyBefore, Is.EqualTo(new OperationTally(0, 0, 1, 0, 4)));
    }

    [Test]
    public void A_broker_underneath_that_cannot_re_seal_is_refused_with_the_reason()
    {
        Assert.That(async () => await Bench.StartAsync(scheme: SchemeNames.AugMqtt, configure: o => o with { StartBroker = PlainBroker.StartAsync }),
            Throws.InstanceOf<Harness.Record.InconclusiveException>().With.Message.Contains("augmqtt").And.Message.Contains(nameof(PlainBroker)));
    }

    [Test]
    public async Task Under_mqtt_present_a_broker_without_payload_hooks_will_do()
    {
        await using var bench = await Bench.StartAsync(configure: o => o with { StartBroker = PlainBroker.StartAsync });
        var pub = await bench.LogInAsync("pub");
        Assert.That(pub.Fingerprint, Is.EqualTo(bench.Broker.SessionFingerprint("pub")));
    }

    [Test]
    public void An_unknown_scheme_is_refused_with_the_known_ones() =>
        Assert.That(async () => await Bench.StartAsync(scheme: "agmqtt"), Throws.ArgumentException.With.Message.Contains("augmqtt, mqtt-auth"));

    /// <summary>A broker as a driver on a package may be: all but the payload hooks.</summary>
    private sealed class PlainBroker(IMqttBroker inner) : IMqttBroker
    {
        public System.Net.IPEndPoint Endpoint => inner.Endpoint;

        public IReadOnlyCollection<string> ConnectedClients => inner.ConnectedClients;

        public bool SupportsReauthentication => inner.SupportsReauthentication;

        public static async Task<IMqttBroker> StartAsync(MqttBrokerOptions options, CancellationToken cancellationToken) =>
            new PlainBroker(await MqttBroker.StartAsync(options, cancellationToken));

        public Task PublishAsync(
            string topic, ReadOnlyMemory<byte> payload, QualityOfService qos, bool retain, string? onlyToClient, CancellationToken cancellationToken) =>
            inner.PublishAsync(topic, payload, qos, retain, onlyToClient, cancellationToken);

        public Task<bool> DisconnectClientAsync(string clientId, ReasonCode reason) => inner.DisconnectClientAsync(clientId, reason);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
