namespace Harness.Adversary.Claims.Columns;

/// <summary>A code in CONNECT says who connects, for as long as the clock's tolerance lasts; nothing protects what follows, and the broker proves nothing.</summary>
internal sealed class NiruntasukratColumn : ClaimColumn
{
    public override string Scheme => SchemeNames.Niruntasukrat2016;

    public override string PaperTicks => "--+-+----.";

    public override IReadOnlyList<string> Holding { get; } = ["REPLAY sessions", "A revoked"];

    public override IReadOnlyList<string> Broken { get; } = ["UA", "MA", "MITM data", "REPLAY handshake", "DC", "DI wire"];
}
