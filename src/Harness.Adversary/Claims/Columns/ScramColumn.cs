namespace Harness.Adversary.Claims.Columns;

/// <summary>The login is sound but for guessing at a weak password; nothing protects what follows it.</summary>
internal sealed class ScramColumn : ClaimColumn
{
    public override string Scheme => SchemeNames.Scram;

    public override IReadOnlyList<string> Holding { get; } = ["MA", "MITM handshake", "REPLAY handshake"];

    public override IReadOnlyList<string> Broken { get; } =
    [
        "UA", "MITM data", "OPG handshake", "REPLAY session", "REPLAY sessions", "DC", "DP", "DI wire", "DI broker", "DI insider", "A grant", "NR",
    ];
}
