namespace Harness.Record;

/// <summary>A scheme that is a column of the claims tables. The order of these events is that of the columns.</summary>
public sealed record SchemeStated : RunEvent
{
    /// <summary>The scheme: <c>mqtt-present</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>Fidelity of the implementation to the published text: empty, <c>as described</c>, <c>as reconstructed</c>.</summary>
    public string Label { get; init; } = "";

    /// <summary>The group of columns that it stands in: <c>papers</c>, <c>hardened</c>, <c>today</c>.</summary>
    public required string Group { get; init; }

    /// <summary>The clause after <c>choose</c> and the scheme's name; empty where there is no advice.</summary>
    public string Choose { get; init; } = "";
}

/// <summary>The state of a cell of the claims table before any attack ran: its paper's statement and the expected result. It makes a cell that no attack reaches visible.</summary>
public sealed record CellStated : RunEvent
{
    /// <summary>The plugin that brought it; null for the harness's own.</summary>
    public string? Plugin { get; init; }

    /// <summary>The scheme: <c>mqtt-present</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>Fidelity of the implementation to the published text: empty, <c>as described</c>, <c>as reconstructed</c>.</summary>
    public string Label { get; init; } = "";

    /// <summary>Abbreviation of the claim: <c>UA MA MITM OPG REPLAY DC DP DI A NR</c>.</summary>
    public required string Claim { get; init; }

    /// <summary>Part of the claim: <c>handshake</c>, <c>wire</c>; empty where it has no parts.</summary>
    public string Aspect { get; init; } = "";

    /// <summary>The paper's tick for the claim; null where the paper does not state it.</summary>
    public bool? Paper { get; init; }

    /// <summary>Expected result: <c>holds</c>, <c>broken</c> or <c>not-applicable</c>.</summary>
    public required string Expected { get; init; }

    /// <summary>True where the deciding part is our own reconstruction, since the full text of the scheme was not at hand.</summary>
    public bool OwnReading { get; init; }

    /// <summary>The attacks that the run is to make; one that never ended leaves the cell undecided.</summary>
    public IReadOnlyList<string> Attacks { get; init; } = [];

    /// <summary>The number of attacks on the cell; more than in <see cref="Attacks"/> where only some were selected.</summary>
    public int Known { get; init; }
}

/// <summary>The end of an attack on a scheme and of its positive control, the same attack on a deliberately weak setting.</summary>
public sealed record AttackEnded : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary>The plugin that brought it; null for the harness's own.</summary>
    public string? Plugin { get; init; }

    /// <summary>The scheme: <c>mqtt-present</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>Fidelity of the implementation to the published text: empty, <c>as described</c>, <c>as reconstructed</c>.</summary>
    public string Label { get; init; } = "";

    /// <summary>Abbreviation of the claim: <c>UA MA MITM OPG REPLAY DC DP DI A NR</c>.</summary>
    public required string Claim { get; init; }

    /// <summary>Part of the claim; empty where it has no parts.</summary>
    public string Aspect { get; init; } = "";

    /// <summary>The attack: <c>di-flip-wire</c>.</summary>
    public required string Attack { get; init; }

    /// <summary>Description of the attack, one sentence.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The attacker and the means needed beforehand.</summary>
    public string Adversary { get; init; } = "";

    /// <summary>True where the attack succeeded; null where it could not tell.</summary>
    public bool? Won { get; init; }

    /// <summary>The evidence of the success, or the obstacle. Never a secret: fingerprints and made-up readings only.</summary>
    public required string Evidence { get; init; }

    /// <summary>Description of the weak setting of the positive control.</summary>
    public string Control { get; init; } = "";

    /// <summary>True where the attack succeeded in the positive control; null where that did not run or could not tell.</summary>
    public bool? ControlWon { get; init; }

    /// <summary>The evidence in the positive control.</summary>
    public string ControlEvidence { get; init; } = "";

    /// <summary>Seed of the attack's random choices.</summary>
    public int Seed { get; init; }

    /// <summary>Source of the attack: an RFC section, an equation, a paper.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The paper's tick for the claim; null where the paper does not state it.</summary>
    public bool? Paper { get; init; }

    /// <summary>Expected result of the cell, not of this attack: <c>holds</c>, <c>broken</c> or <c>not-applicable</c>.</summary>
    public required string Expected { get; init; }

    /// <summary>True where the deciding part of the cell is our own reconstruction of the scheme.</summary>
    public bool OwnReading { get; init; }

    /// <summary>The capture (pcapng), relative to the run folder; null where the attack leaves none.</summary>
    public string? Capture { get; init; }

    /// <summary>The device that published.</summary>
    public string Publisher { get; init; } = "";

    /// <summary>The device that subscribed.</summary>
    public string Subscriber { get; init; } = "";
}

