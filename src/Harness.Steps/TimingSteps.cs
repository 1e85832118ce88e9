using Harness.Bench.Measuring;
using Harness.Timing.Clocks;

namespace Harness.Steps;

/// <summary>Durations held against budgets.</summary>
[Binding]
[Timed]
public sealed class TimingSteps(RunEnvironment environment, ScenarioScope scope, LoginDriver logins)
{
    private readonly Dictionary<string, List<MeasureResult>> _measured = [];
    private string? _lastMeasured;

    [Then("^the operations of " + StepPatterns.Device + " stay within$")]
    public void ThenStayWithin(string device, Table budgets)
    {
        var judgements = budgets.Rows
            .Select(row => Parsed(StepPatterns.Cell(row, "operation"), $"{StepPatterns.Cell(row, "limit")} at {StepPatterns.Cell(row, "statistic")}"))
            .Select(budget => Judge(device, budget))
            .ToList();
        Check.Needs(judgements.Count > 0, "table below the step", "a row or more", "none");

        // All are recorded before the first that fails ends the scenario: a table of budgets is read as a whole.
        judgements.ForEach(judgement => Passed(judgement, device));
    }

    [Then("^\"([^\"]+)\" of " + StepPatterns.Device + " takes (at most .+)$")]
    public void ThenTakesAtMost(string operation, string device, string budget) =>
        Passed(Judge(device, Parsed(operation, budget)), device);

    [Then("^all samples of \"([^\"]+)\" of " + StepPatterns.Device + " are equal$")]
    public void ThenAllEqual(string operation, string device)
    {
        operation = Named(operation);
        var samples = Exact(operation, device);
        Check.Equal(1, samples.Select(sample => sample.Value).Distinct().Count(), $"different durations of {operation} of {device}");
    }

    [When("^" + StepPatterns.Device + @" runs ""([^""]+)"" (\d+) times$")]
    public Task WhenRuns(string device, string operation, int times) => MeasureAsync(device, operation, times);

    [When("^" + StepPatterns.Device + @" (seals|opens) (\d+) bytes? (\d+) times$")]
    public Task WhenSeals(string device, string verb, int bytes, int times) =>
        MeasureAsync(device, $"{(verb == "seals" ? "seal" : "open")} {bytes} bytes", times);

    [Then("^\"([^\"]+)\" takes (at most .+)$")]
    public async Task ThenLastDeviceTakesAtMost(string operation, string budget)
    {
        var device = _lastMeasured ?? throw new UnjudgeableException(
            $"time of {operation}", "a device that was measured", "none", $"When board runs \"{operation}\" 1000 times");
        var parsed = Parsed(operation, budget);
        var measurable = await MeasureIfMissingAsync(device, parsed);
        Passed(Judge(device, parsed, measurable), device);
    }

    [Then("^a budget of (.+) for \"([^\"]+)\" of " + StepPatterns.Device + " is not judged, being (finer than the floor|for another provenance|over too few samples)$")]
    public void ThenIsNotJudged(string budget, string operation, string device, string why)
    {
        var parsed = Parsed(operation, budget);
        var taken = Taken(device, parsed);
        NeedsSamples(taken, parsed, device);
        var judgement = BudgetJudge.Judge(parsed, taken, FloorOf(device, parsed.Clock));
        string[] words = why switch
        {
            "finer than the floor" => ["finer than the floor"],
            "for another provenance" => ["the budget is for", "says nothing about", "of unknown provenance"],
            _ => ["the budget asks for", "it needs"],
        };
        Check.That(
            judgement.Verdict == Verdict.Inconclusive && words.Any(w => judgement.Reason?.Contains(w, StringComparison.Ordinal) == true),
            $"budget of {budget} for {operation} of {device}", $"inconclusive, being {why}", $"{judgement.Verdict.Word()}{(judgement.Reason is null ? "" : ": " + judgement.Reason)}");
    }

    [Then("^" + StepPatterns.Device + " keeps these budgets$")]
    public async Task ThenKeepsTheseBudgets(string device, Table budgets)
    {
        var parsed = budgets.Rows.Select(row => Parsed(StepPatterns.Cell(row, "operation"), StepPatterns.Cell(row, "budget"))).ToList();
        Check.Needs(parsed.Count > 0, "table below the step", "a row or more", "none");
        var measurable = new List<bool>();
        foreach (var budget in parsed)
        {
            measurable.Add(await MeasureIfMissingAsync(device, budget));
        }

        // All are recorded before the first that fails ends the scenario: a table of budgets is read as a whole.
        var judgements = parsed.Zip(measurable, (budget, can) => Judge(device, budget, can)).ToList();
        judgements.Where(j => j.Verdict == Verdict.Fail).Concat(judgements).ToList().ForEach(judgement => Passed(judgement, device));
    }

