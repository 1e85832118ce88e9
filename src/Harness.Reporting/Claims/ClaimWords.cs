using Harness.Record;

namespace Harness.Reporting;

/// <summary>The claims of the papers in the words of the tables.</summary>
internal static class ClaimWords
{
    /// <summary>Stands beside every tick of UA.</summary>
    public const string AnonymityExcludes = "UA excludes IP address, port, timing and length: they are not judged, and all four tell clients apart.";

    public const string OwnReading = "* rests on our reading: the full text of the scheme is not public";

    private static readonly (string Word, string Title)[] Known =
    [
        ("UA", "user anonymity"), ("MA", "mutual authentication"), ("MITM", "man in the middle"), ("OPG", "off-line guessing"), ("REPLAY", "replay"),
        ("DC", "data confidentiality"), ("DP", "data privacy"), ("DI", "data integrity"), ("A", "authorization"), ("NR", "non-repudiation"),
    ];

    private static readonly string[] Schemes = ["mqtt-present", "augmqtt", "mqtt-auth", "hardened"];

    /// <summary><c>DI data integrity, wire</c>.</summary>
    public static string Name(string claim, string aspect)
    {
        var title = Array.Find(Known, k => k.Word == claim).Title ?? "";
        return $"{claim} {title}".TrimEnd() + (aspect.Length > 0 ? $", {aspect}" : "");
    }

    /// <summary>Place of a claim in the papers' order; unknown ones last.</summary>
    public static int Order(string claim) => Array.FindIndex(Known, k => k.Word == claim) is var at and >= 0 ? at : Known.Length;

    /// <summary>Place of a scheme in the papers' order; unknown ones last.</summary>
    public static int OrderOfScheme(string scheme) => Array.IndexOf(Schemes, scheme) is var at and >= 0 ? at : Schemes.Length;

    /// <summary>What stands below a scheme's name wherever results of it are printed.</summary>
    public static string Label(string label) => label.Length > 0 ? label : "as published";

    /// <summary><c>augmqtt (as described)</c>.</summary>
    public static string Scheme(string scheme, string label) => label.Length > 0 ? $"{scheme} ({label})" : scheme;

    /// <summary>✓ holds, ✗ does not, · is not said.</summary>
    public static string Tick(bool? tick) => tick switch { true => "✓", false => "✗", null => "·" };

    /// <summary>The mark of an expectation.</summary>
    public static string Expected(string expected) => expected switch { "holds" => "✓", "broken" => "✗", _ => "–" };

    /// <summary>The mark of what was seen.</summary>
    public static string Seen(CellSeen seen) => seen switch
    {
        CellSeen.Holds => "✓",
        CellSeen.Broken => "✗",
        CellSeen.NotApplicable => "–",
        _ => "?",
    };

    /// <summary>What was seen, in a word that JSON prints too.</summary>
    public static string Word(CellSeen seen) => seen switch
    {
        CellSeen.Holds => "holds",
        CellSeen.Broken => "broken",
        CellSeen.NotApplicable => "not-applicable",
        CellSeen.NotRun => "not-run",
        _ => "inconclusive",
    };

    /// <summary>How an attack or a control ended.</summary>
    public static string Ended(bool? won) => won switch { true => "won", false => "lost", null => "could not tell" };

    /// <summary>What became of a finding with its repair on, as the end of a sentence; empty where the repair is not part of the product.</summary>
    public static string Repaired(FindingJudged finding) => finding.Repaired switch
    {
        true => $" (run: gone, {finding.RepairEvidence})",
        false => $" (run: still there, {finding.RepairEvidence})",
        null => "",
    };

    /// <summary><c>holds, as expected; the paper says so</c>: a cell in one sentence.</summary>
    public static string Sentence(ClaimCell cell)
    {
        var seen = cell.Seen switch
        {
            CellSeen.Holds => "holds",
            CellSeen.Broken => "broken",
            CellSeen.NotApplicable => "not applicable",
            CellSeen.NotRun => "not decided: no attack of it ran",
            _ => "not decided",
        };
        var expected = cell.Seen is CellSeen.NotApplicable ? ""
            : cell.AsExpected ? ", as expected"
            : $"; expected: {(cell.Expected == "not-applicable" ? "not applicable" : cell.Expected)}";
        var paper = cell.Paper switch { true => "its paper says it holds", false => "its paper says it does not hold", null => "its paper says nothing" };
        var ran = cell.Attacks.Select(a => a.Attack).Distinct().Count();
        var part = cell.Missing.Count > 0 ? $"; never ended: {string.Join(", ", cell.Missing)}"
            : ran > 0 && ran < cell.Known ? $"; by {ran} of {cell.Known} attacks"
            : "";
        return seen + expected + part + "; " + paper;
    }
}
