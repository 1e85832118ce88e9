using System.Collections.Concurrent;
using System.Text;

namespace Harness.Mqtt.Tests.Broker;

/// <summary>Hooks that judge and change payloads: once when a message comes, and for each client when it is sent.</summary>
[TestFixture(MqttVersion.V311)]
[TestFixture(MqttVersion.V5)]
public class PayloadHookTests(MqttVersion version)
{
    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [Test]
    public async Task What_is_judged_is_routed_changed_and_each_client_gets_it_its_own_way([Values(QualityOfService.AtMostOnce, QualityOfService.AtLeastOnce)] QualityOfService qos)
    {
        await using var environment = await StartAsync(new PayloadHooks());
        var publisher = await environment.ConnectAsync("p", version);
        await publisher.PublishAsync("kept", Text("before"), QualityOfService.AtLeastOnce, retain: true);
        foreach (var name in new[] { "s1", "s2" })
        {
            var subscriber = await environment.ConnectAsync(name, version);
            await subscriber.SubscribeAsync("#", qos);
            Assert.That(await NextAsync(subscriber), Is.EqualTo($"{name}#1(BEFORE)"), "retained as judged, and sent its way");
            await publisher.PublishAsync("a", Text("x"), qos);
            await publisher.PublishAsync("a", Text("y"), qos);
            Assert.That((await NextAsync(subscriber), await NextAsync(subscriber)), Is.EqualTo(($"{name}#2(X)", $"{name}#3(Y)")));
        }
    }

    [Test]
    public async Task What_is_refused_has_its_reason_and_is_neither_routed_nor_retained()
    {
        await using var environment = await StartAsync(new PayloadHooks());
        var client = await environment.ConnectAsync("c", version);
        await client.SubscribeAsync("#");
        foreach (var reason in new[] { ReasonCode.NotAuthorized, ReasonCode.PayloadFormatInvalid })
        {
            Assert.That(await client.PublishAsync("refuse", new[] { (byte)reason }, QualityOfService.AtLeastOnce, retain: true),
                Is.EqualTo(version == MqttVersion.V5 ? reason : ReasonCode.Success), "3.1.1 has no negative PUBACK");
        }

        await client.PublishAsync("swallow", Text("x"), QualityOfService.AtLeastOnce, retain: true);
        await client.PublishAsync("a", Text("x"), QualityOfService.AtLeastOnce);
        Assert.That(await NextAsync(client), Is.EqualTo("c#1(X)"));
        var late = await environment.ConnectAsync("late", version);
        await late.SubscribeAsync("#");
        await client.PublishAsync("a", Text("z"), QualityOfService.AtLeastOnce);
        Assert.That(await NextAsync(late), Is.EqualTo("late#1(Z)"), "nothing was retained");
    }

    [Test]
    public async Task What_is_kept_back_from_a_client_holds_nothing_else_up([Values(QualityOfService.AtMostOnce, QualityOfService.AtLeastOnce)] QualityOfService qos)
    {
        await using var environment = await StartAsync(new PayloadHooks());
        var client = await environment.ConnectAsync("c", version);
        await client.SubscribeAsync("#", qos);
        foreach (var topic in new[] { "silent", "silent", "a" })
        {
            await client.PublishAsync(topic, Text("x"), qos);
        }

        Assert.That(await NextAsync(client), Is.EqualTo("c#1(X)"));
    }

    [Test]
    public async Task Hooks_that_throw_refuse_or_keep_back_and_are_told()
    {
        var hooks = new PayloadHooks();
        await using var environment = await StartAsync(hooks);
        var client = await environment.ConnectAsync("c", version);
        await client.SubscribeAsync("#");
        var reason = await client.PublishAsync("throw", Text("x"), QualityOfService.AtLeastOnce);
        Assert.That(reason, Is.EqualTo(version == MqttVersion.V5 ? ReasonCode.UnspecifiedError : ReasonCode.Success));
        await client.PublishAsync("throw-out", Text("x"), QualityOfService.AtLeastOnce);
        await client.PublishAsync("a", Text("x"), QualityOfService.AtLeastOnce);
        Assert.That(await NextAsync(client), Is.EqualTo("c#1(X)"));
        Assert.That(hooks.Faults.Select(f => f.Where), Is.EqualTo(new[] { "IBrokerHooks.JudgeAsync", "IBrokerHooks.Outgoing" }));
    }