    [Then("^the device clock(?: of " + StepPatterns.Device + ")? agrees with the trigger clock$")]
    public void ThenClocksAgree(string device)
    {
        var name = device.Length > 0 ? environment.Bench.Device(device).Name : _lastMeasured;
        if (name is null || !_measured.TryGetValue(name, out var results))
        {
            throw new UnjudgeableException(
                $"clocks of {name ?? "the device"}", "samples of it", "none was measured", $"When {(device.Length > 0 ? device : "board")} runs \"seal\" 10 times");
        }

        foreach (var result in results)
        {
            if (result.Agreement is not { } agreement)
            {
                throw new InconclusiveException(
                    $"clocks of {name}", $"samples of {result.Entry.Name} by the device and by the trigger clock",
                    $"only by the {string.Join(" and the ", result.Series.Select(s => s.Clock.Word()))} clock");
            }

            agreement.ThrowUnlessAgreed(name);
            result.HostAgreement?.ThrowUnlessAgreed(name);
            Check.Judged();
        }
    }

    [Then("^the time of \"([^\"]+)\" of " + StepPatterns.Device + @" tells nothing about its secrets(?: over (\d+) samples)?$")]
    public async Task ThenNoLeak(string subject, string device, string samples)
    {
        await using var leaks = new LeakMeasurement(environment.Bench);
        var rounds = samples.Length > 0 ? StepPatterns.Number(samples, "number of samples") : (int?)null;
        var result = await leaks.RunAsync(new LeakRequest(device, subject) { Rounds = rounds }, null, scope.Cancellation);
        environment.Sink.Write(new NoteTaken { Scenario = scope.Id, Text = $"{subject} of {device} ({result.Entry.Classes}): {result.Description}" });
        var item = $"time of {subject} of {device}";
        if (result.Verdict == Verdict.Fail)
        {
            throw new CheckFailedException(item, "the same for both classes of inputs", result.Description, nextCommand: $"./harness leak {subject} --device {ShellWord.Quote(device)} --json");
        }

        if (result.Verdict != Verdict.Pass)
        {
            throw new InconclusiveException(item, "the same for both classes of inputs", result.Description);
        }

        Check.Judged();
    }

    [When("^" + StepPatterns.Device + " logs in with passwords \"([^\"]+)\" and \"([^\"]+)\"$")]
    public async Task WhenLogsInWithPasswords(string device, string first, string second)
    {
        foreach (var password in (string[])[first, second])
        {
            logins.Device(device).Enrol(password);
            await logins.RequireLoginAsync(logins.Device(device));
        }
    }

    [Then("^\"([^\"]+)\" of " + StepPatterns.Device + " took the same in both logins$")]
    public void ThenTookTheSame(string operation, string device) => ThenAllEqual(operation, device);

    private Budget Parsed(string operation, string words) => Check.Read(() => Budget.Parse(Named(operation), words), $"budget of {operation}", words);

    /// <summary>The name of an operation; one that it had before is taken, and the record says what it is called now.</summary>
    private string Named(string typed)
    {
        var name = environment.Bench.Drivers.Operations.NameOf(typed);
        if (name != typed)
        {
            environment.Sink.Write(new NoteTaken { Scenario = scope.Id, Text = $"operation {typed} is called {name}: write {name} in the feature" });
        }

        return name;
    }

    private static void Passed(BudgetJudgement judgement, string device)
    {
        judgement.ThrowUnlessPassed(device);
        Check.Judged();
    }

    private static void NeedsSamples(IReadOnlyList<Sample> taken, Budget budget, string device) => Check.Needs(
        taken.Count > 0, $"time of {budget.Operation} of {device}", "a sample of it", "none", $"When {device} runs \"{budget.Operation}\" 10 times");

    // Not measured: the step itself would have, and the budget is for another provenance than the device's.
    private BudgetJudgement Judge(string device, Budget budget, bool measured = true)
    {
        var taken = Taken(device, budget);
        if (measured)
        {
            NeedsSamples(taken, budget, device);
        }

        var judgement = BudgetJudge.Judge(budget, taken, FloorOf(device, budget.Clock));
        environment.Sink.Write(judgement.ToEvent(scope.Id, device));
        return judgement;
    }

    // Logins note samples under the word the feature uses, measuring runs under the device's name.
    private IReadOnlyList<Sample> Taken(string device, Budget budget)
    {
        var name = environment.Bench.Device(device).Name;
        var taken = scope.Samples.For(device, budget.Operation, budget.Clock);
        return InUnitOf(budget, taken.Count > 0 ? taken : scope.Samples.For(name, budget.Operation, budget.Clock), ClockHz(name));
    }

