namespace Harness.Adversary.Claims.Columns;

/// <summary>Ours stands in no paper's table; publishers seal for their readers alone.</summary>
internal sealed class HardenedColumn : ClaimColumn
{
    public override string Scheme => SchemeNames.Hardened;

    public override IReadOnlyList<string> Holding { get; } =
    [
        "UA", "MA", "MITM handshake", "MITM data", "OPG handshake", "REPLAY handshake", "REPLAY session", "REPLAY sessions",
        "REPLAY wrap", "DC", "DP", "DI wire", "DI broker", "DI insider", "A grant", "A revoked", "NR",
    ];

    public override IReadOnlyList<string> Broken => [];
}
