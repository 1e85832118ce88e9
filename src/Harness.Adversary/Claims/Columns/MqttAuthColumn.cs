namespace Harness.Adversary.Claims.Columns;

/// <summary>As in augmqtt the broker opens and seals; tokens give rights, and one that leaked gives them to anybody.</summary>
internal sealed class MqttAuthColumn : ClaimColumn
{
    public override string Scheme => SchemeNames.MqttAuth;

    public override string PaperTicks => "++++++--+.";

    public override IReadOnlyList<string> Holding { get; } =
    [
        "MA", "MITM handshake", "MITM data", "OPG handshake", "REPLAY handshake", "REPLAY session", "REPLAY sessions", "DC",
        "DI wire", "DI insider", "A grant", "A revoked",
    ];

    public override IReadOnlyList<string> Broken { get; } =
    [
        "UA", "DP", "DI broker", "A leaked", "NR",
    ];
}