    // Only where this scenario measured: what it judges must not depend on whether one before it did.
    private Floor? FloorOf(string device, ClockKind clock) => !_measured.ContainsKey(environment.Bench.Device(device).Name) ? null
        : environment.Calibrations.GetValueOrDefault(environment.Bench.Device(device).Name)?.FloorOf(clock);

    /// <summary>A budget in time on a real board that counts cycles: its counter's stated rate turns one into the other.</summary>
    private static IReadOnlyList<Sample> InUnitOf(Budget budget, IReadOnlyList<Sample> samples, long clockHz) =>
        budget.Unit.IsTime() && clockHz > 0
            ? [.. samples.Select(s => s.Provenance.IsOfRealBoard() && s.Unit is (Unit.Cycles or Unit.Ticks) ? s with { Value = s.Value * 1e9 / clockHz, Unit = Unit.Nanoseconds } : s)]
            : samples;

    private long ClockHz(string name) => environment.Bench.Device(name) is { Entry.Kind: DeviceKind.Serial, State: DeviceState.Active } device
        ? device.ClockHz : 0;

    /// <summary>Measures what a budget needs and the scenario has not; nothing where the budget is for another provenance.</summary>
    /// <returns>True where there is something to judge on this rig.</returns>
    private async Task<bool> MeasureIfMissingAsync(string device, Budget budget)
    {
        var entry = environment.Bench.Device(device).Entry;
        var fits = budget.On is null || budget.On == entry.Provenance || (budget.On == Provenance.Hardware && entry.Provenance.IsOfRealBoard());
        if (scope.Samples.For(entry.Name, budget.Operation, budget.Clock).Count == 0 && fits)
        {
            var exact = entry.Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions;
            await MeasureAsync(device, budget.Operation, exact ? OrderStatistics.EqualValuesForExact
                : Math.Max(budget.MinimumSamples, budget.Statistic == Statistic.P99 ? OrderStatistics.SamplesForP99 : 100));
        }

        return fits;
    }

    /// <summary>Measures an operation, named with its payload where it has one (<c>seal 16 bytes</c>), and records every sample of every clock.</summary>
    private async Task MeasureAsync(string device, string operation, int samples)
    {
        Check.Needs(samples > 0, $"samples of {operation}", "one or more", "0");
        operation = Named(operation);
        var words = operation.Split(' ');
        var bytes = words is [_, var count, "bytes" or "byte"] && int.TryParse(count, out var typed) ? typed : (int?)null;
        var name = environment.Bench.Device(device).Name;
        var calibrations = environment.Calibrations;
        var request = new MeasureRequest(device, bytes is null ? operation : words[0], samples)
        {
            Bytes = bytes ?? 16, WarmUp = Math.Clamp(samples / 10, 1, 100), Calibrated = calibrations.GetValueOrDefault(name),
        };
        var result = await new MeasureRun(environment.Bench).RunAsync(request, null, scope.Cancellation);
        if (!_measured.TryGetValue(name, out var before))
        {
            _measured[name] = before = [];
        }

        before.Add(result);
        _lastMeasured = name;
        foreach (var sample in result.Series.SelectMany(series => series.Samples()))
        {
            var called = sample with { Operation = operation };
            scope.Samples.Add(called);
            environment.Sink.Write(called.ToEvent(scope.Id));
        }

        if (result.Calibration is { } calibration && calibrations.TryAdd(name, calibration))
        {
            foreach (var floor in calibration.Floors)
            {
                environment.Sink.Write(new NoteTaken { Scenario = scope.Id, Text = $"floor of {name}, {floor.Clock.Word()} clock: {floor}" });
            }
        }
    }

    // Only exact counts can be equal to the last digit; a clock that drifts decides nothing here.
    private IReadOnlyList<Sample> Exact(string operation, string device)
    {
        var samples = scope.Samples.For(device, operation, ClockKind.Device);
        samples = samples.Count > 0 ? samples : scope.Samples.For(environment.Bench.Device(device).Name, operation, ClockKind.Device);
        Check.Needs(samples.Count > 1, $"{operation} of {device}", "two samples or more", $"{samples.Count}", $"When {device} runs \"{operation}\" 3 times");
        if (samples[0].Provenance is not (Provenance.EmulatedCycles or Provenance.EmulatedInstructions))
        {
            throw new InconclusiveException(
                $"{operation} of {device}", "two or more exact counts", $"provenance {samples[0].Provenance.Word()}");
        }

        return samples;
    }
}
