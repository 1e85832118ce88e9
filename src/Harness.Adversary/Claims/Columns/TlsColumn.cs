namespace Harness.Adversary.Claims.Columns;

/// <summary>The wire is safe with a checked certificate; the broker and whoever logged in may do what they like.</summary>
internal sealed class TlsColumn : ClaimColumn
{
    public override string Scheme => SchemeNames.Tls;

    public override IReadOnlyList<string> Holding { get; } =
        ["UA", "MA", "MITM handshake", "MITM data", "OPG handshake", "REPLAY handshake", "REPLAY session", "REPLAY sessions", "DC", "DI wire"];

    public override IReadOnlyList<string> Broken { get; } = ["DP", "DI broker", "DI insider", "A grant", "NR"];
}
