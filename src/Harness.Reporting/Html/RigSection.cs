namespace Harness.Reporting.Html;

/// <summary>The rig: a drawing of what is wired to what, the devices with their fingerprints, and the faults of their links.</summary>
internal static class RigSection
{
    /// <summary>Tells whether a rig file describes what ran: a broker at an address and a client that connects have none.</summary>
    public static bool HasFile(RunStarted started) => started.Rig != "none";

    public static void Write(ReportPage page)
    {
        var run = page.Run;
        var html = page.Begin("rig", "Rig");
        var parts = run.Started?.Wiring;
        if (parts is { Count: > 0 })
        {
            RigDrawing.Write(html, run.Started!.RigName, HasFile(run.Started), parts);
            html.Table("What is wired to what", ["part", "kind", "what it is", "wired to", "by"], parts.Select(p => (string[])[p.Name, p.Kind, p.Detail, p.To.Length > 0 ? p.To : "this machine", p.By]));
        }
        else
        {
            html.Element("p", "The record does not say what is wired to what.", ("class", "more"));
        }

        if (run.Devices.Count > 0)
        {
            html.Table("Devices that answered", ["device", "board", "firmware", "build", "counter", "tick", "provenance", "ready after"], run.Devices.Select(d => (string[])
            [
                $"{d.Device} ({d.Kind} by {d.Driver})", d.Board ?? "unknown", d.Firmware ?? "unknown", d.Build ?? "unknown", Text.Frequency(d.ClockHz), d.TickUnit, d.Provenance.Word(), Text.Duration(d.ReadyMs),
            ]));
        }

        if (run.Faults.Count > 0)
        {
            html.Table("Faults of links, also those that were recovered from", ["device", "fault", "seen", "scenario"], run.Faults.Take(200).TakeWhile(_ => page.HasRoomForRows).Select(f => (string[])[f.Device, f.Fault, f.Detail, f.Scenario ?? "none"]));
            if (run.Faults.Count > 200)
            {
                html.Element("p", $"{run.Faults.Count - 200} more faults are in the record.", ("class", "more"));
            }
        }

        html.Close().Line();
    }
}
