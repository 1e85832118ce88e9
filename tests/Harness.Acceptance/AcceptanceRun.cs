using BoDi;
using Harness.Bench;
using Harness.Cli;
using Harness.Record;
using Harness.Steps;
using TechTalk.SpecFlow;

namespace Harness.Acceptance;

/// <summary>The run behind the NUnit face: the same bench, record and world as <c>harness run</c>. HARNESS_RIG names another rig.</summary>
[Binding]
public sealed class AcceptanceRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static RecordWriter? record;
    private static RunEnvironment? run;
    private static string folder = "";

    [BeforeTestRun]
    public static void Begin()
    {
        folder = Directory.CreateTempSubdirectory("harness-acceptance-").FullName;
        record = RecordWriter.Create(folder);
        var rig = RigFile.Load(ProductPaths.Resolve(Environment.GetEnvironmentVariable("HARNESS_RIG") is { Length: > 0 } set ? set : ProductPaths.DefaultRig));
        run = new RunEnvironment(rig, record, folder, CancellationToken.None);
    }

    [AfterTestRun]
    public static async Task EndAsync()
    {
        await run!.DisposeAsync();
        record!.Dispose();
        Directory.Delete(folder, true);
    }

    [BeforeScenario(Order = 1)]
    public static void BeginScenario(IObjectContainer container, ScenarioContext scenario)
    {
        var environment = run!;
        if (scenario.ScenarioInfo.ScenarioAndFeatureTags.Contains("hardware") && !environment.Bench.Rig.HasHardware)
        {
            NeedsHardware.Ignore("a rig with a real board, for example HARNESS_RIG=rigs/pi-bench.yaml");
        }

        Needs.That(
            environment.Bench.Rig.HasExternal || !scenario.ScenarioInfo.ScenarioAndFeatureTags.Contains("external"),
            "a rig with a device of kind external (@external)", "HARNESS_RIG=rigs/external.yaml");
        environment.BeginScenario(scenario.ScenarioInfo.Title, Limit);
        environment.Register(container);
    }

    [AfterScenario(Order = 20000)]
    public static void EndScenario(IObjectContainer container)
    {
        if (container.IsRegistered<ScenarioScope>())
        {
            var scope = container.Resolve<ScenarioScope>();
            foreach (var transcript in scope.End())
            {
                TestContext.AddTestAttachment(Path.Combine(folder, transcript));
            }

            scope.Dispose();
        }
    }
}
