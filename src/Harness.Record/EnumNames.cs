namespace Harness.Record;

/// <summary>The words for verdicts, provenances and clocks in the record and in every report.</summary>
public static class EnumNames
{
    /// <summary>Gets <c>pass</c>, <c>inconclusive</c>, <c>fail</c>, <c>rig-error</c>, <c>unjudgeable</c> or <c>aborted</c>.</summary>
    public static string Word(this Verdict verdict) => Of(verdict);

    /// <summary>Gets <c>hardware</c>, <c>emulated-cycles</c>, <c>emulated-instructions</c>, <c>host</c> or <c>unknown</c>.</summary>
    public static string Word(this Provenance provenance) => Of(provenance);

    /// <summary>Gets <c>device</c>, <c>trigger</c> or <c>host</c>.</summary>
    public static string Word(this ClockKind clock) => Of(clock);

    private static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
