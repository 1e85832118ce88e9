namespace Harness.Adversary.Claims.Columns;

/// <summary>The wrap and every payload are PRESENT-ECB without authentication, and the broker makes every traffic key.</summary>
internal sealed class MqttPresentColumn : ClaimColumn
{
    public override string Scheme => SchemeNames.MqttPresent;

    public override string PaperTicks => "++++++++-+";

    public override IReadOnlyList<string> Holding { get; } =
    [
        "MA", "MITM handshake", "OPG handshake", "REPLAY handshake", "REPLAY sessions",
    ];

    public override IReadOnlyList<string> Broken { get; } =
    [
        "UA", "MA registration", "MITM data", "MITM registration", "OPG registration", "REPLAY session", "REPLAY wrap", "DC",
        "DP", "DI wire", "DI broker", "DI insider", "A grant", "NR",
    ];

    public override IReadOnlyList<string> LosingAttacks => ["a-read-without-grant", "dc-keystream-reuse", "dc-plaintext-on-the-wire"];
}
