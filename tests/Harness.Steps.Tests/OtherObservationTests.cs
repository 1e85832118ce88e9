using Harness.Mqtt;
using Harness.Record;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;
using Harness.Sessions.Testbed;
using Harness.Steps.Drivers;

namespace Harness.Steps.Tests;

/// <summary>What no feature can bring about, the steps are shown: keys that repeat, a message twice, a wrap that was kept.</summary>
[NonParallelizable]
public sealed class OtherObservationTests
{
    private TestRun run = null!;
    private ScenarioScope scope = null!;
    private BrokerDriver broker = null!;
    private TapDriver tap = null!;
    private LoginDriver logins = null!;

    [SetUp]
    public void SetUp()
    {
        run = new TestRun();
        scope = run.Environment.BeginScenario("f:1", TimeSpan.FromMinutes(2));
        broker = new BrokerDriver(run.Environment, scope);
        tap = new TapDriver(run.Environment, scope, broker);
        logins = new LoginDriver(run.Environment, scope, broker);
    }

    [TearDown]
    public async Task TearDown()
    {
        await scope.EndOwnedAsync();
        scope.End();
        scope.Dispose();
        await run.DisposeAsync();
    }

    [Test]
    public async Task A_session_key_that_comes_twice_is_seen()
    {
        var steps = await LoggedInThreeTimesAsync();
        Assert.That(() => steps.ThenAllKeysDiffer(3), Throws.Nothing);
        var device = logins.Device("host");
        device.Note(device.Logins[0]);
        Assert.That(() => steps.ThenAllKeysDiffer(4), Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public async Task A_handshake_message_that_comes_twice_is_seen()
    {
        var steps = await LoggedInThreeTimesAsync();
        Assert.That(steps.ThenNoMessageTwice, Throws.Nothing);
        await tap.Tap.OnPacketAsync(tap.Tap.Seen.First(p => p.Packet is ConnectPacket), scope.Cancellation);
        Assert.That(steps.ThenNoMessageTwice, Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public async Task A_traffic_key_that_is_a_session_key_is_seen()
    {
        var readings = await PairedAsync();
        Assert.That(readings.ThenNeithersSessionKey, Throws.Nothing);
        broker.Subscriber.Note(LoginResult.Success(broker.Publisher.Session!.TrafficKey!.Fingerprint));
        Assert.That(readings.ThenNeithersSessionKey, Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public async Task A_wrap_that_the_broker_kept_is_seen()
    {
        await PairedAsync();
        var strangers = new StrangerSteps(run.Environment, scope, broker, tap, logins);
        Assert.That(strangers.ThenNoneWasKept, Throws.Nothing);
        var wrap = tap.Tap.Seen.First(p => p.Packet is PublishPacket publish && PrivateTopics.IsPrivate(publish.Topic));
        await tap.Tap.OnPacketAsync(wrap with { Packet = (PublishPacket)wrap.Packet! with { Retain = true } }, scope.Cancellation);
        Assert.That(strangers.ThenNoneWasKept, Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public async Task A_wrap_that_reaches_a_stranger_is_seen()
    {
        await broker.StartAsync(new KeyPair("host", "other", "lab/a"), 128);
        var strangers = new StrangerSteps(run.Environment, scope, broker, tap, logins);
        await strangers.GivenAStrangerListens();
        await Paired(new ReadingSteps(run.Environment, scope, broker, tap, logins));
        Assert.That(strangers.ThenNoWrap, Throws.Nothing);

        await logins.Session("curious").SubscribeAsync(PrivateTopics.Key("curious"), scope.Cancellation);

        // Handed to the stranger by the broker itself, as its own rules let nobody else.
        await broker.Broker.PublishAsync(PrivateTopics.Key("curious"), new byte[40], cancellationToken: scope.Cancellation);
        Assert.That(strangers.ThenNoWrap, Throws.TypeOf<CheckFailedException>());
    }

    private async Task<LoginSteps> LoggedInThreeTimesAsync()
    {
        var steps = new LoginSteps(run.Environment, scope, broker, tap, logins);
        await steps.GivenABroker();
        steps.GivenEnrolled("host");
        await steps.WhenLogsInTimes("host", 3);
        return steps;
    }

    private async Task<ReadingSteps> PairedAsync()
    {
        var steps = new ReadingSteps(run.Environment, scope, broker, tap, logins);
        await steps.GivenAPair("host", "other", "lab/a", 128);
        await tap.OpenAsync();
        await steps.GivenBothAreLoggedIn("host", "other");
        return steps;
    }

    private async Task Paired(ReadingSteps steps)
    {
        logins.EnrolPair("host", "other");
        await steps.GivenBothAreLoggedIn("host", "other");
    }
}
