namespace Harness.Reporting.Claims;

/// <summary>Names and texts of the claims in the tables.</summary>
internal static class ClaimTexts
{
    /// <summary>The note beside every tick of UA.</summary>
    public const string AnonymityExcludes = "UA excludes IP address, port, timing and length: they are not judged, and all four tell clients apart.";

    public const string OwnReading = "* rests on our reading: the full text of the scheme was not at hand";

    private static readonly (string Word, string Title)[] Known =
    [
        ("UA", "user anonymity"), ("MA", "mutual authentication"), ("MITM", "man in the middle"), ("OPG", "off-line guessing"), ("REPLAY", "replay"),
        ("DC", "data confidentiality"), ("DP", "data privacy"), ("DI", "data integrity"), ("A", "authorization"), ("NR", "non-repudiation"),
    ];

    /// <summary>The title of a group of schemes.</summary>
    public static string Group(string group) => group switch
    {
        "papers" => "Schemes of the papers",
        "hardened" => "Our repair",
        "today" => "What devices log in with today",
        _ => group,
    };

    /// <summary>The other systems that Sahmi et al. 2021 name in their tables 1 and 3, each with the reason for which nothing is decided about it here.</summary>
    public static IReadOnlyList<(string System, string Reason)> NotDecided { get; } =
    [
        ("Bali et al. 2019 [6]", "no formula of it is public; the paper ticks MA and DC"),
        ("Bhawiyuga et al. 2017 [7]", "no message of it is public, but that a JSON web token is sent: such a login stands among those of today as jwt"),
        ("Parmar and Mathur [10]", "the generation of its S-boxes is unpublished"),
        ("Singh et al. 2015 [11]", "its attribute-based encryption needs a pairing that is not stated, and its SPUBLISH is a reserved packet type, which stock brokers refuse; the paper ticks MITM and DP"),
        ("Mektoubi et al. [12]", "no message of it is public"),
        ("Upadhyay et al. [13]", "an access control list of Mosquitto, which is a setting and no scheme"),
        ("Ramos et al. [16]", "a fuzzer, which is an adversary and no scheme"),
        ("Malina et al. 2019 [18]", "only its introduction was at hand"),
    ];

    /// <summary>Formats a claim's name: <c>DI data integrity, wire</c>.</summary>
    public static string Name(string claim, string aspect)
    {
        var title = Array.Find(Known, k => k.Word == claim).Title ?? "";
        return $"{claim} {title}".TrimEnd() + (aspect.Length > 0 ? $", {aspect}" : "");
    }

    /// <summary>Position of a claim in the papers' order; unknown ones last.</summary>
    public static int Order(string claim) => Array.FindIndex(Known, k => k.Word == claim) is var at and >= 0 ? at : Known.Length;

    /// <summary>The title above <see cref="NotDecided"/>.</summary>
    public const string NotDecidedTitle = "Not decided: the other systems of the papers' tables";

    /// <summary>Formats the label below a scheme's name in every report.</summary>
    public static string Label(string label) => label.Length > 0 ? label : "as published";

    /// <summary>Formats a scheme with its label: <c>augmqtt (as described)</c>.</summary>
    public static string Scheme(string scheme, string label) => label.Length > 0 ? $"{scheme} ({label})" : scheme;

    /// <summary>Formats the paper's statement: ✓ holds, ✗ does not hold, · not stated.</summary>
    public static string Tick(bool? tick) => tick switch { true => "✓", false => "✗", null => "·" };

    /// <summary>Formats the mark of the expected result.</summary>
    public static string Expected(string expected) => expected switch { "holds" => "✓", "broken" => "✗", _ => "–" };

    /// <summary>Formats the mark of the actual result.</summary>
    public static string Seen(CellSeen seen) => seen switch
    {
        CellSeen.Holds => "✓",
        CellSeen.Broken => "✗",
        CellSeen.NotApplicable => "–",
        _ => "?",
    };

    /// <summary>Formats the actual result in one word, as in JSON.</summary>
    public static string Word(CellSeen seen) => seen switch
    {
        CellSeen.Holds => "holds",
        CellSeen.Broken => "broken",
        CellSeen.NotApplicable => "not-applicable",
        CellSeen.NotRun => "not-run",
        _ => "inconclusive",
    };

    /// <summary>Formats the outcome of an attack or a positive control.</summary>
    public static string Ended(bool? won) => won switch { true => "won", false => "lost", null => "could not tell" };

    /// <summary>Formats the outcome of a finding with its repair turned on, as the end of a sentence; empty if the repair is not part of the product.</summary>
    public static string Repaired(FindingJudged finding) => finding.Repaired switch
    {
        true => $" (run: gone, {finding.RepairEvidence})",
        false => $" (run: still there, {finding.RepairEvidence})",
        null => "",
    };

    /// <summary>Formats a cell in one sentence: <c>holds, as expected; the paper says so</c>.</summary>
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
        var paper = cell.Paper switch { true => "the paper says it holds", false => "the paper says it does not hold", null => "the paper says nothing" };
        var ran = cell.Attacks.Select(a => a.Attack).Distinct().Count();
        var part = cell.Missing.Count > 0 ? $"; never ended: {string.Join(", ", cell.Missing)}"
            : ran > 0 && ran < cell.Known ? $"; by {ran} of {cell.Known} attacks"
            : "";
        return seen + expected + part + "; " + paper;
    }
}
