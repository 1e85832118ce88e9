namespace Harness.Steps.Tests;

/// <summary>Verdicts of exceptions: a timeout is never a pass, a broken rig never a failed device.</summary>
public sealed class ScenarioVerdictTests
{
    private static readonly CheckFailedException Failed = new("login of board", "to succeed", "refused with 0x87", "ms", "./harness run");
    private static readonly RigErrorException Broken = new("link of board", "an answer", "silence");
    private static readonly Record.InconclusiveException Unclear = new("seal of board", "hardware", "an emulator");

    private static readonly UnjudgeableException Missing = new("session of board", "board to be logged in", "it is not", "Given board is logged in");

    private static IEnumerable<TestCaseData> Table()
    {
        yield return new TestCaseData(Failed, false, Verdict.Fail);
        yield return new TestCaseData(Broken, false, Verdict.RigError);
        yield return new TestCaseData(Unclear, false, Verdict.Inconclusive);
        yield return new TestCaseData(Missing, false, Verdict.Unjudgeable);
        yield return new TestCaseData(new TechTalk.SpecFlow.BindingException("ambiguous"), false, Verdict.Unjudgeable);
        yield return new TestCaseData(new TimeoutException("no answer"), false, Verdict.RigError);
        yield return new TestCaseData(new OperationCanceledException(), false, Verdict.RigError);
        yield return new TestCaseData(new TaskCanceledException(), false, Verdict.RigError);
        yield return new TestCaseData(new InvalidOperationException("a bug"), false, Verdict.RigError);
        yield return new TestCaseData(new NullReferenceException(), false, Verdict.RigError);
        yield return new TestCaseData(new OutOfMemoryException(), false, Verdict.RigError);

        // The run is being stopped: what the rig does now is no finding, what the device did already is one.
        yield return new TestCaseData(new OperationCanceledException(), true, Verdict.Aborted);
        yield return new TestCaseData(new TimeoutException(), true, Verdict.Aborted);
        yield return new TestCaseData(new InvalidOperationException("torn down"), true, Verdict.Aborted);
        yield return new TestCaseData(Broken, true, Verdict.Aborted);
        yield return new TestCaseData(Failed, true, Verdict.Fail);
    }

    [TestCaseSource(nameof(Table))]
    public async Task An_exception_has_its_verdict(Exception error, bool stopped, Verdict expected)
    {
        await using var run = new TestRun();
        if (stopped)
        {
            run.Stop();
        }

        var (verdict, failure) = ScenarioVerdict.Of(error, "when", "When board logs in", run.Environment);
        Assert.That(verdict, Is.EqualTo(expected));
        Assert.That((failure.Phase, failure.Step), Is.EqualTo(("when", "When board logs in")));
        Assert.That(new[] { failure.Item, failure.Expected, failure.Seen }, Has.None.Empty.And.None.Null);
    }

    private static IEnumerable<Exception> WithForeignNames()
    {
        const string Name = "AUTH of method \u001b[2J\u202eevil\n passed";
        yield return new Mqtt.MqttProtocolException(Mqtt.ReasonCode.ProtocolError, Name);
        yield return new Sessions.SessionAbortedException("board", "login", Name);
        yield return new Sessions.SessionDisconnectedException("board", "login", Name);
        yield return new InvalidOperationException(Name);
    }

    [TestCaseSource(nameof(WithForeignNames))]
    public async Task A_name_that_a_peer_chose_reaches_the_record_escaped(Exception error)
    {
        await using var run = new TestRun();
        var (_, failure) = ScenarioVerdict.Of(error, "when", "When board logs in", run.Environment);
        Assert.That(failure.Seen, Does.Contain(@"AUTH of method \u{1b}[2J\u{202e}evil\u{a} passed"));
        Assert.That(failure.Seen.Any(char.IsControl), Is.False);
        Assert.That(Sessions.Testbed.LoginResult.FromException(error)?.Seen ?? "", Does.Not.Contain("\u001b").And.Not.Contain("\u202e"));
    }

    [Test]
    public void No_exception_whatever_is_a_pass()
    {
        Assert.That(Table().Select(row => row.Arguments[2]), Has.None.EqualTo(Verdict.Pass));
    }

    [Test]
    public async Task A_finding_keeps_item_expected_seen_unit_and_the_next_command()
    {
        await using var run = new TestRun();
        var (_, failure) = ScenarioVerdict.Of(Failed, "then", "Then the login succeeds", run.Environment);
        Assert.That(failure, Is.EqualTo(new FailureDetail(
            "then", "Then the login succeeds", "login of board", "to succeed", "refused with 0x87", "ms", "./harness run")));
    }

    [Test]
    public async Task An_unjudgeable_case_keeps_the_sentence_to_add()
    {
        await using var run = new TestRun();
        Assert.That(ScenarioVerdict.Of(Missing, "then", "Then board is still connected", run.Environment).Failure.Add, Is.EqualTo("Given board is logged in"));
    }

    [Test]
    public async Task SpecFlow_s_remarks_on_our_code_are_left_out()
    {
        await using var run = new TestRun();
        var error = new TechTalk.SpecFlow.BindingException("Error calling binding method 'Harness.Steps:Harness.Steps.X.Y(Int32)': must be 1 or more. (Parameter 'count')\nActual value was 0.");
        Assert.That(ScenarioVerdict.Of(error, "when", "When x", run.Environment).Failure.Seen, Is.EqualTo("must be 1 or more."));
    }

    [Test]
    public async Task A_scenario_over_its_limit_says_so_and_an_answer_that_did_not_come_says_something_else()
    {
        await using var run = new TestRun();
        using (var scope = run.Environment.BeginScenario("f:1", TimeSpan.FromMilliseconds(1)))
        {
            Assert.That(scope.Cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
            var (verdict, failure) = ScenarioVerdict.Of(new OperationCanceledException(scope.Cancellation), "when", null, run.Environment);
            Assert.That(verdict, Is.EqualTo(Verdict.RigError));
            Assert.That(failure.Expected, Does.StartWith("the scenario to end within"));
            scope.End();
        }

        using (var scope = run.Environment.BeginScenario("f:2", TimeSpan.FromMinutes(5)))
        {
            var (_, failure) = ScenarioVerdict.Of(new TimeoutException("nothing within 3 s"), "when", null, run.Environment);
            Assert.That((failure.Expected, failure.Seen), Is.EqualTo(("an answer in time", "nothing within 3 s")));
            scope.End();
        }
    }

    [TestCase(Verdict.Pass, "passed")]
    [TestCase(Verdict.Fail, "failed")]
    [TestCase(Verdict.RigError, "rig-error")]
    [TestCase(Verdict.Inconclusive, "inconclusive")]
    [TestCase(Verdict.Unjudgeable, "unjudgeable")]
    [TestCase(Verdict.Aborted, "aborted")]
    public void A_step_is_spelt_as_records_spell_it(Verdict verdict, string word) => Assert.That(ScenarioVerdict.Word(verdict), Is.EqualTo(word));
}
