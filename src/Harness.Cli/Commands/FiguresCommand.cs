using Harness.Adversary.Links;
using Harness.Cli.Commands.Figures;

namespace Harness.Cli.Commands;

/// <summary><c>harness figures</c>: what every operation takes on the emulated boards of a rig, as a page.</summary>
internal static class FiguresCommand
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var rig = new Option<string>("--rig") { Description = "the rig file [default: rigs/sim.yaml]" };
        var device = new Option<string[]>("--device") { Description = "only this device (may be repeated) [default: one of each emulated board of the rig]" };
        var json = new Option<bool>("--json") { Description = "JSON on stdout" };
        var links = new Option<bool>("--links") { Description = "the page rigs/LINKS.md instead: logins and deliveries of every scheme over bad links, with devices on the host; takes minutes" };
        var trials = new Option<int>("--trials") { Description = "with --links: trials of each scheme over each link", DefaultValueFactory = _ => 10 };
        trials.Validators.Add(CommandHost.Between(1, 1000));
        var scheme = new Option<string[]>("--scheme") { Description = "with --links: only this scheme (may be repeated) [default: all]" };
        scheme.AcceptOnlyFromAmong([.. SchemeNames.All]);
        var plugin = PluginOption.Create();
        var command = new Command("figures",
            """
            Measures every operation of the emulated boards, whose counts are exact, and what a login costs them, and prints a page of them (Markdown). The page rigs/FIGURES.md
            is made by it; with --links it is the page rigs/LINKS.md: how every scheme's login and delivery stand over links that delay and lose (what loss means stands there).

            Exit status: 0 measured; 2 usage or rig file; 3 the rig broke; 4 the rig has no emulated board; 130 aborted.

            Examples:
              ./harness figures > FIGURES.md
              ./harness figures --device m4 --json
              ./harness figures --links > LINKS.md
            """) { rig, device, json, links, trials, scheme, plugin };
        command.SetAction((parsed, stop) => Task.Run(
            () => parsed.GetValue(links) ? LinksAsync(parsed.GetValue(trials), parsed.GetValue(scheme) ?? [], parsed.GetValue(json), stop) : RunAsync(
                RigFile.Load(ProductPaths.Resolve(parsed.GetValue(rig) ?? ProductPaths.DefaultRig), PluginOption.Paths(parsed, plugin)), parsed.GetValue(rig), parsed.GetValue(device) ?? [], parsed.GetValue(json), stop),
            CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(RigFile rig, string? typed, IReadOnlyList<string> only, bool json, CancellationToken stop)
    {
        var exact = rig.Devices.Values.Where(d => d.Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions);
        var chosen = (only.Count > 0 ? only.Select(name => DeviceArgument.Find(rig, name)) : exact.DistinctBy(d => d.Emulator?.Name)).ToList();
        if (chosen.Count == 0)
        {
            throw new InconclusiveException($"emulated boards of rig {rig.Name}", "one at least", "none", nextCommand: "./harness figures --rig rigs/sim.yaml");
        }

        var devices = new List<DeviceFigures>();
        foreach (var entry in chosen)
        {
            await using var bench = new TestBench(rig, new TestBenchOptions { Drivers = BuiltDrivers.For(rig) });
            var figures = await FigurePage.MeasureAsync(bench, entry.Name, MeasureOptions.DefaultBytes, name => Show($"{entry.Name}: {name}"), stop);
            var logins = await LoginCosts.MeasureAsync(bench, entry.Name, name => Show($"{entry.Name}: {name}"), stop);
            devices.Add(new DeviceFigures(entry.Name, $"{entry.Emulator?.Name ?? "board"}, {entry.TickUnit}", figures, logins));
        }

        Show("");
        Console.Write(json ? JsonSerializer.Serialize(devices, _json) + "\n"
            : FigurePage.Markdown($"./harness figures{(typed is null ? "" : $" --rig {ShellWord.Quote(typed)}")}{string.Concat(only.Select(name => $" --device {ShellWord.Quote(name)}"))}", devices, MeasureOptions.DefaultBytes));
        return ExitCodes.Pass;
    }

    private static async Task<int> LinksAsync(int trials, string[] only, bool json, CancellationToken stop)
    {
        const int Messages = 5;
        IReadOnlyList<string> schemes = only.Length == 0 ? SchemeNames.All : [.. SchemeNames.All.Intersect(only)];
        var figures = await LinkSurvey.RunAsync(schemes, LinkSurvey.Links, trials, Messages, (ended, all) => Show($"{ended} of {all} trials"), stop);
        Show("");
        Console.Write(json ? JsonSerializer.Serialize(figures, _json) + "\n"
            : LinkPage.Markdown($"./harness figures --links{(trials == 10 ? "" : $" --trials {trials}")}{string.Concat(only.Select(name => $" --scheme {name}"))}", figures, trials, Messages));
        return ExitCodes.Pass;
    }

    private static void Show(string text)
    {
        if (StandardStreams.ErrorCanRewrite)
        {
            StandardStreams.Error.Write(StandardStreams.EraseLine + ForeignText.Name(text));
        }
    }
}
