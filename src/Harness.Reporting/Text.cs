namespace Harness.Reporting;

/// <summary>Formats of numbers and verdicts, the same in every report.</summary>
internal static class Text
{

    /// <summary>Formats a duration: <c>950 ms</c>, <c>12.3 s</c>, <c>3 min 05 s</c>.</summary>
    public static string Duration(double milliseconds)
    {
        var time = TimeSpan.FromMilliseconds(double.IsFinite(milliseconds) ? Math.Clamp(milliseconds, 0, 1e12) : 0);
        return time.TotalSeconds < 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
            : time.TotalSeconds < 59.95 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalMinutes} min {time.Seconds:00} s");
    }

    /// <summary>Formats a frequency: <c>16 MHz</c>, <c>1 GHz</c>, <c>32768 Hz</c>.</summary>
    public static string Frequency(long hertz) => hertz switch
    {
        <= 0 => "none",
        _ when hertz % 1_000_000_000 == 0 => $"{hertz / 1_000_000_000} GHz",
        _ when hertz >= 1_000_000 && hertz % 1_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{hertz / 1e6} MHz"),
        _ => $"{hertz} Hz",
    };

    /// <summary>Formats counts: <c>6 scenarios: 4 passed, 1 failed, 1 rig error</c>.</summary>
    public static string Counts(VerdictCounts counts)
    {
        var parts = new List<string>();
        void Add(int n, string one, string many)
        {
            if (n > 0)
            {
                parts.Add($"{n} {(n == 1 ? one : many)}");
            }
        }

        Add(counts.Passed, "passed", "passed");
        Add(counts.Failed, "failed", "failed");
        Add(counts.Unjudgeable, "unjudgeable", "unjudgeable");
        Add(counts.RigErrors, "rig error", "rig errors");
        Add(counts.Inconclusive, "inconclusive", "inconclusive");
        Add(counts.Aborted, "aborted", "aborted");
        return counts.Total == 0
            ? "no scenario ran"
            : $"{counts.Total} {(counts.Total == 1 ? "scenario" : "scenarios")}: {string.Join(", ", parts)}";
    }

    /// <summary>Formats the number of scenarios that never began: <c>2 of 4 selected scenarios never began</c>.</summary>
    public static string NeverStarted(RunResult result) =>
        $"{result.NeverStarted} of {result.Started?.Selected ?? 0} selected scenarios never began";

    /// <summary>Formats a verdict in capitals, for the start of a summary: <c>RIG ERROR</c>.</summary>
    public static string Headline(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "PASSED",
        Verdict.Fail => "FAILED",
        Verdict.Inconclusive => "INCONCLUSIVE",
        Verdict.RigError => "RIG ERROR",
        Verdict.Unjudgeable => "UNJUDGEABLE",
        _ => "ABORTED",
    };

    /// <summary>Formats a value and its unit; the value alone if it has none.</summary>
    public static string WithUnit(string value, string? unit) => string.IsNullOrEmpty(unit) ? value : $"{value} {unit}";
}
