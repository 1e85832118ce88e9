using System.Collections.Specialized;
using System.Runtime.ExceptionServices;

namespace Harness.Cli.Features;

/// <summary>Executes scenarios on one SpecFlow runner, in any order, each by its own call.</summary>
public sealed class ScenarioRunner : IDisposable
{
    private readonly RunEnvironment _run;
    private readonly IRunSink _sink;
    private readonly TimeSpan _scenarioLimit;
    private readonly RigOutage _outage;
    private readonly ITestRunner _runner;
    private readonly bool _endsRun;
    private FeaturePlan? _feature;

    /// <summary>The one runner of a run.</summary>
    /// <param name="environment">The run.</param>
    /// <param name="sink">Takes what happens.</param>
    /// <param name="scenarioLimit">The longest time of one scenario.</param>
    public ScenarioRunner(RunEnvironment environment, IRunSink sink, TimeSpan scenarioLimit)
        : this(environment, sink, scenarioLimit, new RigOutage(TimeProvider.System), SpecFlowHost.Start()) => _endsRun = true;

    /// <summary>One of several runners of a run.</summary>
    /// <param name="environment">The run.</param>
    /// <param name="sink">Takes what happens.</param>
    /// <param name="scenarioLimit">The longest time of one scenario.</param>
    /// <param name="outage">Faults of the rig, shared by the run's runners.</param>
    /// <param name="runner">SpecFlow's runner, used by no other.</param>
    internal ScenarioRunner(RunEnvironment environment, IRunSink sink, TimeSpan scenarioLimit, RigOutage outage, ITestRunner runner) =>
        (_run, _sink, _scenarioLimit, _outage, _runner) = (environment, sink, scenarioLimit, outage, runner);

