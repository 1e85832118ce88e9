using Harness.Bench.Vectors;

namespace Harness.Cli.Commands;

/// <summary><c>harness vectors</c>: runs a file of known answers on a device.</summary>
internal static class VectorsCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "vectors in the format of tests/vectors/vectors.json (tests/vectors/README.md)" };
        var device = new Option<string>("--device") { Description = "a device or role of the rig: host, board, m4, ...", Required = true };
        var rig = new Option<string>("--rig") { Description = "the rig file [default: rigs/sim.yaml]" };
        var wait = WaitOption.Create();
        var plugin = PluginOption.Create();
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var timeout = new Option<int>("--timeout") { Description = "seconds one case may take", DefaultValueFactory = _ => 300 };
        timeout.Validators.Add(result =>
        {
            // The parser itself refuses text that is no number.
            if (result.Tokens is [var typed] && int.TryParse(typed.Value, out var seconds) && seconds is < 1 or > 86_400)
            {
                result.AddError("--timeout takes 1 to 86400 seconds");
            }
        });
        var command = new Command("vectors",
            """
            Runs known answers on a device and says which case failed and how. Values are shown by their first 8 hex digits only.
            Cases that the device cannot run are counted apart with the reason, never as passed. Injected scalars and bare keys need
            the test build: an emulated board is booted with the rig's test_elf, a real one must have been flashed with it.

            Exit status: 0 something ran and nothing failed; 1 a case failed; 2 usage, rig or vectors file; 3 the rig broke;
            4 the device can run none of the cases; 130 aborted.

            Examples:
              ./harness vectors tests/vectors/vectors.json --device board
              ./harness vectors tests/vectors/vectors.json --device host --json
              ./harness vectors my-vectors.json --device f405 --rig rigs/pi-bench.yaml --timeout 900
            """) { file, device, rig, json, timeout, wait, plugin };
        command.SetAction((parsed, stop) => Task.Run(
            () => RunAsync(
                parsed.GetValue(file)!, parsed.GetValue(device)!, ProductPaths.Resolve(parsed.GetValue(rig) ?? ProductPaths.DefaultRig), PluginOption.Paths(parsed, plugin),
                parsed.GetValue(json), TimeSpan.FromSeconds(parsed.GetValue(timeout)), parsed.GetValue(wait), stop),
            CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(string file, string device, string rigPath, IReadOnlyList<string> plugins, bool json, TimeSpan limit, TimeSpan wait, CancellationToken stop)
    {
        // All arguments are checked before anything boots, so that a mistake is reported at once.
        var path = ProductPaths.Resolve(file);
        var vectors = VectorFile.Load(path, ProductPaths.Display(path));
        var rig = RigFile.Load(rigPath, plugins);
        var entry = VectorDevices.Find(rig, device);
        VectorResult result;
        await using (var bench = new TestBench(rig, (VectorDevices.OptionsFor(entry) with { Drivers = BuiltDrivers.For(rig) }).Apply(wait)))
        {
            var opened = await VectorDevices.OpenAsync(bench, device, stop);
            using var progress = new Progress(opened.Name, vectors.Cases.Count);
            result = await VectorRun.RunAsync(vectors, opened, limit, progress.Show, null, stop);
        }

        var shown = ProductPaths.Display(rigPath);
        Console.Out.WriteLine(json ? VectorReport.RenderJson(result, shown) : VectorReport.Render(result, shown));
        return ExitCodes.From(result.Verdict);
    }

    /// <summary>A progress line on stderr that is overwritten; nothing if stderr is no terminal.</summary>
    private sealed class Progress(string device, int cases) : IDisposable
    {
        private readonly bool _updating = StandardStreams.ErrorCanRewrite;
        private int _done;
        private int _failed;

        public void Show(VectorOutcome outcome)
        {
            _done++;
            _failed += outcome.Status == CaseStatus.Failed ? 1 : 0;
            if (_updating)
            {
                StandardStreams.Error.Write($"{StandardStreams.EraseLine}{_done}/{cases} on {ForeignText.Name(device)}  {ForeignText.Name(outcome.Case.Id)}  {_failed} failed");
            }
        }

        public void Dispose()
        {
            if (_updating)
            {
                StandardStreams.Error.Write(StandardStreams.EraseLine);
            }
        }
    }
}
