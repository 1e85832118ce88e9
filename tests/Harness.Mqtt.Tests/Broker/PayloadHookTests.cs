using Harness.Mqtt.Tests.Contract;

namespace Harness.Mqtt.Tests.Broker;

/// <summary>Payload hooks of the built-in broker alone; those of every broker are in the contract tests.</summary>
[TestFixture(MqttVersion.V311)]
[TestFixture(MqttVersion.V5)]
public class PayloadHookTests(MqttVersion version)
{
    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [Test]
    public async Task A_queued_message_is_built_when_it_is_sent()
    {
        var hooks = new PayloadHooks();
        await using var environment = await StartAsync(hooks);
        var publisher = await environment.ConnectAsync("p", version);
        var options = new MqttClientOptions { Port = environment.Broker.Endpoint.Port, ClientId = "s", Version = version, CleanStart = false, SessionExpirySeconds = version == MqttVersion.V5 ? 600 : null };
        await using (var before = await MqttClient.ConnectAsync(options, default))
        {
            await before.SubscribeAsync("#");
        }

        Assert.That(await hooks.Left.ReadAsync().AsTask().WaitAsync(TestEnvironment.Timeout), Is.EqualTo("s"));
        Assert.That(environment.Broker.ConnectedClients, Does.Not.Contain("s"));
        await publisher.PublishAsync("a", Text("x"), QualityOfService.AtLeastOnce);
        hooks.Generation = "new ";
        await using var after = await MqttClient.ConnectAsync(options, default);
        Assert.That(await NextAsync(after), Is.EqualTo("new s#1(X)"));
    }

    [Test]
    public void A_refusal_needs_a_reason_of_a_refusal()
    {
        Assert.That(() => PublishJudgement.Refuse(ReasonCode.NoMatchingSubscribers), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(default(PublishJudgement), Is.EqualTo(PublishJudgement.AcknowledgeOnly), "a forgotten value routes nothing");
    }

    private static Task<TestEnvironment> StartAsync(PayloadHooks hooks) =>
        TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });

    private static async Task<string> NextAsync(MqttClient client) => Encoding.UTF8.GetString((await TestEnvironment.NextAsync(client)).Payload.Span);
}
