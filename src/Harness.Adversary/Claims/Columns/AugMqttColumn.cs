namespace Harness.Adversary.Claims.Columns;

/// <summary>The broker opens and seals every payload, and whoever logged in may use every topic.</summary>
internal sealed class AugMqttColumn : ClaimColumn
{
    public override string Scheme => SchemeNames.AugMqtt;

    public override string PaperTicks => "-+---+-++.";

    public override IReadOnlyList<string> Holding { get; } =
    [
        "MA", "MITM handshake", "MITM data", "OPG handshake", "REPLAY handshake", "REPLAY session", "REPLAY sessions", "DC",
        "DI wire",
    ];

    public override IReadOnlyList<string> Broken { get; } =
    [
        "UA", "DP", "DI broker", "DI insider", "A grant", "NR",
    ];
}