/// <summary>The end of a demonstration of a weakness that a scheme's paper does not mention.</summary>
public sealed record FindingJudged : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary>The plugin that brought it; null for the harness's own.</summary>
    public string? Plugin { get; init; }

    /// <summary>Name of the demonstration: <c>ecb-patterns</c>.</summary>
    public required string Finding { get; init; }

    /// <summary>The scheme.</summary>
    public required string Scheme { get; init; }

    /// <summary>Fidelity of the implementation to the published text.</summary>
    public string Label { get; init; } = "";

    /// <summary>The weakness, one sentence.</summary>
    public required string Words { get; init; }

    /// <summary>The cheapest repair.</summary>
    public required string Repair { get; init; }

    /// <summary>True where the weakness was shown; null where that could not be told.</summary>
    public bool? Shown { get; init; }

    /// <summary>The evidence. Never a secret.</summary>
    public required string Evidence { get; init; }

    /// <summary>True where the repair removed the weakness; null where the repair is not part of this product.</summary>
    public bool? Repaired { get; init; }

    /// <summary>The evidence with the repair in place.</summary>
    public string RepairEvidence { get; init; } = "";
}

/// <summary>Operations that one party computed in one phase of a scheme.</summary>
public sealed record CostCounted : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary>The scheme.</summary>
    public required string Scheme { get; init; }

    /// <summary>Fidelity of the implementation to the published text.</summary>
    public string Label { get; init; } = "";

    /// <summary><c>publisher</c>, <c>subscriber</c> or <c>broker</c>.</summary>
    public required string Party { get; init; }

    /// <summary>The device that counted; the broker's is <c>host</c>.</summary>
    public required string Device { get; init; }

    /// <summary><c>registration</c>, <c>handshake</c>, <c>key delivery</c> or <c>message</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>H and H' evaluations (T_h).</summary>
    public long Hashes { get; init; }

    /// <summary>Group exponentiations (T_ex).</summary>
    public long Exponentiations { get; init; }

    /// <summary>Whole messages or wraps encrypted or decrypted (T_ed).</summary>
    public long Ciphers { get; init; }

    /// <summary>SHA-256 compressions.</summary>
    public long Sha256Blocks { get; init; }

    /// <summary>Block cipher calls.</summary>
    public long CipherBlocks { get; init; }

    /// <summary>The value printed in Table 4 of the MQTT-PRESENT paper for the scheme.</summary>
    public string Formula { get; init; } = "";
}

/// <summary>The cost for a device of securing one message of a given length.</summary>
public sealed record MessageCost : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary>The scheme.</summary>
    public required string Scheme { get; init; }

    /// <summary>Fidelity of the implementation to the published text.</summary>
    public string Label { get; init; } = "";

    /// <summary>The device that was measured.</summary>
    public required string Device { get; init; }

    /// <summary>Plaintext bytes.</summary>
    public required int Bytes { get; init; }

    /// <summary>The number of repetitions of each operation.</summary>
    public required int N { get; init; }

    /// <summary>Median time of sealing, in <see cref="Unit"/>; null where the device cannot process that many bytes.</summary>
    public double? Seal { get; init; }

    /// <summary>Median time of opening, in <see cref="Unit"/>.</summary>
    public double? Open { get; init; }

    /// <summary>The unit of both: the device's own ticks.</summary>
    public required Unit Unit { get; init; }

    /// <summary>Provenance of the times.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>Bytes of the PUBLISH packet that carries the sealed payload.</summary>
    public int? WireBytes { get; init; }

    /// <summary>Bytes of the PUBLISH packet that would carry the plaintext.</summary>
    public int PlainWireBytes { get; init; }

    /// <summary>The reason why there is no number; null where there is one.</summary>
    public string? Reason { get; init; }
}

/// <summary>The memory that a scheme takes on a board, in bytes: by the linker's maps of its image, and by the paint of its stack.</summary>
public sealed record SchemeFootprint : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary>The scheme.</summary>
    public required string Scheme { get; init; }

    /// <summary>Fidelity of the implementation to the published text.</summary>
    public string Label { get; init; } = "";

    /// <summary>The device that was asked.</summary>
    public required string Device { get; init; }

    /// <summary>The board's name for itself: <c>stm32f405</c>.</summary>
    public required string Board { get; init; }

    /// <summary>The hash of its firmware's build.</summary>
    public required string Build { get; init; }

    /// <summary>Flash of the image with this scheme and mqtt-present alone; null where it is not known.</summary>
    public long? Flash { get; init; }

    /// <summary>The part of <see cref="Flash"/> that an image with mqtt-present alone does not have; null for mqtt-present, which no image leaves out.</summary>
    public long? OwnFlash { get; init; }

    /// <summary>Static RAM of that image, without its stack.</summary>
    public long? Ram { get; init; }

    /// <summary>The part of <see cref="Ram"/> that an image with mqtt-present alone does not have.</summary>
    public long? OwnRam { get; init; }

    /// <summary>The reason why flash and RAM are not known; null where they are.</summary>
    public string? SizesReason { get; init; }

    /// <summary>The group of the logins; empty for a scheme without one.</summary>
    public string Group { get; init; } = "";

    /// <summary>The deepest stack while the board logged in by the scheme and sealed and opened a message; null where it is not known.</summary>
    public long? Stack { get; init; }

    /// <summary>The stack that the board has.</summary>
    public long? StackReserved { get; init; }

    /// <summary>Provenance of the stack: the board's.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The reason why the stack is not known; null where it is.</summary>
    public string? StackReason { get; init; }

    /// <summary>The reason why the board does not run the scheme, so that there is no number; null where it does.</summary>
    public string? Reason { get; init; }
}
