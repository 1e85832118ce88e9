using System.Security.Cryptography;
using Harness.Mqtt;
using Harness.Schemes;
using Harness.Schemes.AugMqtt;
using Harness.Sessions.Broker;

namespace Harness.Sessions.Tests.Hops;

/// <summary>AugMQTT from publisher to subscriber, over MQTT.</summary>
public sealed class AugMqttSessionTests
{
    [Test]
    public async Task A_reading_is_opened_and_sealed_anew_by_the_broker(
        [Values] LoginBinding publisher, [Values] LoginBinding subscriber, [Values(0, 1, 16, 17, 200)] int length)
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub", binding: publisher);
        var sub = await bench.LogInAsync("sub", binding: subscriber);
        await sub.SubscribeAsync(Bench.Topic, default);
        for (var i = 0; i < 3; i++)
        {
            var reading = RandomNumberGenerator.GetBytes(length);
            var published = await pub.PublishSealedAsync(Bench.Topic, reading, default);
            var opened = await sub.ReceiveAndOpenAsync(Bench.Limit);
            Assert.That(opened.Topic, Is.EqualTo(Bench.Topic));
            Assert.That(opened.Plaintext.ToArray(), Is.EqualTo(reading));
            Assert.That(published.Length, Is.EqualTo(length + HopChannel.Overhead));
        }

        Assert.That(bench.Broker.Payloads.Records.Select(r => (r.Client, r.Topic, r.Accepted, r.Reason)),
            Is.EqualTo(Enumerable.Repeat(("pub", Bench.Topic, true, PayloadReasons.Opened), 3)));
        Assert.That(bench.Broker.Faults, Is.Empty);
    }

    private static Task<Bench> StartAsync() => Bench.StartAsync(scheme: SchemeNames.AugMqtt, configure: o => o with { AllowAnonymous = true });
}
