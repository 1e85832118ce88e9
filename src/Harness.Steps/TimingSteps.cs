using Harness.Record;
using Harness.Steps.World;
using Harness.Timing;
using TechTalk.SpecFlow;

namespace Harness.Steps;

/// <summary>Durations held against budgets.</summary>
[Binding]
public sealed class TimingSteps(ScenarioWorld world)
{
    [Then("^the operations of " + Words.Device + " stay within$")]
    public void ThenStayWithin(string device, Table budgets)
    {
        var judgements = budgets.Rows
            .Select(row => Budget.Parse(row["operation"], $"{row["limit"]} at {row["statistic"]}"))
            .Select(budget => Judge(device, budget))
            .ToList();

        // All are recorded before the first that fails ends the scenario: a table of budgets is read as a whole.
        judgements.ForEach(judgement => judgement.ThrowUnlessPassed(device));
    }

    [Then("^\"([^\"]+)\" of " + Words.Device + " takes (at most .+)$")]
    public void ThenTakesAtMost(string operation, string device, string budget) =>
        Judge(device, Budget.Parse(operation, budget)).ThrowUnlessPassed(device);

    [Then("^all samples of \"([^\"]+)\" of " + Words.Device + " are equal$")]
    public void ThenAllEqual(string operation, string device)
    {
        var samples = Exact(operation, device);
        Check.Equal(1, samples.Select(sample => sample.Value).Distinct().Count(), $"different durations of {operation} of {device}");
    }

    [When("^" + Words.Device + " logs in with passwords \"([^\"]+)\" and \"([^\"]+)\"$")]
    public async Task WhenLogsInWithPasswords(string device, string first, string second)
    {
        foreach (var password in (string[])[first, second])
        {
            await world.RequireLoginAsync(world.EnrolWith(device, password));
        }
    }

    [Then("^\"([^\"]+)\" of " + Words.Device + " took the same in both logins$")]
    public void ThenTookTheSame(string operation, string device) => ThenAllEqual(operation, device);

    private BudgetJudgement Judge(string device, Budget budget)
    {
        var judgement = BudgetJudge.Judge(budget, world.Scope.Samples.For(device, budget.Operation, ClockKind.Device));
        world.Environment.Sink.Write(judgement.ToEvent(world.Scope.Id, device));
        return judgement;
    }

    // Only exact counts can be equal to the last digit; a clock that drifts decides nothing here.
    private IReadOnlyList<Sample> Exact(string operation, string device)
    {
        var samples = world.Scope.Samples.For(device, operation, ClockKind.Device);
        if (samples.Count < 2 || samples[0].Provenance is not (Provenance.EmulatedCycles or Provenance.EmulatedInstructions))
        {
            throw new InconclusiveException(
                $"{operation} of {device}", "two or more exact counts",
                samples.Count < 2 ? $"{samples.Count} samples" : $"provenance {samples[0].Provenance.Word()}");
        }

        return samples;
    }
}
