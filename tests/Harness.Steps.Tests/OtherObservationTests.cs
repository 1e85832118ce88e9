using Harness.Mqtt.Packets;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;
using Harness.Sessions.Testbed;

namespace Harness.Steps.Tests;

/// <summary>Steps judge observations that no feature can bring about: keys that repeat, a message twice, a wrap that was kept.</summary>
[NonParallelizable]
public sealed class OtherObservationTests
{
    private TestRun _run = null!;
    private ScenarioScope _scope = null!;
    private BrokerDriver _broker = null!;
    private TapDriver _tap = null!;
    private LoginDriver _logins = null!;

    [SetUp]
    public void SetUp()
    {
        _run = new TestRun();
        _scope = _run.Environment.BeginScenario("f:1", TimeSpan.FromMinutes(2));
        _broker = new BrokerDriver(_run.Environment, _scope);
        _tap = new TapDriver(_run.Environment, _scope, _broker);
        _logins = new LoginDriver(_run.Environment, _scope, _broker);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _scope.EndOwnedAsync();
        _scope.End();
        _scope.Dispose();
        await _run.DisposeAsync();
    }

    [Test]
    public async Task A_session_key_that_comes_twice_is_seen()
    {
        var steps = await LoggedInThreeTimesAsync();
        Assert.That(() => steps.ThenAllKeysDiffer(3), Throws.Nothing);
        var device = _logins.Device("host");
        device.Note(device.Logins[0]);
        Assert.That(() => steps.ThenAllKeysDiffer(4), Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public async Task A_handshake_message_that_comes_twice_is_seen()
    {
        var steps = await LoggedInThreeTimesAsync();
        Assert.That(steps.ThenNoMessageTwice, Throws.Nothing);
        await _tap.Tap.OnPacketAsync(_tap.Tap.Seen.First(p => p.Packet is ConnectPacket), _scope.Cancellation);
        Assert.That(steps.ThenNoMessageTwice, Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public async Task A_traffic_key_that_is_a_session_key_is_seen()
    {
        var readings = await PairedAsync();
        Assert.That(readings.ThenNeithersSessionKey, Throws.Nothing);
        _broker.Subscriber.Note(LoginResult.Success(_broker.Publisher.Session!.TrafficKey!.Fingerprint));
        Assert.That(readings.ThenNeithersSessionKey, Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public async Task A_wrap_that_the_broker_kept_is_seen()
    {
        await PairedAsync();
        var strangers = new StrangerSteps(_run.Environment, _scope, _broker, _tap, _logins);
        Assert.That(strangers.ThenNoneWasKept, Throws.Nothing);
        var wrap = _tap.Tap.Seen.First(p => p.Packet is PublishPacket publish && PrivateTopics.IsPrivate(publish.Topic));
        await _tap.Tap.OnPacketAsync(wrap with { Packet = (PublishPacket)wrap.Packet! with { Retain = true } }, _scope.Cancellation);
        Assert.That(strangers.ThenNoneWasKept, Throws.TypeOf<CheckFailedException>());
    }

    [Test]
    public async Task A_wrap_that_reaches_an_unauthenticated_client_is_seen()
    {
        await _broker.StartAsync(new KeyPair("host", "other", "lab/a"), 128);
        var strangers = new StrangerSteps(_run.Environment, _scope, _broker, _tap, _logins);
        await strangers.GivenAStrangerListens();
        await Paired(new ReadingSteps(_run.Environment, _scope, _broker, _tap, _logins));
        Assert.That(strangers.ThenNoWrap, Throws.Nothing);

        // Handed to the stranger by the broker itself, as its own rules let nobody else; below its key topic, since a session takes its own wraps itself.
        await _broker.Broker.PublishAsync(PrivateTopics.Key("curious") + "/more", new byte[40], cancellationToken: _scope.Cancellation);
        Assert.That(strangers.ThenNoWrap, Throws.TypeOf<CheckFailedException>());
    }

    private async Task<LoginSteps> LoggedInThreeTimesAsync()
    {
        var steps = new LoginSteps(_run.Environment, _scope, _broker, _tap, _logins);
        await steps.GivenABroker();
        steps.GivenEnrolled("host");
        await steps.WhenLogsInTimes("host", 3);
        return steps;
    }

    private async Task<ReadingSteps> PairedAsync()
    {
        var steps = new ReadingSteps(_run.Environment, _scope, _broker, _tap, _logins);
        await steps.GivenAPair("host", "other", "lab/a", 128);
        await _tap.OpenAsync();
        await steps.GivenBothAreLoggedIn("host", "other");
        return steps;
    }

    private async Task Paired(ReadingSteps steps)
    {
        _logins.EnrolPair("host", "other");
        await steps.GivenBothAreLoggedIn("host", "other");
    }
}
