namespace Harness.Adversary.Claims.Columns;

/// <summary>The identity travels in clear, and whoever plays the broker once may guess at the key at leisure; the rest as with certificates.</summary>
internal sealed class TlsPskColumn : ClaimColumn
{
    public override string Scheme => SchemeNames.TlsPsk;

    public override IReadOnlyList<string> Holding { get; } =
        ["MA", "MITM handshake", "MITM data", "REPLAY handshake", "REPLAY session", "REPLAY sessions", "DC", "DI wire"];

    public override IReadOnlyList<string> Broken { get; } = ["UA", "OPG handshake", "DP", "DI broker", "DI insider", "A grant", "NR"];

    public override IReadOnlyList<string> LosingAttacks { get; } = ["opg-tls-captured-login"];
}
