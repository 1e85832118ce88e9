namespace Harness.Adversary.Claims.Columns;

/// <summary>As with the broker's certificate alone; there is no password to guess, and nobody can stand between two certificates.</summary>
internal sealed class TlsClientColumn : ClaimColumn
{
    public override string Scheme => SchemeNames.TlsClient;

    public override IReadOnlyList<string> Holding { get; } =
        ["UA", "MA", "MITM handshake", "MITM data", "REPLAY handshake", "REPLAY session", "REPLAY sessions", "DC", "DI wire"];

    public override IReadOnlyList<string> Broken { get; } = ["DP", "DI broker", "DI insider", "A grant", "NR"];
}
