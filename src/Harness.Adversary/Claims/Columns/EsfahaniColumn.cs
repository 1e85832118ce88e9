namespace Harness.Adversary.Claims.Columns;

/// <summary>One PSK for all, f3 that never changes, and a message 2 without R1: what the paper says of its login falls. Of payloads it says nothing.</summary>
internal sealed class EsfahaniColumn : ClaimColumn
{
    public override string Scheme => SchemeNames.Esfahani2019;

    public override string PaperTicks => "--+-+----.";

    public override IReadOnlyList<string> Holding { get; } = [];

    public override IReadOnlyList<string> Broken { get; } = ["UA", "MA", "MITM handshake", "OPG handshake", "REPLAY handshake", "DC"];
}
