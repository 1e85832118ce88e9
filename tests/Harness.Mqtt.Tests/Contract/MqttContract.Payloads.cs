using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Harness.Mqtt.Tests.Contract;

/// <content>Hooks that check and change payloads: once when a message is received, and for each client when it is sent.</content>
public abstract partial class MqttContract
{
    [Test]
    public async Task Payload_hooks_change_a_message_on_its_way_in_and_for_each_client_on_its_way_out(
        [Values(MqttVersion.V311, MqttVersion.V5)] MqttVersion version, [Values(QualityOfService.AtMostOnce, QualityOfService.AtLeastOnce)] QualityOfService qos)
    {
        await PayloadBrokerAsync(new PayloadHooks());
        var publisher = await LoginAsync("p", with: o => o with { Version = version });
        await publisher.PublishAsync("kept", Text("before"), QualityOfService.AtLeastOnce, retain: true);
        foreach (var name in new[] { "s1", "s2" })
        {
            var subscriber = await LoginAsync(name, with: o => o with { Version = version });
            await subscriber.SubscribeAsync("#", qos);
            Assert.That(await TextAsync(subscriber), Is.EqualTo($"{name}#1(BEFORE)"), "retained as judged, and sent its way");
            await publisher.PublishAsync("a", Text("x"), qos);
            await publisher.PublishAsync("a", Text("y"), qos);
            Assert.That((await TextAsync(subscriber), await TextAsync(subscriber)), Is.EqualTo(($"{name}#2(X)", $"{name}#3(Y)")));
        }
    }

    [Test]
    public async Task A_refused_message_has_its_reason_and_is_neither_routed_nor_retained([Values(MqttVersion.V311, MqttVersion.V5)] MqttVersion version)
    {
        await PayloadBrokerAsync(new PayloadHooks());
        var client = await LoginAsync("c", with: o => o with { Version = version });
        await client.SubscribeAsync("#");
        foreach (var reason in new[] { ReasonCode.NotAuthorized, ReasonCode.PayloadFormatInvalid })
        {
            Assert.That(await client.PublishAsync("refuse", new[] { (byte)reason }, QualityOfService.AtLeastOnce, retain: true),
                Is.EqualTo(version == MqttVersion.V5 ? reason : ReasonCode.Success), "3.1.1 has no negative PUBACK");
        }

        await client.PublishAsync("swallow", Text("x"), QualityOfService.AtLeastOnce, retain: true);
        await client.PublishAsync("a", Text("x"), QualityOfService.AtLeastOnce);
        Assert.That(await TextAsync(client), Is.EqualTo("c#1(X)"));
        var late = await LoginAsync("late", with: o => o with { Version = version });
        await late.SubscribeAsync("#");
        await client.PublishAsync("a", Text("z"), QualityOfService.AtLeastOnce);
        Assert.That(await TextAsync(late), Is.EqualTo("late#1(Z)"), "nothing was retained");
    }

    [Test]
    public async Task A_message_withheld_from_a_client_delays_no_other_message(
        [Values(MqttVersion.V311, MqttVersion.V5)] MqttVersion version, [Values(QualityOfService.AtMostOnce, QualityOfService.AtLeastOnce)] QualityOfService qos)
    {
        await PayloadBrokerAsync(new PayloadHooks());
        var client = await LoginAsync("c", with: o => o with { Version = version });
        await client.SubscribeAsync("#", qos);
        foreach (var topic in new[] { "silent", "silent", "a" })
        {
            await client.PublishAsync(topic, Text("x"), qos);
        }

        Assert.That(await TextAsync(client), Is.EqualTo("c#1(X)"));
    }

    [Test]
    public async Task Hooks_that_throw_refuse_or_keep_back_and_are_told([Values(MqttVersion.V311, MqttVersion.V5)] MqttVersion version)
    {
        var hooks = new PayloadHooks();
        await PayloadBrokerAsync(hooks);
        var client = await LoginAsync("c", with: o => o with { Version = version });
        await client.SubscribeAsync("#");
        var reason = await client.PublishAsync("throw", Text("x"), QualityOfService.AtLeastOnce);
        Assert.That(reason, Is.EqualTo(version == MqttVersion.V5 ? ReasonCode.UnspecifiedError : ReasonCode.Success));
        await client.PublishAsync("throw-out", Text("x"), QualityOfService.AtLeastOnce);
        await client.PublishAsync("a", Text("x"), QualityOfService.AtLeastOnce);
        Assert.That(await TextAsync(client), Is.EqualTo("c#1(X)"));
        Assert.That(hooks.Faults.Select(f => f.Where), Is.EqualTo(new[] { "IBrokerHooks.JudgeAsync", "IBrokerHooks.Outgoing" }));
    }

    [Test]
    public async Task Messages_of_the_broker_itself_pass_the_payload_hooks_of_the_client([Values(MqttVersion.V311, MqttVersion.V5)] MqttVersion version)
    {
        await PayloadBrokerAsync(new PayloadHooks());
        var client = await LoginAsync("c", with: o => o with { Version = version });
        await client.SubscribeAsync("#");
        await _broker.PublishAsync("a", Text("x"), QualityOfService.AtLeastOnce);
        await _broker.PublishAsync("a", Text("y"), onlyToClient: "c");
        Assert.That((await TextAsync(client), await TextAsync(client)), Is.EqualTo(("c#1(x)", "c#2(y)")));
    }

    private async Task PayloadBrokerAsync(PayloadHooks hooks)
    {
        await BrokerAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        Assert.That(_broker.AppliesPayloadHooks, Is.True);
    }

    private static async Task<string> TextAsync(MqttClient client) => Encoding.UTF8.GetString((await NextAsync(client)).Payload.Span);
}

/// <summary>Changes payloads to upper case when received; when sent, adds the client's name and a rising number.</summary>
internal sealed class PayloadHooks : IBrokerHooks
{
    private readonly ConcurrentDictionary<string, int> _sent = new();
    private readonly Channel<string> _left = Channel.CreateUnbounded<string>();

    public string Generation { get; set; } = "";

    public ConcurrentQueue<BrokerFault> Faults { get; } = new();

    /// <summary>ClientIds of ended connections, in order.</summary>
    public ChannelReader<string> Left => _left.Reader;

    public ValueTask<PublishJudgement> JudgeAsync(ClientIdentity client, MqttMessage message, CancellationToken cancellationToken) => new(message.Topic switch
    {
        "refuse" => PublishJudgement.Refuse((ReasonCode)message.Payload.Span[0]),
        "swallow" => PublishJudgement.AcknowledgeOnly,
        "throw" => throw new InvalidOperationException("bug"),
        _ => PublishJudgement.Route(Text(Encoding.UTF8.GetString(message.Payload.Span).ToUpperInvariant())),
    });

    public ReadOnlyMemory<byte>? Outgoing(ClientIdentity client, string topic, ReadOnlyMemory<byte> payload) => topic switch
    {
        "silent" => (ReadOnlyMemory<byte>?)null,
        "throw-out" => throw new InvalidOperationException("bug"),
        _ => Text($"{Generation}{client.ClientId}#{_sent.AddOrUpdate(client.ClientId, 1, (_, n) => n + 1)}({Encoding.UTF8.GetString(payload.Span)})"),
    };

    public void Disconnected(ClientIdentity client) => _left.Writer.TryWrite(client.ClientId);

    public void Faulted(BrokerFault fault) => Faults.Enqueue(fault);

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
