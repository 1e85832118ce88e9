using System.Text;
using Harness.Record;
using Harness.Reporting.Html;
using Harness.Reporting.Trends;
using System.Text.RegularExpressions;
using Harness.Reporting.Tests.Claims;

namespace Harness.Reporting.Tests.Html;

/// <summary>Reports of sample records, as text.</summary>
internal static partial class Pages
{
    /// <summary>Writes the report of a folder.</summary>
    public static string Whole(string folder, Func<TrendQuestion, IReadOnlyList<Trend>>? trends = null)
    {
        using var stream = new MemoryStream();
        HtmlReport.Write(folder, stream, trends);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes the report of events, and returns what a record put there: the page without style, script and licences.</summary>
    public static string Of(IEnumerable<RunEvent> events, Action<string>? beside = null, Func<TrendQuestion, IReadOnlyList<Trend>>? trends = null)
    {
        using var run = new TemporaryRun(events);
        beside?.Invoke(run.Path);
        return Body(Whole(run.Path, trends));
    }

    /// <summary>The page without style, script and licences.</summary>
    public static string Body(string page) => page[page.IndexOf("<body>", StringComparison.Ordinal)..page.LastIndexOf("<details class=\"fold\"><summary>Licences", StringComparison.Ordinal)];

    /// <summary>Names of tags and attributes, in order: what a browser takes for markup.</summary>
    public static string[] Markup(string page) => [.. Tag().Matches(page).Select(m => AttributeValue().Replace(m.Value, "=\"\""))];

    /// <summary>A run with every kind of event, and one text in the place of every name, sentence and payload.</summary>
    public static RunEvent[] With(string text)
    {
        var cell = ClaimRuns.Cell("mqtt-present", "DI", "wire", "broken", paper: true) with { Scheme = text, Label = text, Aspect = text, Claim = text, Attacks = [text] };
        var attack = ClaimRuns.Attack("mqtt-present", "DI", "wire", "a", won: true, control: true, "holds") with
        {
            Scenario = text, Scheme = text, Label = text, Claim = text, Aspect = text, Attack = text, Summary = text, Adversary = text, Evidence = text, Control = text, ControlEvidence = text,
            Reference = text, Capture = text, Publisher = text, Subscriber = text, Plugin = null,
        };
        return Runs.Numbered(
        [
            Runs.Started(1) with
            {
                RunId = text, Rig = text, RigName = text, Features = text, HarnessVersion = text, Filter = text, Deselected = [new Deselected(text, text, text)],
                Host = new HostInfo(text, text, text, text, 2, text) { Governor = text }, Plugins = [new PluginUsed(text, text, text, text)],
                Wiring = [new WiredPart(text, "device", text, text, text), new WiredPart(text, "broker", text, "", text)],
            },
            Runs.Device("m4", "serial", "qemu", Provenance.EmulatedInstructions) with { Device = text, Kind = text, Driver = text, Board = text, Firmware = text, Build = text, TickUnit = text },
            cell, cell with { Plugin = text },
            Runs.Begin(text, text, text, 1) with { Tags = [text] },
            Runs.Step(text, text, text, text),
            Runs.Sample(text, text, 1, ClockKind.Device) with { Device = text }, Runs.Sample(text, text, 2, ClockKind.Device) with { Device = text },
            Runs.Sample(text, text, 9, ClockKind.Device) with { Device = text },
            new SamplesSummarized
            {
                Scenario = text, Device = text, Operation = text, N = 2, Min = 1, P50 = 2, Max = 3, Unit = Unit.Milliseconds, Clock = ClockKind.Host, Provenance = Provenance.Host, File = text,
            },
            new BudgetJudged
            {
                Scenario = text, Device = text, Operation = text, Statistic = text, N = 3, Observed = 9, Limit = 8, Unit = Unit.Instructions, Provenance = Provenance.EmulatedInstructions,
                Verdict = Verdict.Fail, Reason = text,
            },
            new FaultSeen { Scenario = text, Device = text, Fault = text, Detail = text },
            new NoteTaken { Scenario = text, Text = text }, new NoteTaken { Text = text },
            attack, attack with { Plugin = text },
            new FindingJudged { Scenario = text, Finding = text, Scheme = text, Label = text, Words = text, Repair = text, Evidence = text, RepairEvidence = text, Repaired = true },
            ClaimRuns.Cost("mqtt-present", text, text, 1, 2, 3) with { Scheme = text, Label = text, Device = text, Formula = text },
            new MessageCost
            {
                Scenario = text, Scheme = text, Label = text, Device = text, Bytes = 1, N = 3, Seal = 1, Open = 2, Unit = Unit.Instructions, Provenance = Provenance.EmulatedInstructions,
                PlainWireBytes = 2, Reason = text,
            },
            ClaimRuns.Footprint("mqtt-present") with { Scenario = text, Scheme = text, Label = text, Device = text, Board = text, Build = text, Group = text, SizesReason = text, StackReason = text },
            ClaimRuns.Footprint("mqtt-present") with { Scheme = text, Reason = text },
            Runs.End(text, text, Verdict.Fail, 10, new FailureDetail(text, text, text, text, text, text, text) { At = text, Add = text }) with
            {
                Transcripts = [text], Plugins = [text], PluginParts = [new PluginPart(text, text)],
            },
            new FilesKept { Files = [new KeptFile(text, 1, text)] },
            RunFinished.From(default(VerdictCounts).Plus(Verdict.Fail), 20),
        ]);
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("=\"[^\"]*\"")]
    private static partial Regex AttributeValue();
}
