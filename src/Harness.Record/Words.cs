using System.Text.Json;

namespace Harness.Record;

/// <summary>The words verdicts, provenances and clocks are written with, in the record and in every report.</summary>
public static class Words
{
    /// <summary><c>pass</c>, <c>inconclusive</c>, <c>fail</c>, <c>rig-error</c>, <c>unjudgeable</c>, <c>aborted</c>.</summary>
    public static string Word(this Verdict verdict) => Of(verdict);

    /// <summary><c>hardware</c>, <c>emulated-cycles</c>, <c>emulated-instructions</c>, <c>host</c>.</summary>
    public static string Word(this Provenance provenance) => Of(provenance);

    /// <summary><c>device</c>, <c>trigger</c>, <c>host</c>.</summary>
    public static string Word(this ClockKind clock) => Of(clock);

    private static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
