using Harness.Sessions.Topics;

namespace Harness.Steps;

/// <summary>Logins by messages on topics, for MQTT 3.1.1 and brokers that know no enhanced authentication.</summary>
[Binding]
public sealed class TopicLoginSteps(BrokerDriver broker, TapDriver tap, LoginDriver logins)
{
    [Given("^a broker that takes logins on topics$")]
    public Task GivenABroker()
    {
        broker.Binding = LoginBinding.Topics;
        return broker.StartAsync(configure: options => options with { AllowAnonymous = true });
    }

    [When("^the tap flips one bit of V_S on its topic$")]
    public void WhenTheTapFlips() => tap.Tap.Attack = new Rewrite(StepsOf(PacketDirection.ToClient, TopicStep.Success), message =>
    {
        var data = message.Data.ToArray();
        data[^7] ^= 4;
        return message with { Data = data };
    });

    [When("^the tap sends V_C on its topic twice$")]
    public void WhenTwice() => tap.Tap.Attack = new DuplicateMessagePolicy(StepsOf(PacketDirection.ToBroker, TopicStep.Proof));

    [When("^the tap answers the login of " + StepPatterns.Device + " on its topic with Y = (.+)$")]
    public async Task WhenTheTapAnswers(string device, string element)
    {
        var under = logins.Device(device);
        var y = StepPatterns.Element(under.Group, element);
        var selector = StepsOf(PacketDirection.ToClient, TopicStep.Challenge);
        tap.Tap.Attack = new Rewrite(selector, message =>
        {
            ServerHello.TryDecode(message.Data.Span, out var hello);
            return message with { Data = (hello! with { Y = y }).Encode() };
        });
        await logins.LogInAsync(under);
    }

    private static PacketSelector StepsOf(PacketDirection direction, TopicStep step) => new($"step {(byte)step} on its topic", p =>
        p.Direction == direction && p.Packet is PublishPacket publish && publish.Topic.StartsWith(PrivateTopics.Root + "/", StringComparison.Ordinal)
        && TopicMessage.TryDecode(publish.Payload.Span, out var message) && message.Step == step);

    /// <summary>The copy goes as QoS 0: it is the step that is repeated, not the packet, whose second PUBACK would end the connection.</summary>
    private sealed class DuplicateMessagePolicy(PacketSelector selector) : NthPacketPolicy(selector, 1)
    {
        protected override IReadOnlyList<ProxyAction> Attack(ProxiedPacket packet)
        {
            Hit();
            var copy = ((PublishPacket)packet.Packet!) with { Qos = QualityOfService.AtMostOnce, PacketId = 0 };
            return [ProxyAction.Forward(packet), ProxyAction.Send(packet.Direction, copy, packet.Version)];
        }
    }

    private sealed class Rewrite(PacketSelector selector, Func<TopicMessage, TopicMessage> alter) : NthPacketPolicy(selector, 1)
    {
        protected override IReadOnlyList<ProxyAction> Attack(ProxiedPacket packet)
        {
            var publish = (PublishPacket)packet.Packet!;
            TopicMessage.TryDecode(publish.Payload.Span, out var message);
            Hit();
            return [ProxyAction.Send(packet.Direction, publish with { Payload = alter(message!).Encode() }, packet.Version)];
        }
    }
}
