using Harness.Timing.Leaks;

namespace Harness.Cli.Commands.Measuring;

/// <summary>One subject in the table of a device's leak tests.</summary>
/// <param name="Entry">The subject.</param>
/// <param name="Result">The result; null if the test did not run to its end.</param>
/// <param name="Why">The reason for which it did not run to its end; null if it did.</param>
/// <param name="Ended">The verdict of a test that began and did not run to its end; otherwise null.</param>
public sealed record LeakRow(LeakEntry Entry, LeakResult? Result, string? Why, Verdict? Ended)
{
    /// <summary>The verdict; null if the device cannot run the subject.</summary>
    public Verdict? Verdict => Result?.Verdict ?? Ended;
}

/// <summary>Renders leak tests as text and as JSON.</summary>
public static class LeakReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The header line of the table of all subjects.</summary>
    public static string Head => Line("subject", "verdict", "n", "what was seen");

    /// <summary>Renders the subjects of a device.</summary>
    public static string List(IReadOnlyList<LeakEntry> entries) => string.Join(
        Environment.NewLine,
        entries.Select(e => $"{e.Name,-31} {e.Classes}{(e.Missing is null ? "" : $"{Environment.NewLine}{"",-31} not here: {e.Missing}")}"));

    /// <summary>Renders the subjects of a device as a JSON array.</summary>
    public static string ListJson(IReadOnlyList<LeakEntry> entries) =>
        JsonSerializer.Serialize(entries.Select(e => new { subject = e.Name, classes = e.Classes, missing = e.Missing }), Indented);

    /// <summary>Renders one result: the subject, a sentence for each step, and the thread's conditions.</summary>
    public static string Render(LeakResult result) => string.Join(
        Environment.NewLine,
        [
            $"{result.Entry.Name} of {result.Device}: {result.Entry.Classes}", .. result.Steps.Select(s => s.ToString()),
            .. result.Steps.Select(s => s.Samples.Floor).OfType<Floor>().Where(f => f.Value > 0).Take(1).Select(f => $"noise of one sample by the {f.Clock.Word()} clock: {f}"),
            .. result.Conditions,
        ]);

    /// <summary>Renders one result as a JSON object, with every sample.</summary>
    public static string Json(LeakResult result) => JsonSerializer.Serialize(Members(result), Indented);

    /// <summary>Renders all results of a device as a JSON object, with every sample.</summary>
    public static string Json(string device, IReadOnlyList<LeakRow> rows) => JsonSerializer.Serialize(
        new
        {
            device, verdict = VerdictOf(rows).Word(),
            subjects = rows.Select(row => row.Result is { } result ? Members(result) : (object)new
            {
                subject = row.Entry.Name, device, classes = row.Entry.Classes, verdict = row.Verdict?.Word(), missing = row.Verdict is null ? row.Why : null,
                words = row.Why,
            }),
        },
        Indented);

    /// <summary>Renders a subject's lines of the table, one for each step.</summary>
    public static string Lines(LeakRow row) => row.Result is not { } result
        ? Line(row.Entry.Name, row.Verdict?.Word() ?? "not here", "-", row.Why!)
        : string.Join(Environment.NewLine, result.Steps.Select((step, i) => Line(
            i == 0 ? row.Entry.Name : "", KindWord(step.Test.Kind), result.Rounds.ToString(CultureInfo.InvariantCulture), step.ToString())));

    /// <summary>Renders the last line of the table.</summary>
    public static string Sum(string device, IReadOnlyList<LeakRow> rows, int all)
    {
        string Count(Func<LeakRow, bool> of, string words)
        {
            var named = rows.Where(of).Select(row => row.Entry.Name).ToList();
            return named.Count == 0 ? "" : $", {named.Count} {words} ({string.Join(", ", named)})";
        }

        var passed = rows.Count(row => row.Verdict == Verdict.Pass);
        var absent = rows.Count(row => row.Verdict is null);
        return $"{device}: {passed} of {all} subjects tell nothing{Count(row => row.Result?.Verdict == Verdict.Fail, "LEAK")}{Count(row => row.Ended == Verdict.Fail, "failed")}"
            + $"{Count(row => row.Verdict == Verdict.RigError, "ended by the rig")}{Count(row => row.Verdict == Verdict.Inconclusive, "undecided")}"
            + (absent > 0 ? $", {absent} not here" : "") + (rows.Count < all ? $", {all - rows.Count} not run" : "");
    }

    /// <summary>Gets the verdict of all subjects: a leak, else a rig error, else inconclusive; inconclusive too if no subject could be run.</summary>
    public static Verdict VerdictOf(IReadOnlyList<LeakRow> rows) =>
        new[] { Verdict.Fail, Verdict.RigError, Verdict.Inconclusive, Verdict.Pass }.Cast<Verdict?>().FirstOrDefault(v => rows.Any(row => row.Verdict == v)) ?? Verdict.Inconclusive;

    private static string Line(string subject, string verdict, string n, string words) => $"{subject,-31} {verdict,-14} {n,6}  {words}";

    private static string KindWord(LeakKind kind) => kind switch
    {
        LeakKind.Equal => "equal",
        LeakKind.NotFound => "no leak found",
        LeakKind.Found => "LEAK",
        _ => "undecided",
    };

    private static object Members(LeakResult result) => new
    {
        subject = result.Entry.Name, device = result.Device, classes = result.Entry.Classes, verdict = result.Verdict.Word(), words = result.Description,
        n = result.Rounds, seed = result.Request.Seed, threshold = LeakTest.Threshold, conditions = result.Conditions,
        steps = result.Steps.Select(step => new
        {
            step = step.Name, verdict = step.Test.Verdict.Word(), kind = step.Test.Kind.ToString().ToLowerInvariant(), words = step.Test.Description,
            t = Finite(step.Test.T.T), crop = step.Test.T.Crop, order = step.Test.T.Order, apart = Finite(step.Test.T.Apart), control_t = Finite(step.Test.Control.T),
            difference = Finite(step.Test.Difference), resolves = Finite(step.Test.Resolves), unit = step.Samples.Unit.Symbol(), clock = step.Samples.Clock.Word(),
            provenance = step.Samples.Provenance.Word(), floor = step.Samples.Floor?.ToString(), lost = step.Samples.Durations.Lost,
            first = step.Samples.First, second = step.Samples.Second, control = step.Samples.Control,
        }),
    };

    // JSON has no infinity: a result without a finite t is identified by its kind.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