    [Test]
    public async Task What_the_broker_publishes_itself_goes_out_the_clients_way_too()
    {
        await using var environment = await StartAsync(new PayloadHooks());
        var client = await environment.ConnectAsync("c", version);
        await client.SubscribeAsync("#");
        await environment.Broker.PublishAsync("a", Text("x"), QualityOfService.AtLeastOnce);
        await environment.Broker.PublishAsync("a", Text("y"), onlyToClient: "c");
        Assert.That((await NextAsync(client), await NextAsync(client)), Is.EqualTo(("c#1(x)", "c#2(y)")));
    }

    [Test]
    public async Task What_waited_for_a_client_is_made_when_it_is_sent()
    {
        var hooks = new PayloadHooks();
        await using var environment = await StartAsync(hooks);
        var publisher = await environment.ConnectAsync("p", version);
        var options = new MqttClientOptions { Port = environment.Broker.Endpoint.Port, ClientId = "s", Version = version, CleanStart = false, SessionExpirySeconds = version == MqttVersion.V5 ? 600 : null };
        await using (var before = await MqttClient.ConnectAsync(options, default))
        {
            await before.SubscribeAsync("#");
        }

        for (var i = 0; environment.Broker.ConnectedClients.Contains("s"); i++)
        {
            Assert.That(i, Is.LessThan(1000));
            await Task.Delay(10);
        }

        await publisher.PublishAsync("a", Text("x"), QualityOfService.AtLeastOnce);
        hooks.Generation = "new ";
        await using var after = await MqttClient.ConnectAsync(options, default);
        Assert.That(await NextAsync(after), Is.EqualTo("new s#1(X)"));
    }

    [Test]
    public void A_refusal_needs_a_reason_of_a_refusal()
    {
        Assert.That(() => PublishJudgement.Refuse(ReasonCode.NoMatchingSubscribers), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(default(PublishJudgement), Is.EqualTo(PublishJudgement.Swallow), "a forgotten value routes nothing");
    }

    private static Task<TestEnvironment> StartAsync(PayloadHooks hooks) =>
        TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });

    private static async Task<string> NextAsync(MqttClient client) => Encoding.UTF8.GetString((await TestEnvironment.NextAsync(client)).Payload.Span);

    /// <summary>Upper case on the way in; on the way out the client's name and a number that rises as messages are sent to it.</summary>
    private sealed class PayloadHooks : IBrokerHooks
    {
        private readonly ConcurrentDictionary<string, int> _sent = new();

        public string Generation { get; set; } = "";

        public ConcurrentQueue<BrokerFault> Faults { get; } = new();

        public ValueTask<PublishJudgement> JudgeAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken) => new(message.Topic switch
        {
            "refuse" => PublishJudgement.Refuse((ReasonCode)message.Payload.Span[0]),
            "swallow" => PublishJudgement.Swallow,
            "throw" => throw new InvalidOperationException("bug"),
            _ => PublishJudgement.Route(Text(Encoding.UTF8.GetString(message.Payload.Span).ToUpperInvariant())),
        });

        public ReadOnlyMemory<byte>? Outgoing(ClientIdentity client, string topic, ReadOnlyMemory<byte> payload) => topic switch
        {
            "silent" => (ReadOnlyMemory<byte>?)null,
            "throw-out" => throw new InvalidOperationException("bug"),
            _ => Text($"{Generation}{client.ClientId}#{_sent.AddOrUpdate(client.ClientId, 1, (_, n) => n + 1)}({Encoding.UTF8.GetString(payload.Span)})"),
        };

        public void Faulted(BrokerFault fault) => Faults.Enqueue(fault);
    }
}
