using Harness.Record;

namespace Harness.Sessions.Tests.Testbed;

/// <summary>Outcome of a login, and the party at fault.</summary>
public sealed class LoginResultTests
{
    private static IEnumerable<TestCaseData> Table()
    {
        yield return new TestCaseData(new SessionRefusedException("d", "login", ReasonCode.NotAuthorized), LoginStatus.RefusedByBroker);
        yield return new TestCaseData(new PartyRefusedException("d", PartyRefusal.BadTag, "V_S"), LoginStatus.AbortedByDevice);
        yield return new TestCaseData(new SessionTimedOutException("d", "login", TimeSpan.FromSeconds(3)), LoginStatus.TimedOut);
        yield return new TestCaseData(new SessionAbortedException("d", "login", "a stray packet"), LoginStatus.ProtocolError);
        yield return new TestCaseData(new SessionDisconnectedException("d", "login", "gone"), LoginStatus.BrokerGone);
        yield return new TestCaseData(new RigErrorException("link", "an answer", "silence"), LoginStatus.RigBroken);
    }

    [TestCaseSource(nameof(Table))]
    public async Task An_exception_of_a_login_is_an_end_and_never_a_success(Exception error, LoginStatus status)
    {
        var result = await LoginResult.ObserveAsync(() => Task.FromException<string>(error));
        Assert.That((result.Status, result.Succeeded, result.Fingerprint), Is.EqualTo((status, false, (string?)null)));
        Assert.That(result.Error, Is.SameAs(error), "with its own type");
    }

    [Test]
    public void A_refusal_carries_its_reason()
    {
        var end = LoginResult.FromException(new SessionRefusedException("d", "login", ReasonCode.NotAuthorized))!;
        Assert.That((end.Reason, end.Seen), Is.EqualTo((ReasonCode.NotAuthorized, "refused with 0x87")));
    }

    [Test]
    public void A_cancellation_or_a_defect_is_no_outcome_of_a_login()
    {
        Assert.ThrowsAsync<OperationCanceledException>(() => LoginResult.ObserveAsync(() => Task.FromException<string>(new OperationCanceledException())));
        Assert.ThrowsAsync<InvalidOperationException>(() => LoginResult.ObserveAsync(() => Task.FromException<string>(new InvalidOperationException())));
    }
}
