using Harness.Mqtt;
using Harness.Schemes;
using Harness.Sessions;

namespace Harness.Steps.Tests;

/// <summary>A device that does wrong fails, a rig that breaks is a rig error, whatever exception tells of it.</summary>
public sealed class RefusalVerdictTests
{
    private CancellationTokenSource _run = null!;
    private RunEnvironment _environment = null!;

    [SetUp]
    public void SetUp()
    {
        _run = new CancellationTokenSource();
        _environment = new RunEnvironment(Harness.Bench.Rig.RigFile.Load(Path.Combine(Root(), "rigs", "sim.yaml")), new NoSink(), Path.GetTempPath(), _run.Token);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _environment.DisposeAsync();
        _run.Dispose();
    }

    [Test]
    public void A_refusal_that_no_step_expected_fails_the_device()
    {
        var (verdict, failure) = Of(new PartyRefusedException("m4", PartyRefusal.BadKey, "words"));
        Assert.That((verdict, failure.Item, failure.Seen), Is.EqualTo((Verdict.Fail, "answer of m4", "refused with BAD-KEY")));
    }

    [Test]
    public void A_refusal_of_the_broker_that_no_step_expected_is_a_failure()
    {
        var (verdict, failure) = Of(new SessionRefusedException("m4", "publish on a", ReasonCode.NotAuthorized));
        Assert.That(
            (verdict, failure.Item, failure.Expected, failure.Seen),
            Is.EqualTo((Verdict.Fail, "session of m4", "publish on a to work", "the broker refused with 0x87")));
    }

    [Test]
    public void A_session_that_waits_in_vain_is_no_pass_and_no_failed_device()
    {
        var (verdict, failure) = Of(new SessionTimedOutException("m4", "wait for a message", TimeSpan.FromSeconds(2)));
        Assert.That((verdict, failure.Seen), Is.EqualTo((Verdict.RigError, "nothing within 2 s")));
    }

    [Test]
    public void A_broker_that_cannot_be_had_is_a_broken_rig() =>
        Assert.That(Of(new MqttNotConnectedException("the port is taken")).Verdict, Is.EqualTo(Verdict.RigError));

    [Test]
    public void Once_the_run_is_stopped_whatever_breaks_is_aborted()
    {
        _run.Cancel();
        Assert.Multiple(() =>
        {
            Assert.That(Of(new OperationCanceledException()).Verdict, Is.EqualTo(Verdict.Aborted));
            Assert.That(Of(new RigErrorException("link of m4", "a reply", "the line ended")).Verdict, Is.EqualTo(Verdict.Aborted));
            Assert.That(Of(new CheckFailedException("item", "this", "that")).Verdict, Is.EqualTo(Verdict.Fail));
        });
    }

    private (Verdict Verdict, FailureDetail Failure) Of(Exception error) => ScenarioVerdict.Of(error, "when", "a step", _environment);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Harness.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    private sealed class NoSink : IRunSink
    {
        public void Write(RunEvent e)
        {
        }
    }
}
