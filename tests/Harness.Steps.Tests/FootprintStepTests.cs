namespace Harness.Steps.Tests;

/// <summary>The judgement of a board's stack.</summary>
[NonParallelizable]
public sealed class FootprintStepTests
{
    private TestRun _run = null!;
    private ScenarioScope _scope = null!;
    private FootprintDriver _driver = null!;

    [SetUp]
    public void SetUp()
    {
        _run = new TestRun();
        _scope = _run.Environment.BeginScenario("f:1", TimeSpan.FromMinutes(1));
        _driver = new FootprintDriver(_run.Environment, _scope, new AttackContext(_run.Environment, _scope));
    }

    [TearDown]
    public async Task TearDown()
    {
        _scope.End();
        _scope.Dispose();
        await _run.DisposeAsync();
    }

    [Test]
    public void A_stack_that_leaves_a_fifth_passes_and_one_that_is_a_byte_deeper_fails()
    {
        _driver.Note(Of("m4", stack: 800, reserved: 1000));
        Assert.That(() => Steps.ThenLeaves(20), Throws.Nothing);
        _driver.Note(Of("avr", stack: 801, reserved: 1000));
        Assert.That(() => Steps.ThenLeaves(20), Throws.TypeOf<CheckFailedException>().With.Message.Contains("avr").And.Message.Contains("800"));
    }

    [Test]
    public void Boards_that_do_not_tell_their_stack_are_inconclusive_and_one_that_does_is_enough()
    {
        _driver.Note(Of("posix", null, null) with { StackReason = "its firmware does not tell it (STACK)" });
        Assert.That(() => Steps.ThenLeaves(20), Throws.TypeOf<Harness.Record.InconclusiveException>().With.Message.Contains("STACK"));
        _driver.Note(Of("m4", stack: 1, reserved: 1000));
        Assert.That(() => Steps.ThenLeaves(20), Throws.Nothing);
    }

    [Test]
    public async Task A_rig_without_a_board_cannot_be_judged()
    {
        await Steps.WhenTaken();
        Assert.That(() => Steps.ThenLeaves(20), Throws.TypeOf<UnjudgeableException>());
        Assert.That(() => Steps.ThenLeaves(0), Throws.TypeOf<UnjudgeableException>());
    }

    private FootprintSteps Steps => new(_driver);

    private static SchemeFootprint Of(string device, long? stack, long? reserved) => new()
    {
        Scenario = "f:1", Scheme = "augmqtt", Device = device, Board = device, Build = "01234567", Stack = stack, StackReserved = reserved, Provenance = Provenance.EmulatedInstructions,
    };
}
