namespace Harness.Adversary.Claims.Columns;

/// <summary>A wrong password is refused, and that is all.</summary>
internal sealed class PasswordColumn : ClaimColumn
{
    public override string Scheme => SchemeNames.Password;

    public override IReadOnlyList<string> Holding => [];

    public override IReadOnlyList<string> Broken { get; } =
    [
        "UA", "MA", "MITM handshake", "MITM data", "OPG handshake", "REPLAY handshake", "REPLAY session", "REPLAY sessions", "DC", "DP", "DI wire", "DI broker",
        "DI insider", "A grant", "NR",
    ];

    public override IReadOnlyList<string> LosingAttacks { get; } = ["ma-password-wrong"];
}