    /// <summary>Runs one scenario with the whole rig.</summary>
    /// <param name="plan">The scenario.</param>
    /// <param name="index">1 for the first of the run.</param>
    /// <param name="of">Number of scenarios of the run.</param>
    /// <returns>The event that ended it, as it went to the sink.</returns>
    /// <exception cref="RecordException">What happened could not be recorded; nothing is judged.</exception>
    public ScenarioFinished Run(ScenarioPlan plan, int index, int of)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Run(plan, index, of, new Loan(_run.Bench, null));
    }

    /// <summary>Runs one scenario with the devices lent to it.</summary>
    internal ScenarioFinished Run(ScenarioPlan plan, int index, int of, Loan loan)
    {
        if (loan.Devices is null)
        {
            return Run(plan, index, of, _run, null);
        }

        var environment = _run.With(loan.Bench);
        try
        {
            return Run(plan, index, of, environment, loan.Devices);
        }
        finally
        {
            environment.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private ScenarioFinished Run(ScenarioPlan plan, int index, int of, RunEnvironment environment, IReadOnlyList<string>? devices)
    {
        Enter(plan.Feature);
        _sink.Write(new ScenarioStarted
        {
            Id = plan.Id, Feature = plan.Feature.Name, Name = plan.Name, Tags = plan.Tags, Index = index, Of = of, Devices = devices,
        });
        var watch = Stopwatch.StartNew();
        var (failure, began) = _outage.Begin();
        var parts = new HashSet<PluginPart>();
        var verdict = Verdict.RigError;
        IReadOnlyList<string> transcripts = [];
        if (failure is null)
        {
            using var scenario = environment.BeginScenario(plan.Id, _scenarioLimit);
            try
            {
                (verdict, failure) = Execute(plan, parts, environment);
            }
            catch (RecordException)
            {
                EndUnrecorded();
                throw;
            }

            parts.UnionWith(Plugin.PartsOf(environment.Bench.Used));
            transcripts = scenario.End();
            _outage.Judged(environment.Bench, verdict, began);
        }

        var finished = new ScenarioFinished
        {
            Id = plan.Id, Name = plan.Name, Verdict = verdict, DurationMs = watch.Elapsed.TotalMilliseconds, Failure = failure,
            Transcripts = transcripts,
        }.With(parts);
        _sink.Write(finished);
        return finished;
    }

    /// <summary>Ends the feature under way, and SpecFlow's run with its hooks where no other runner works for it.</summary>
    public void Dispose()
    {
        Enter(null);
        if (_endsRun)
        {
            SpecFlowHost.End();
        }
    }

    private void Enter(FeaturePlan? next)
    {
        if (_feature == next)
        {
            return;
        }

        if (_feature is not null)
        {
            _runner.OnFeatureEnd();
        }

        _feature = next;
        if (next is not null)
        {
            _runner.OnFeatureStart(new FeatureInfo(
                CultureInfo.InvariantCulture, Path.GetDirectoryName(next.DisplayPath) ?? "", next.Name, next.Description, ProgrammingLanguage.CSharp, Bare(next.Tags)));
        }
    }

    private (Verdict Verdict, FailureDetail? Failure) Execute(ScenarioPlan plan, HashSet<PluginPart> parts, RunEnvironment environment)
    {
        _runner.OnScenarioInitialize(new ScenarioInfo(
            plan.Name, "", Bare(plan.Tags), new OrderedDictionary(), Bare(plan.Feature.Tags)));
        environment.Register(_runner.ScenarioContext.ScenarioContainer);
        var (verdict, failure) = (Verdict.Pass, (FailureDetail?)null);
        try
        {
            _runner.OnScenarioStart();
        }
        catch (Exception e) // the boundary of the user's code: whatever a hook throws becomes a verdict
        {
            (verdict, failure) = ScenarioVerdict.Of(e, "setup", null, environment);
        }

        var phase = "given";
        foreach (var step in plan.Steps)
        {
            phase = step.Keyword switch { "Given" => "given", "When" => "when", "Then" => "then", _ => phase };
            var status = "skipped";
            var took = Stopwatch.StartNew();
            if (verdict == Verdict.Pass)
            {
                if (SpecFlowHost.PluginOf(Enum.Parse<StepDefinitionType>(phase, ignoreCase: true), step.Text) is { } plugin)
                {
                    parts.Add(new PluginPart(plugin.Used.Name, "step"));
                }

                _sink.Write(new StepStarted { Scenario = plan.Id, Keyword = step.Keyword, Text = step.Text });
                if (Call(step) is { } error)
                {
                    if (error is RecordException)
                    {
                        ExceptionDispatchInfo.Throw(error); // what cannot be recorded is not judged, and no scenario after it
                    }

                    (verdict, failure) = ScenarioVerdict.Of(error, phase, $"{step.Written} {step.Text}", environment);
                    failure = failure with { At = $"{plan.Feature.DisplayPath}:{step.Line}" };
                }

                status = verdict == Verdict.Pass ? "passed" : ScenarioVerdict.Word(verdict);
            }

            _sink.Write(new StepFinished
            {
                Scenario = plan.Id, Keyword = step.Keyword, Text = step.Text, Status = status,
                DurationMs = status == "skipped" ? 0 : took.Elapsed.TotalMilliseconds,
            });
        }

        try
        {
            _runner.CollectScenarioErrors();
        }
        catch (Exception) when (verdict != Verdict.Pass)
        {
            // It throws again what the step already said.
        }

        try
        {
            _runner.OnScenarioEnd();
        }
        catch (Exception e) when (verdict == Verdict.Pass)
        {
            (verdict, failure) = ScenarioVerdict.Of(e, "teardown", null, environment);
        }
        catch (Exception e)
        {
            // The first verdict stands; that the clean-up failed too is worth a line.
            _sink.Write(new NoteTaken { Scenario = plan.Id, Text = $"clean-up failed as well: {e.Message}" });
        }

        return (verdict, failure);
    }

    /// <summary>The run ends here, but what the scenario set up (sessions, a broker, external devices) still ends with it.</summary>
    private void EndUnrecorded()
    {
        try
        {
            _runner.OnScenarioEnd();
        }
        catch (Exception)
        {
            // That the record cannot be written is what is reported.
        }
    }

    /// <summary>Executes a step.</summary>
    /// <returns>The exception that it or a hook around it threw; null where nothing was thrown.</returns>
    private Exception? Call(PlannedStep step)
    {
        try
        {
            Execute(step);
        }
        catch (Exception e) // what a step throws is kept by the runner, what a hook throws is not
        {
            return Thrown(e);
        }

        return _runner.ScenarioContext.ScenarioExecutionStatus == ScenarioExecutionStatus.OK ? null
            : _runner.ScenarioContext.TestError is { } error ? Thrown(error)
            : new UnjudgeableException("sentence", "a step that it means", $"none ({_runner.ScenarioContext.ScenarioExecutionStatus})");
    }

    // SpecFlow's container wraps the exception of a step class's constructor.
    private static Exception Thrown(Exception error) => error is TargetInvocationException { InnerException: { } inner } ? inner : error;

    private void Execute(PlannedStep step)
    {
        var table = step.Table is null ? null : ToTable(step.Table);
        var keyword = step.Keyword + " ";
        switch (step.Keyword)
        {
            case "Given": _runner.Given(step.Text, step.DocString, table, keyword); break;
            case "When": _runner.When(step.Text, step.DocString, table, keyword); break;
            case "Then": _runner.Then(step.Text, step.DocString, table, keyword); break;
            case "But": _runner.But(step.Text, step.DocString, table, keyword); break;
            default: _runner.And(step.Text, step.DocString, table, keyword); break;
        }
    }

    private static Table ToTable(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var table = new Table([.. rows[0]]);
        foreach (var row in rows.Skip(1))
        {
            table.AddRow([.. row]);
        }

        return table;
    }

    // SpecFlow's own tags go without the at sign.
    private static string[] Bare(IEnumerable<string> tags) => [.. tags.Select(tag => tag.TrimStart('@'))];
}
