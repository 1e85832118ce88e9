using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Steps.World;

namespace Harness.Steps.Tests.World;

/// <summary>How a login ended, and whose fault it was.</summary>
public sealed class LoginEndTests
{
    private static IEnumerable<TestCaseData> Table()
    {
        yield return new TestCaseData(new SessionRefusedException("d", "login", ReasonCode.NotAuthorized), LoginKind.RefusedByBroker);
        yield return new TestCaseData(new SessionTimedOutException("d", "login", TimeSpan.FromSeconds(3)), LoginKind.TimedOut);
        yield return new TestCaseData(new SessionAbortedException("d", "login", "a stray packet"), LoginKind.ProtocolError);
        yield return new TestCaseData(new SessionAbortedException("d", "login", "gone", new MqttNotConnectedException("gone")), LoginKind.BrokerGone);
        yield return new TestCaseData(new RigErrorException("link", "an answer", "silence"), LoginKind.RigBroken);
    }

    [TestCaseSource(nameof(Table))]
    public void An_exception_of_a_login_is_an_end_and_never_a_success(Exception error, LoginKind kind)
    {
        var end = LoginEnd.From(error);
        Assert.That(end!.Kind, Is.EqualTo(kind).And.Not.EqualTo(LoginKind.Succeeded));
        Assert.That(end.Fingerprint, Is.Null);
        Assert.That(end.Error, Is.SameAs(error));
    }

    [Test]
    public void A_refusal_carries_its_reason()
    {
        var end = LoginEnd.From(new SessionRefusedException("d", "login", ReasonCode.NotAuthorized));
        Assert.That((end!.Reason, end.Seen), Is.EqualTo((ReasonCode.NotAuthorized, "refused with 0x87")));
    }

    [Test]
    public void A_stop_or_a_bug_is_no_end_of_a_login()
    {
        Assert.That(LoginEnd.From(new OperationCanceledException()), Is.Null);
        Assert.That(LoginEnd.From(new InvalidOperationException()), Is.Null);
    }

    [Test]
    public void A_broken_rig_that_the_scenario_does_not_expect_is_the_verdict()
    {
        var device = Device();
        device.Ended(LoginEnd.From(new RigErrorException("link of board", "an answer", "silence", nextCommand: "look"))!);
        Assert.That(device.Observe(rigMayBreak: true).Kind, Is.EqualTo(LoginKind.RigBroken));
        var thrown = Assert.Throws<RigErrorException>(() => device.Observe());
        Assert.That((thrown!.Item, thrown.Seen, thrown.NextCommand), Is.EqualTo(("link of board", "silence", "look")));
    }

    [Test]
    public void A_broken_rig_that_nobody_looked_at_is_thrown_at_the_end()
    {
        var device = Device();
        device.Ended(LoginEnd.From(new RigErrorException("link of board", "an answer", "silence"))!);
        Assert.That(() => device.ThrowIfUnobserved(observedRig: true), Throws.Nothing);
        Assert.That(() => device.ThrowIfUnobserved(observedRig: false), Throws.TypeOf<RigErrorException>());
    }

    [Test]
    public void A_device_that_did_not_log_in_has_nothing_to_observe()
    {
        Assert.That(() => Device().Observe(), Throws.TypeOf<UnjudgeableException>().With.Property("Add").EqualTo("When board logs in"));
    }

    [Test]
    public void Fingerprints_are_kept_in_order_and_failed_logins_leave_none()
    {
        var device = Device();
        device.Ended(new LoginEnd(LoginKind.Succeeded, "", Fingerprint: "a"));
        device.Ended(new LoginEnd(LoginKind.TimedOut, ""));
        device.Ended(new LoginEnd(LoginKind.Succeeded, "", Fingerprint: "b"));
        Assert.That(device.Fingerprints, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void Passwords_made_up_for_a_scenario_differ()
    {
        Assert.That(Enumerable.Range(0, 100).Select(_ => DeviceUnderTest.NewPassword()), Is.Unique);
    }

    private static DeviceUnderTest Device() => new("board", new PartyIdentity("other", "s", "pw", "p256", "rfc6628"));
}
