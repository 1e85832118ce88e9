namespace Harness.Reporting;

/// <summary>Properties of a run as names and values, to interpret its numbers: the run, its host, its devices, its timing with provenance.</summary>
internal static class RunProperties
{
    public static IEnumerable<(string Name, string Value)> Of(RunResult result)
    {
        yield return ("run.id", result.RunId);
        yield return ("run.verdict", result.Verdict.Word());
        yield return ("run.complete", result.IsComplete ? "true" : "false");
        if (result.Started is { } run)
        {
            yield return ("run.harness", run.HarnessVersion);
            yield return ("run.rig", run.Rig);
            yield return ("run.rig.name", run.RigName);
            yield return ("run.features", run.Features);
            if (run.Filter is { } filter)
            {
                yield return ("run.filter", filter);
            }

            foreach (var plugin in run.Plugins ?? [])
            {
                yield return ($"run.plugin.{plugin.Name}", $"version {plugin.Version}, SHA-256 {plugin.Sha256}, {plugin.Path}");
            }

            yield return ("run.deselected", $"{run.Deselected.Count}");
            yield return ("host.os", run.Host.Os);
            yield return ("host.kernel", run.Host.Kernel);
            yield return ("host.architecture", run.Host.Architecture);
            yield return ("host.cpu", run.Host.Cpu);
            yield return ("host.cores", $"{run.Host.Cores}");
            yield return ("host.runtime", run.Host.Runtime);
            if (run.Host.Governor is { } governor)
            {
                yield return ("host.governor", governor);
            }
        }

        foreach (var scenario in result.Scenarios.Where(s => s.Plugins.Count > 0))
        {
            yield return ($"scenario.{scenario.Id}.plugins", string.Join("; ", scenario.Plugins.Select(name => $"{name}: {PluginText.Parts(scenario, name)}")));
        }

        foreach (var device in result.Devices)
        {
            yield return ($"device.{device.Device}", DeviceText.Line(device));
            yield return ($"device.{device.Device}.provenance", device.Provenance.Word());
        }
    }

    public static IEnumerable<(string Name, string Value)> Of(ScenarioResult scenario, string file)
    {
        // Not the id: the folder of a checkout has no place in a report that is compared from run to run.
        yield return ("scenario.at", file + scenario.Id[scenario.File.Length..]);
        yield return ("scenario.verdict", scenario.Verdict.Word());
        if (scenario.Tags.Count > 0)
        {
            yield return ("scenario.tags", string.Join(' ', scenario.Tags));
        }
    }

    public static IEnumerable<(string Name, string Value)> Of(IReadOnlyList<TimingRow> timing) => timing.Select(row => (
        $"timing.{row.Device}.{row.Operation}.{row.Clock.Word()}",
        $"n={row.N} min={ReadableNumber.Plain(row.Min)} p50={ReadableNumber.Plain(row.P50)} max={ReadableNumber.Plain(row.Max)} {row.Unit.Symbol()}"
        + $" ({row.Clock.Word()} clock, {row.Provenance.Word()})"));
}

/// <summary>Formats a device in one line.</summary>
internal static class DeviceText
{
    public static string Line(DeviceReady d) =>
        $"{d.Kind} by {d.Driver}, board {d.Board ?? "unknown"}, firmware {d.Firmware ?? "unknown"}, build {d.Build ?? "unknown"},"
        + $" clock {Text.Frequency(d.ClockHz)}, tick = {d.TickUnit}, {d.Provenance.Word()}";
}
