namespace Harness.Steps;

/// <summary>A client with an account of its own that is curious about others.</summary>
[Binding]
public sealed class StrangerSteps(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker, TapDriver tap, LoginDriver logins)
{
    private const string Client = "curious";
    private const string Marker = "lab/marker";

    private bool _listening;

    [Given("^a stranger with an account listens to everything$")]
    public async Task GivenAStrangerListens()
    {
        await logins.AddGuestAsync(Client);
        await logins.Session(Client).SubscribeAsync("#", scope.Cancellation);
        _listening = true;
    }

    [Then("^the stranger receives no key wrap$")]
    public async Task ThenNoWrap()
    {
        var stranger = Curious();
        Check.Needs(
            broker.Broker.TrafficKeyFingerprint(broker.Pair.Publisher, broker.Pair.Subscriber) is not null, "key wraps", "some that the broker sent out", "none",
            $"Given {broker.Publisher.Name} and {broker.Subscriber.Name} are logged in");
        // Messages sent before the marker come before it: so nothing is waited for that may never come.
        await broker.Broker.PublishAsync(Marker, "end"u8.ToArray(), cancellationToken: scope.Cancellation);
        while (true)
        {
            var message = await stranger.ReceiveAsync(environment.HandshakeTimeout, scope.Cancellation);
            if (message.Topic == Marker)
            {
                Check.Judged();
                return;
            }

            Check.That(!PrivateTopics.IsPrivate(message.Topic), "messages to the stranger", "none that belongs to another", $"{message.Payload.Length} bytes on {message.Topic}");
        }
    }

    [Then("^a stranger who connects later receives no key wrap$")]
    public async Task ThenNoWrapLater()
    {
        await GivenAStrangerListens();
        await ThenNoWrap();
    }

    [Then("^no key wrap came out of the broker's store$")]
    public void ThenNoneWasKept()
    {
        // A broker sets RETAIN on what it sends because it kept it (MQTT 5, 3.3.1.3).
        var wraps = tap.Tap.Seen.Select(packet => packet.Packet).OfType<PublishPacket>().Where(publish => PrivateTopics.IsPrivate(publish.Topic)).ToList();
        Check.Needs(wraps.Count > 1, "key wraps at the tap", "several", $"{wraps.Count}", "Given board and host are logged in");
        Check.Equal(0, wraps.Count(publish => publish.Retain), "key wraps that the broker kept");
    }

    [Then("^the stranger may neither read nor write the key topic of " + StepPatterns.Device + "$")]
    public async Task ThenMayNeither(string device)
    {
        var (stranger, topic) = (Curious(), PrivateTopics.Key(logins.Device(device).Client));
        await MustBeRefusedAsync($"subscription of a stranger to the key topic of {device}", () => stranger.SubscribeAsync(topic, scope.Cancellation));
        await MustBeRefusedAsync(
            $"publication of a stranger on the key topic of {device}", () => stranger.PublishAsync(topic, Encoding.ASCII.GetBytes("no wrap"), scope.Cancellation));
    }

    private DeviceSession Curious() => _listening
        ? logins.Session(Client)
        : throw new UnjudgeableException("stranger", "one who listens", "none", "Given a stranger with an account listens to everything");

    private static async Task MustBeRefusedAsync(string item, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (SessionRefusedException e)
        {
            Check.That(e.Reason == ReasonCode.NotAuthorized, item, "to be refused with 0x87", $"refused with 0x{(byte)e.Reason:x2}");
            return;
        }

        throw new CheckFailedException(item, "to be refused with 0x87", "granted");
    }
}
