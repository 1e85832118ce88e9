using Harness.Bench.Rig;
using Harness.Cli.Recording;
using Harness.Record;
using Harness.Reporting;
using Harness.Steps;

namespace Harness.Acceptance;

/// <summary>
/// The scenarios of <c>features/</c> as NUnit tests: the list, the runner, the drivers and the record of <c>harness run</c>, at once where they need
/// different devices. HARNESS_RIG names another rig.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public sealed class ScenarioTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly CancellationTokenSource _stop = new();
    private string _folder = "";
    private RigFile _rig = null!;
    private RecordedRun _run = null!;
    private RunEnvironment _environment = null!;
    private readonly Lock _countsGate = new();
    private ScenarioLanes _lanes = null!;
    private VerdictCounts _counts;
    private int _begun;

    private static IEnumerable<TestCaseData> Scenarios() => AcceptanceCatalog.Plans.Select(AcceptanceCatalog.TestOf);

    [OneTimeSetUp]
    public void Begin()
    {
        var rigPath = ProductPaths.Resolve(Environment.GetEnvironmentVariable("HARNESS_RIG") is { Length: > 0 } set ? set : ProductPaths.DefaultRig);
        _rig = RigFile.Load(rigPath);
        var drivers = BuiltDrivers.For(_rig);
        _folder = Directory.CreateTempSubdirectory("harness-acceptance-").FullName;
        _run = RecordedRun.Open(_folder, null);

        // The number that a filter of the test runner leaves is not known here.
        _run.Begin(_rig, rigPath, ProductPaths.Display(ProductPaths.DefaultFeatures), selected: 0);
        _environment = new RunEnvironment(_rig, _run, _folder, _stop.Token, drivers);
        _lanes = new ScenarioLanes(_environment, _run, Limit);
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        _lanes.Dispose();
        await _environment.DisposeAsync();
        var finished = _run.End(_counts, stopped: false);
        _run.Dispose();
        _stop.Dispose();
        if (finished.Verdict == Verdict.Pass)
        {
            Directory.Delete(_folder, true);
        }
        else
        {
            await TestContext.Progress.WriteLineAsync($"record: {_run.Record}");
        }
    }

    [TestCaseSource(nameof(Scenarios))]
    public void Scenario(ScenarioPlan plan)
    {
        if (Selection.Lacks(plan, _rig.HasHardware, rigHasExternal: true) is not null)
        {
            NeedsHardware.Ignore("a rig with a real board, for example HARNESS_RIG=rigs/pi-bench.yaml");
        }

        Needs.That(
            Selection.Lacks(plan, rigHasHardware: true, _rig.HasExternal) is null, "a rig with a device of kind external (@external)", "HARNESS_RIG=rigs/external.yaml");
        Needs.That(Selection.Lacks(plan, true, true, _rig.HasModelledSensors) is null, "a rig whose sensors are models (@modelled-sensors)", "HARNESS_RIG=rigs/sim.yaml");
        Needs.That(Selection.Lacks(plan, true, true, true, _rig.HasTlsClient) is null, "a rig whose external device speaks TLS (@tls)", "HARNESS_RIG=rigs/external.yaml");
        Assert.That(UndefinedSteps.Find([plan], KnownDevices.Of(_rig)), Is.Empty, "sentences that no step means, or that name no device of the rig");

        var finished = _lanes.Run(plan, Interlocked.Increment(ref _begun), AcceptanceCatalog.Plans.Count);
        lock (_countsGate)
        {
            _counts = _counts.Plus(finished.Verdict);
        }

        foreach (var transcript in finished.Transcripts)
        {
            TestContext.AddTestAttachment(Path.Combine(_folder, transcript));
        }

        if (finished.Verdict != Verdict.Pass)
        {
            Assert.Fail($"{plan.Id}: {FailureLines.Text(finished)}");
        }
    }
}
