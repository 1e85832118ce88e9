namespace Harness.Reporting.Html;

/// <summary>The source of every section of a report.</summary>
/// <param name="Html">Takes the page.</param>
/// <param name="Run">The run, without its single samples.</param>
/// <param name="Claims">The run's claims.</param>
/// <param name="Series">Every series of samples.</param>
/// <param name="Samples">Numbers of samples by scenario.</param>
/// <param name="Files">The files beside the record.</param>
/// <param name="Problems">Faults of the record and files missing beside it, in sentences.</param>
internal sealed record ReportPage(
    HtmlWriter Html, RunResult Run, ClaimsResult Claims, IReadOnlyList<SampleSeries> Series, SampleCollector Samples, RunFiles Files, IReadOnlyList<string> Problems)
{
    /// <summary>The trends of the run's operations over earlier runs.</summary>
    public IReadOnlyList<Trend> Trends { get; init; } = [];

    // A report is opened on phones and sent by mail: at most 5 MB. What matters most is written first and in full; the rest follows as long as there is room.
    private const long RoomForFiles = 2_900_000;
    private const long RoomForDetails = 3_600_000;
    private const long RoomForRows = 4_300_000;

    /// <summary>True while there is room for transcripts and listings of captures.</summary>
    public bool HasRoomForFiles => Html.Written < RoomForFiles;

    /// <summary>True while there is room for steps and charts.</summary>
    public bool HasRoomForDetails => Html.Written < RoomForDetails;

    /// <summary>True while there is room for single lines.</summary>
    public bool HasRoomForRows => Html.Written < RoomForRows;

    /// <summary>The fingerprint of a device, which belongs beside each of its numbers.</summary>
    public string Fingerprint(string device) => $"{(Run.Devices.FirstOrDefault(d => d.Device == device) is { } found ? DeviceText.Line(found) : "not described in the record")}; on {Machine}";

    /// <summary>The machine whose clock takes the durations of scenarios and steps.</summary>
    public string Machine => Run.Started?.Host is not { } host ? "an unknown machine"
        : $"{host.Cpu}, {host.Cores} cores, {host.Kernel}{(host.Governor is { } governor ? $", governor {governor}" : "")}";

    /// <summary>Writes the fingerprints of the devices whose numbers a table holds.</summary>
    public void Fingerprints(IEnumerable<string> devices)
    {
        foreach (var device in devices.Distinct())
        {
            Html.Element("p", $"{device}: {Fingerprint(device)}", ("class", "fingerprint"));
        }
    }

    /// <summary>The address of a scenario in the page.</summary>
    public static string Anchor(ScenarioResult scenario) => HtmlText.Anchor(("scenario", scenario.Id));

    /// <summary>Writes the start of a section.</summary>
    public HtmlWriter Begin(string id, string title) =>
        Html.Open("section", ("id", id), ("aria-labelledby", $"{id}-title")).Element("h2", title, ("id", $"{id}-title")).Line();
}
