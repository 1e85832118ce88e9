using System.Diagnostics;

namespace Harness.Reporting.Tests.Live;

/// <summary>The processor time that watching adds to a run.</summary>
[Category("Long")]
[NonParallelizable]
public sealed class WatchCostTests
{
    // As the shipped features on the emulated rig: 383 scenarios with 81 s of processor time. Their events come within 10 s here, not 50.
    private const int Scenarios = 383;
    private const int StepsEach = 8;
    private static readonly TimeSpan _run = TimeSpan.FromSeconds(81);
    private static readonly TimeSpan _over = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Two_viewers_add_at_most_two_percent_to_a_run()
    {
        await CostAsync(watched: false); // compiles what both do; the server's own start counts
        var plain = await CostAsync(watched: false);
        var watched = await CostAsync(watched: true);
        var added = watched - plain;
        TestContext.Out.WriteLine($"{added.TotalMilliseconds:F0} ms added ({plain.TotalMilliseconds:F0} without), {100 * added / _run:F2} % of a run's {_run.TotalSeconds:F0} s, the viewers' own time counted in");
        Assert.That(added, Is.LessThan(_run * 0.02));
    }

    private static async Task<TimeSpan> CostAsync(bool watched)
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var folder = Directory.CreateTempSubdirectory("watch cost ").FullName;
        using (var run = watched ? new WatchedRun() : null)
        using (var writer = watched ? null : RecordWriter.Create(folder))
        {
            void Put(RunEvent e)
            {
                run?.Write(e);
                writer?.Write(e);
            }

            var viewers = run is null ? [] : await Task.WhenAll(Viewer.OpenAsync(run.Page), Viewer.OpenAsync(run.Page));
            var seen = viewers.Select(viewer => viewer.AllAsync()).ToArray();
            Put(Runs.Started(Scenarios));
            using var pace = new PeriodicTimer(_over / Scenarios);
            for (var i = 0; i < Scenarios; i++)
            {
                var id = $"features/f{i % 40}.feature:{i}";
                Put(Runs.Begin(id, $"Feature {i % 40}", $"Scenario {i}", i));
                for (var step = 0; step < StepsEach; step++)
                {
                    Put(new StepStarted { Scenario = id, Keyword = "When", Text = $"m4 does step {step} of what it has to do" });
                    Put(Runs.Step(id, "When", $"m4 does step {step} of what it has to do"));
                }

                Put(Runs.End(id, $"Scenario {i}", Verdict.Pass, 200));
                await pace.WaitForNextTickAsync();
            }

            Put(RunFinished.From(new VerdictCounts(Scenarios, 0, 0, 0, 0), 50_000));
            foreach (var all in await Task.WhenAll(seen))
            {
                Assert.That(all, Has.Count.EqualTo(2 + (Scenarios * (2 + StepsEach))));
            }

            Array.ForEach(viewers, viewer => viewer.Dispose());
        }

        Directory.Delete(folder, recursive: true);
        return Process.GetCurrentProcess().TotalProcessorTime - before;
    }
}
