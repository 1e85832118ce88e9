using Harness.Schemes;
using Harness.Sessions.Testbed;

namespace Harness.Steps.Tests.Drivers;

/// <summary>Logins of a scenario that steps judged, and those that no step judged.</summary>
[CancelAfter(60_000)]
public sealed class LoginDriverTests
{
    [Test]
    public async Task A_broken_rig_that_the_scenario_does_not_expect_is_the_verdict()
    {
        await using var scene = await Scene.BeginAsync();
        var device = await scene.BrokenAsync();
        var thrown = Assert.Throws<RigErrorException>(() => scene.Logins.Observe(device));
        Assert.That((thrown!.Item, thrown.Seen, thrown.NextCommand), Is.EqualTo(("link of board", "silence", "look")));
        Assert.That(async () => await scene.Scope.EndOwnedAsync(), Throws.Nothing, "nobody is told twice");
    }

    [Test]
    public async Task A_broken_rig_that_nobody_looked_at_is_thrown_at_the_end()
    {
        await using var scene = await Scene.BeginAsync();
        await scene.BrokenAsync();
        Assert.That(async () => await scene.Scope.EndOwnedAsync(), Throws.TypeOf<RigErrorException>());
    }

    [Test]
    public async Task A_broken_rig_that_the_scenario_is_about_is_none()
    {
        await using var scene = await Scene.BeginAsync();
        var device = await scene.BrokenAsync();
        Assert.That(scene.Logins.Observe(device, rigMayBreak: true).Status, Is.EqualTo(LoginStatus.RigBroken));
        Assert.That(async () => await scene.Scope.EndOwnedAsync(), Throws.Nothing);
    }

    [Test]
    public async Task A_device_that_did_not_log_in_has_nothing_to_observe()
    {
        await using var scene = await Scene.BeginAsync();
        var device = scene.Logins.Enrol("host");
        Assert.That(() => scene.Logins.Observe(device), Throws.TypeOf<UnjudgeableException>().With.Property("Add").EqualTo("When host logs in"));
    }

    [Test]
    public async Task Fingerprints_are_kept_in_order_and_failed_logins_leave_none()
    {
        await using var scene = await Scene.BeginAsync();
        var device = scene.Logins.Enrol("host");
        await scene.Logins.RequireLoginAsync(device);
        device.UsePassword(RandomPasswords.New());
        await scene.Logins.LogInAsync(device);
        Assert.That(async () => await scene.Logins.RequireLoginAsync(device), Throws.TypeOf<CheckFailedException>().With.Message.Contains("refused with 0x87"));
        device.UsePassword(device.EnrolledPassword);
        await scene.Logins.RequireLoginAsync(device);
        Assert.That(device.Fingerprints, Is.Unique.And.Count.EqualTo(2));
        Assert.That(device.Logins.Select(l => l.Succeeded), Is.EqualTo(new[] { true, false, false, true }));
        Assert.That(scene.Scope.Samples.For("host", "aug.init", ClockKind.Device), Has.Count.EqualTo(4), "under the name the feature uses");
    }

    [TestCase("other", "no-reply", true)]
    [TestCase("other", "stale", false)]
    [TestCase("host", "no-reply", false)]
    public async Task A_login_that_ran_out_of_time_while_replies_of_its_board_were_missing_is_no_failed_device(string device, string fault, bool refused)
    {
        await using var scene = await Scene.BeginAsync();
        var board = scene.Logins.Enrol("other");
        scene.Sink.Write(new FaultSeen { Scenario = scene.Scope.Id, Device = device, Fault = fault, Detail = "no whole reply to AUG.STEP (SEQ 7), try 1 of 3" });
        var late = new LoginResult(LoginStatus.TimedOut, "no CONNACK within 30 s");
        void Judge() => scene.Logins.RefuseToJudge(board, late);
        if (refused)
        {
            var thrown = Assert.Throws<RigErrorException>(Judge)!;
            Assert.That(thrown.Seen, Does.StartWith("1 replies that did not come in time").And.Contain("no CONNACK within 30 s"));
            Assert.That(thrown.NextCommand, Does.Contain("raise reply:, handshake:"));
        }
        else
        {
            Assert.That(Judge, Throws.Nothing, "nothing was missing: the device itself was slow");
        }

        Assert.That(() => scene.Logins.RefuseToJudge(board, late with { Status = LoginStatus.RefusedByBroker }), Throws.Nothing, "a refusal needed no reply");
    }

    [Test]
    public void Passwords_made_up_for_a_scenario_differ() => Assert.That(Enumerable.Range(0, 100).Select(_ => RandomPasswords.New()), Is.Unique);

    private sealed class Scene : IAsyncDisposable
    {
        private readonly TestRun _run;

        public required ScenarioScope Scope { get; init; }

        public required LoginDriver Logins { get; init; }

        public required BrokerDriver Broker { get; init; }

        public IRunSink Sink => _run.Environment.Sink;

        public static async Task<Scene> BeginAsync()
        {
            var run = new TestRun();
            var scope = run.Environment.BeginScenario("a.feature:1", TimeSpan.FromMinutes(1));
            var broker = new BrokerDriver(run.Environment, scope);
            await broker.StartAsync();
            return new Scene(run) { Scope = scope, Broker = broker, Logins = new LoginDriver(run.Environment, scope, broker) };
        }

        private Scene(TestRun run) => this._run = run;

        public async Task<TestbedDevice> BrokenAsync()
        {
            var device = Broker.Testbed.Add(new TestbedDevice(
                Broker.Testbed, "board", new PartyIdentity("other", "harness-broker", "pw", "p256", "rfc6628"),
                _ => throw new RigErrorException("link of board", "an answer", "silence", nextCommand: "look")));
            await Logins.LogInAsync(device);
            return device;
        }

        public async ValueTask DisposeAsync()
        {
            await Scope.EndOwnedAsync();
            Scope.Dispose();
            await _run.DisposeAsync();
        }
    }
}
