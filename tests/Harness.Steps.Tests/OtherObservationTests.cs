using Harness.Mqtt;
using Harness.Record;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;
using Harness.Steps.World;

namespace Harness.Steps.Tests;

/// <summary>What no feature can bring about, the steps are shown: keys that repeat, a message twice, a wrap that was kept.</summary>
[NonParallelizable]
public sealed class OtherObservationTests
{
    private TestRun run = null!;
    private ScenarioScope scope = null!;
    private ScenarioWorld world = null!;

    [SetUp]
    public void SetUp()
    {
        run = new TestRun();
        scope = run.Environment.BeginScenario("f:1", TimeSpan.FromMinutes(2));
        world = new ScenarioWorld(run.Environment, scope);
    }

    [TearDown]
    public async Task TearDown()
    {
        await world.DisposeAsync();
        scope.End();
        scope.Dispose();
        await run.DisposeAsync();
    }

    [Test]
    public async Task A_session_key_that_comes_twice_is_seen()
    {
        var steps = await LoggedInThreeTimesAsync();
        Assert.That(() => steps.ThenAllKeysDiffer(3), Throws.Nothing);
        var keys = world.Device("host").Fingerprints;
        keys[2] = keys[0];
        Assert.That(() => steps.ThenAllKeysDiffer(3), Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public async Task A_handshake_message_that_comes_twice_is_seen()
    {
        var steps = await LoggedInThreeTimesAsync();
        Assert.That(steps.ThenNoMessageTwice, Throws.Nothing);
        await world.Tap.OnPacketAsync(world.Tap.Seen.First(p => p.Packet is ConnectPacket), world.Cancellation);
        Assert.That(steps.ThenNoMessageTwice, Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public async Task A_traffic_key_that_is_a_session_key_is_seen()
    {
        var readings = await PairedAsync();
        Assert.That(readings.ThenNeithersSessionKey, Throws.Nothing);
        world.Subscriber.Fingerprints.Add(world.Publisher.Session!.TrafficKey!.Fingerprint);
        Assert.That(readings.ThenNeithersSessionKey, Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public async Task A_wrap_that_the_broker_kept_is_seen()
    {
        await PairedAsync();
        var strangers = new StrangerSteps(world);
        Assert.That(strangers.ThenNoneWasKept, Throws.Nothing);
        var wrap = world.Tap.Seen.First(p => p.Packet is PublishPacket publish && PrivateTopics.IsPrivate(publish.Topic));
        await world.Tap.OnPacketAsync(wrap with { Packet = (PublishPacket)wrap.Packet! with { Retain = true } }, world.Cancellation);
        Assert.That(strangers.ThenNoneWasKept, Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public async Task A_wrap_that_reaches_a_stranger_is_seen()
    {
        await world.StartBrokerAsync(new KeyPair("host", "other", "lab/a"), 128);
        var strangers = new StrangerSteps(world);
        await strangers.GivenAStrangerListens();
        await Paired(new ReadingSteps(world));
        Assert.That(strangers.ThenNoWrap, Throws.Nothing);

        await world.SessionOf("curious").SubscribeAsync(PrivateTopics.Key("curious"), world.Cancellation);

        // Handed to the stranger by the broker itself, as its own rules let nobody else.
        await world.Broker.PublishAsync(PrivateTopics.Key("curious"), new byte[40], cancellationToken: world.Cancellation);
        Assert.That(strangers.ThenNoWrap, Throws.TypeOf<CheckFailedException>());
    }

    private async Task<LoginSteps> LoggedInThreeTimesAsync()
    {
        var steps = new LoginSteps(world);
        await steps.GivenABroker();
        steps.GivenEnrolled("host");
        await steps.WhenLogsInTimes("host", 3);
        return steps;
    }

    private async Task<ReadingSteps> PairedAsync()
    {
        var steps = new ReadingSteps(world);
        await steps.GivenAPair("host", "other", "lab/a", 128);
        await world.StartTapAsync();
        await steps.GivenBothAreLoggedIn("host", "other");
        return steps;
    }

    private async Task Paired(ReadingSteps steps)
    {
        world.Enrol("host", profile: "as-published");
        world.Enrol("other", profile: "as-published");
        (world.Publisher, world.Subscriber) = (world.Device("host"), world.Device("other"));
        await steps.GivenBothAreLoggedIn("host", "other");
    }
}
