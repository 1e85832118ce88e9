namespace Harness.Adversary.Claims.Columns;

/// <summary>A bearer's token: who has seen it has it, until it expires, and nobody can take it back before. No paper's table has it.</summary>
internal sealed class JwtColumn : ClaimColumn
{
    public override string Scheme => SchemeNames.Jwt;

    public override IReadOnlyList<string> Holding { get; } = ["REPLAY sessions"];

    public override IReadOnlyList<string> Broken { get; } = ["UA", "MA", "MITM data", "REPLAY handshake", "DC", "DI wire", "A revoked"];
}
